"""The full state of each room as JSON: what a page shows, and nothing that its audience must not see."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import Any

from sqlalchemy import Connection

from queue_app.domain.catalogue import Catalogue
from queue_app.services.queue.outlook import Outlook, read_outlook

Json = dict[str, Any]


@dataclass(frozen=True)
class Moment:
    """One consistent moment of the database: everything a state is built from."""

    connection: Connection
    catalogue: Catalogue
    seq: int
    day: date
    now_ms: int
    lacking: str | None = None
    """Code of what this server lacks for printing, found out at its start; None if nothing."""
    outlooks: dict[frozenset[int], Outlook] = field(default_factory=dict, compare=False, repr=False)

    def outlook(self, service_id: int | None = None) -> Outlook:
        """Load lines and open counters that affect the waits of one service, or of all; read once for this moment."""
        catalogue = self.catalogue
        services = frozenset(catalogue.services) if service_id is None else catalogue.wide_pools[service_id]
        if services not in self.outlooks:
            self.outlooks[services] = read_outlook(self.connection, catalogue, services, self.now_ms)
        return self.outlooks[services]
