"""Check of the server's port."""

from __future__ import annotations

import socket

from queue_app.config import Settings


def port_error(settings: Settings) -> OSError | None:
    """Return why the server cannot listen at its address; None if it can."""
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((settings.host, settings.port))
        except OSError as error:
            return error
    return None
