"""Signed-in staff and their rights at counters and services."""

from __future__ import annotations

from dataclasses import dataclass

from queue_app.domain.catalogue import Counter, Service
from queue_app.domain.role import Role


@dataclass(frozen=True, slots=True)
class Officer:
    """A signed-in member of staff; `session_id` is the sign-in that acts."""

    id: int
    session_id: int
    username: str
    name: str
    role: Role
    agency_id: int | None

    def may_open(self, counter: Counter) -> bool:
        """Whether this member of staff may open the counter.

        Officers of an agency open its counters and shared ones; supervisors and admins open any.
        """
        if self.role is not Role.OFFICER:
            return True
        return counter.agency_id is None or counter.agency_id == self.agency_id

    def may_stop(self, service: Service) -> bool:
        """Whether this member of staff may stop and resume the service.

        Officers of an agency stop and resume its services; supervisors and admins any.
        """
        return self.role is not Role.OFFICER or service.agency_id == self.agency_id
