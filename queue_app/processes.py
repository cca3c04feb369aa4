"""Names of the processes that hold leases, and which of those are no more. Standard library only."""

from __future__ import annotations

import os
import socket

LONGEST = 60


def own_name() -> str:
    """This process, different from any other's: machine, container and number."""
    return f"{_machine()}:{os.getpid()}"[-LONGEST:]


def is_gone(name: str) -> bool:
    """Whether a process of this machine died: its leases need not run out. Of other machines nothing is known.

    A number that another program has meanwhile passes for alive; then the lease decides.
    """
    machine, _, number = name.rpartition(":")
    if not number.isdecimal() or machine != own_name().rpartition(":")[0]:
        return False
    try:
        os.kill(int(number), 0)
    except ProcessLookupError:
        return True
    except OSError:
        return False
    return False


def _machine() -> str:
    """Containers may share the host's name, and have process numbers of their own."""
    try:
        space = os.readlink("/proc/self/ns/pid").strip("pid:[]")
    except OSError:
        space = ""
    return f"{socket.gethostname()}:{space}"
