"""The context of request handlers, put together once by the composition root."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import flask

from queue_app.domain.catalogue import Catalogue
from queue_app.domain.clock import to_ms
from queue_app.snapshots.moment import Moment
from queue_app.store import queries
from queue_app.store.unit_of_work import Store
from queue_app.web.change_signal import ChangeSignal
from queue_app.web.ports import PrintAgents, PrinterTools, VoiceTools


@dataclass(frozen=True)
class Context:
    """The store, the clock and the settings that request handlers use."""

    store: Store
    clock: Callable[[], datetime]
    build: str
    public_url: str  # empty: use the address the visitor came by
    preview_dir: Path | None
    voice: VoiceTools
    checked_screen: Callable[[Mapping[str, object]], Mapping[str, object]]  # raises Refusal bad_setting
    change_signal: ChangeSignal  # notifies after every commit
    agents: PrintAgents
    tools: PrinterTools
    demo: bool  # the demo shows its printed tickets to everybody; a real hall's carry their visitors' tokens

    @contextmanager
    def moment(self) -> Iterator[Moment]:
        """Open one consistent moment of the database to read from."""
        with self.store.read() as connection:
            seq, day = queries.log_head(connection)
            yield Moment(
                connection, self.store.catalogue(connection), seq, day, to_ms(self.clock()), self.tools.text_trouble()
            )

    def catalogue(self) -> Catalogue:
        """Return the hall's catalogue now."""
        with self.store.read() as connection:
            return self.store.catalogue(connection)

    def asset(self, path: str) -> str:
        """Return the address of a static file; it changes with every build, so it may be cached for ever."""
        return f"/assets/{self.build}/{path}"

    def site_url(self) -> str:
        """Return the address by which visitors reach the hall, without a trailing slash."""
        return self.public_url or flask.request.host_url.rstrip("/")


def current_context() -> Context:
    """Return the context of the application that handles this request."""
    context = flask.current_app.extensions["queue_app"]
    assert isinstance(context, Context)
    return context
