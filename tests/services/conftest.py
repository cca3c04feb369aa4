"""A counter with an officer, the hall with those who set it up, and short ways to act."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime

import pytest

from queue_app.domain.catalogue import Catalogue, Counter, Service
from queue_app.domain.events import FactKind
from queue_app.domain.facts import Fact
from queue_app.domain.staff import Officer
from queue_app.domain.ticket import TicketClass, Verb
from queue_app.services.accounts import sessions
from queue_app.services.queue import calling, counters, issuing
from queue_app.store import queries
from queue_app.store.queries import TicketRow
from queue_app.store.unit_of_work import Store


@dataclass
class OfficerAtCounter:
    """An officer at an open counter of Disdukcapil, with the store and the catalogue."""

    store: Store
    clock: Callable[[], datetime]
    catalogue: Catalogue
    officer: Officer
    counter: Counter
    service: Service
    issued: int = 0

    def issue(
        self, ticket_class: TicketClass = TicketClass.REGULAR, *, service: Service | None = None, key: str | None = None
    ) -> TicketRow:
        """Issue a ticket and return it as stored."""
        self.issued += 1
        request = issuing.IssueRequest(
            (service or self.service).id, ticket_class, "id", "utama", key or f"session-key-{self.issued:06d}"
        )
        issued = issuing.issue(self.store, request, self.clock(), "http://hall.test").ticket
        assert self.ticket(issued.id) == issued, "what is answered is what is stored"
        return issued

    def ticket(self, ticket_id: int) -> TicketRow:
        """Read the ticket as stored now."""
        with self.store.read() as connection:
            row = queries.ticket_by_id(connection, ticket_id)
        assert row is not None
        return row

    def call(self, key: str | None = None) -> TicketRow | None:
        """Call the next ticket; return the current ticket."""
        calling.call_next(self.store, self.officer, self.counter.id, self.clock(), key)
        return self.in_hand()

    def act(self, verb: Verb, ticket_id: int) -> TicketRow:
        """Do `verb` to a ticket at this counter."""
        calling.act_on_ticket(self.store, self.officer, self.counter.id, ticket_id, verb, self.clock())
        return self.ticket(ticket_id)

    def in_hand(self) -> TicketRow | None:
        """Read the current ticket."""
        with self.store.read() as connection:
            return queries.current_tickets(connection, [self.counter.id]).get(self.counter.id)

    def facts(self) -> list[str]:
        """Read the kinds of all facts in the log."""
        with self.store.read() as connection:
            return [fact.kind.value for fact in queries.facts_after(connection, 0, 10_000)]


@dataclass(frozen=True)
class Hall:
    """The demo hall, and one signed-in person of each role."""

    store: Store
    clock: Callable[[], datetime]
    officer: Officer
    supervisor: Officer
    admin: Officer

    def catalogue(self) -> Catalogue:
        """What the hall offers now."""
        with self.store.read() as connection:
            return self.store.catalogue(connection)

    def facts(self, kind: FactKind) -> list[Fact]:
        """All facts of one kind in the log."""
        with self.store.read() as connection:
            return [fact for fact in queries.facts_after(connection, 0, 10_000) if fact.kind is kind]

    @contextmanager
    def one_fact(self, kind: FactKind, by: Officer | None) -> Iterator[None]:
        """Expect that what is done here logs one fact of this kind, by this person."""
        before = len(self.facts(kind))
        yield
        (fact,) = self.facts(kind)[before:]
        assert fact.staff_id == (None if by is None else by.id)

    @contextmanager
    def one_change(self, by: Officer | None) -> Iterator[None]:
        """Expect that what is done here gives the catalogue a new version and logs that once, by this person."""
        version = self.catalogue().version
        with self.one_fact(FactKind.CATALOGUE_CHANGED, by):
            yield
        assert self.catalogue().version > version

    @contextmanager
    def nothing_changes(self) -> Iterator[None]:
        """Expect that what is tried here leaves the log and the catalogue's version alone."""
        with self.store.read() as connection:
            before = queries.log_head(connection), self.store.catalogue(connection).version
        yield
        with self.store.read() as connection:
            assert (queries.log_head(connection), self.store.catalogue(connection).version) == before


def sign_in(store: Store, clock: Callable[[], datetime], username: str) -> Officer:
    """Sign one of the demo hall's people in."""
    _token, officer = sessions.sign_in(store, username, "antrean-tabanan", "127.0.0.1", clock())
    return officer


def open_counter_as(store: Store, clock: Callable[[], datetime], username: str, place: int) -> OfficerAtCounter:
    """Sign `username` in and open the agency's counter number `place`."""
    officer = sign_in(store, clock, username)
    with store.read() as connection:
        catalogue = store.catalogue(connection)
    counter = counters.counters_for(catalogue, officer)[place]
    counters.open_counter(store, officer, counter.id, clock(), take_over=False)
    return OfficerAtCounter(store, clock, catalogue, officer, counter, catalogue.services[counter.service_ids[0]])


@pytest.fixture
def session(store: Store, clock: Callable[[], datetime]) -> OfficerAtCounter:
    """An officer of Disdukcapil at counter 1, on SQLite and on PostgreSQL."""
    return open_counter_as(store, clock, "dukcapil1", 0)


@pytest.fixture
def officer_at_counter() -> Callable[[Store, Callable[[], datetime], str, int], OfficerAtCounter]:
    """Return a function that signs another officer in and opens a counter."""
    return open_counter_as


@pytest.fixture
def hall(store: Store, clock: Callable[[], datetime]) -> Hall:
    """The hall with an officer of Disdukcapil, a supervisor and an administrator, on SQLite and on PostgreSQL."""
    return Hall(store, clock, *(sign_in(store, clock, name) for name in ("dukcapil1", "penyelia", "pengelola")))
