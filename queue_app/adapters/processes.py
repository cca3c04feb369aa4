"""Names of the processes that hold leases, and which of them have died. Standard library only."""

from __future__ import annotations

import os
import socket

MAX_NAME_LENGTH = 60


def process_name() -> str:
    """Return a name that identifies this process: machine, container and process number."""
    return f"{_machine()}:{os.getpid()}"[-MAX_NAME_LENGTH:]


def is_dead(name: str) -> bool:
    """Whether a process of this machine has died, so that its leases need not run out first.

    False for other machines' processes, of which nothing is known, and for a process number that another program has
    meanwhile; then the lease decides.
    """
    machine, _, number = name.rpartition(":")
    if not number.isdecimal() or machine != process_name().rpartition(":")[0]:
        return False
    try:
        os.kill(int(number), 0)
    except ProcessLookupError:
        return True
    except OSError:
        return False
    return False


def _machine() -> str:
    """Return a name of this machine and container: containers may share a host name and have own process numbers."""
    try:
        space = os.readlink("/proc/self/ns/pid").strip("pid:[]")
    except OSError:
        space = ""
    return f"{socket.gethostname()}:{space}"
