"""Log listener: PostgreSQL's NOTIFY in one process wakes the tailers of all others. The tick makes up for any loss."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable

from sqlalchemy import URL

from queue_app.store.unit_of_work import CHANNEL

logger = logging.getLogger(__name__)

_RETRY_SECONDS = 1.0
_ROUND_SECONDS = 5.0  # how long a stop may go unnoticed


def listen_for_commits(url: URL, notify: Callable[[], None], stopping: threading.Event) -> None:
    """Call `notify` on every notification until `stopping`; reopen a broken connection."""
    import psycopg  # only installed with the [postgres] extra

    address = url.set(drivername="postgresql").render_as_string(hide_password=False)
    while not stopping.is_set():
        try:
            with psycopg.connect(address, autocommit=True) as connection:
                connection.execute(f"LISTEN {CHANNEL}")
                notify()  # facts may have been logged before LISTEN
                while not stopping.is_set():
                    for _notification in connection.notifies(timeout=_ROUND_SECONDS, stop_after=1):
                        notify()
        except psycopg.Error as error:
            logger.warning("lost the LISTEN connection, trying again: %s", error)
            stopping.wait(_RETRY_SECONDS)
