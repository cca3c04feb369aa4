"""Print jobs: claimed by compare-and-set with a lease, reported once, never lost silently.

A printer is served by one process at a time, whatever their number: the process named in the printer's row.
A second connection would hang, or mix parts of two slips. The lease of a process that is `gone` is not waited for.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Row, Select, and_, bindparam, select, true, update

from queue_app.domain.clock import to_ms
from queue_app.domain.facts import PrintJobMoved
from queue_app.domain.print_job import ENDED_STATES, GOOD_STATES, MOVABLE_KINDS, PrintJobState
from queue_app.domain.print_outcome import Outcome, outcome_text
from queue_app.domain.printer import reachable_fallback
from queue_app.store import tables as t
from queue_app.store.printers import printers as read_printers
from queue_app.store.unit_of_work import Store, Unit

# A visitor does not wait longer at the kiosk: a slip printed later would be taken by somebody else.
EXPIRES_AFTER = timedelta(minutes=2)
PRINTER_LEASE_SECONDS = 60
"""A process serves a printer for so long after its last request; a living process asks every 20 s."""
AGENT_LEASE_SECONDS = 240
"""The lease of an agent: longer than EXPIRES_AFTER plus the 75 s by which an agent may print later."""
_STOPPED = Outcome("stopped", {"reason": "fault", "message": "stopped"})
_IS_OPEN = t.print_job.c.ended_at.is_(None)
_IS_SENDING = t.print_job.c.state == PrintJobState.SENDING

IsDead = Callable[[str], bool]


def never_dead(_owner: str) -> bool:
    """Return False for every process: none is known to be gone."""
    return False


@dataclass(frozen=True, slots=True)
class ClaimedJob:
    """A job that one spooler may deliver until its lease ends; `template` selects the fields to print."""

    id: int
    printer_id: int
    copy_no: int
    slip: Mapping[str, object]
    template: Mapping[str, object]
    clean_first: bool
    created_at: int


@dataclass(frozen=True, slots=True)
class ConfiguredPrinter:
    """A printer as configured."""

    id: int
    code: str
    url: str
    paper_mm: int
    capabilities: Mapping[str, object] | None
    roll_mm: int | None


def printers(store: Store) -> Sequence[ConfiguredPrinter]:
    """Read the configuration of all printers of the hall."""
    with store.read() as connection:
        rows = connection.execute(select(t.printer).where(t.printer.c.removed_at.is_(None)).order_by(t.printer.c.id))
        return [
            ConfiguredPrinter(row.id, row.code, row.url, row.paper_mm, row.capabilities, row.roll_mm) for row in rows
        ]


_JOB: Select[Any] = (
    select(
        t.print_job.c.id,
        t.print_job.c.printer_id,
        t.print_job.c.copy_no,
        t.print_job.c.slip,
        t.print_job.c.attempts,
        t.print_job.c.created_at,
        t.printer.c.interrupted,
        t.hall.c.template,
        t.agency.c.template.label("own_template"),
    )
    .select_from(
        t.print_job.join(t.printer, t.printer.c.id == t.print_job.c.printer_id)
        .join(t.hall, true())
        .outerjoin(t.ticket, t.ticket.c.id == t.print_job.c.ticket_id)
        .outerjoin(t.service, t.service.c.id == t.ticket.c.service_id)
        .outerjoin(t.agency, t.agency.c.id == t.service.c.agency_id)
    )
    .where(_IS_OPEN)
)
_OLDEST_QUEUED = (
    _JOB.where(t.print_job.c.printer_id == bindparam("printer"), t.print_job.c.state == PrintJobState.QUEUED)
    .order_by(t.print_job.c.id)
    .limit(1)
)
_ANY_QUEUED = select(t.print_job.c.id).where(
    _IS_OPEN, t.print_job.c.printer_id == bindparam("printer"), t.print_job.c.state == PrintJobState.QUEUED
)
_SENDING = select(t.print_job.c.id, t.print_job.c.owner).where(
    _IS_OPEN, t.print_job.c.printer_id == bindparam("printer"), _IS_SENDING
)
_SERVER = select(t.printer.c.server, t.printer.c.served_until).where(t.printer.c.id == bindparam("printer"))


def claim(
    store: Store, printer_id: int, owner: str, lease_seconds: int, now: datetime, gone: IsDead = never_dead
) -> ClaimedJob | None:
    """Claim the oldest queued job of a printer for `owner`: it becomes `sending`; None if there is none.

    Reads before it locks: an idle printer costs no write transaction.
    """
    now_ms, parameters = to_ms(now), {"printer": printer_id}
    with store.read() as connection:
        if connection.execute(_ANY_QUEUED.limit(1), parameters).first() is None:
            return None
        if not _may_serve(connection, printer_id, owner, now_ms, gone):
            return None
    with store.transaction() as connection:
        if not _take_printer(connection, printer_id, owner, now_ms, max(lease_seconds, PRINTER_LEASE_SECONDS), gone):
            return None
        row = connection.execute(_OLDEST_QUEUED, parameters).one_or_none()
        # One job at a time per printer, whoever owns it: a cheap printer takes one connection.
        if row is None or connection.execute(_SENDING, parameters).first() is not None:
            return None
        connection.execute(
            update(t.print_job)
            .where(t.print_job.c.id == row.id)
            .values(
                state=PrintJobState.SENDING,
                owner=owner,
                lease_until=now_ms + lease_seconds * 1000,
                attempts=row.attempts + 1,
            )
        )
        return _claimed(row)


def claim_for_agent(
    store: Store, owner: str, printer_ids: Collection[int], have: Collection[int], now: datetime
) -> ClaimedJob | None:
    """Claim a job for an agent that has the jobs `have`; a claimed job that it did not receive is sent again."""
    with store.read() as connection:
        lost = _JOB.where(_IS_SENDING, t.print_job.c.owner == owner).order_by(t.print_job.c.id)
        for row in connection.execute(lost):
            if row.id not in have and row.printer_id in printer_ids:
                return _claimed(row)
    for printer_id in printer_ids:
        job = claim(store, printer_id, owner, AGENT_LEASE_SECONDS, now)
        if job is not None:
            return job
    return None


def _claimed(row: Row[Any]) -> ClaimedJob:
    template = {**row.template, **(row.own_template or {})}
    return ClaimedJob(row.id, row.printer_id, row.copy_no, row.slip, template, row.interrupted, row.created_at)


def may_poll(store: Store, printer_id: int, owner: str, now: datetime, gone: IsDead = never_dead) -> bool:
    """Whether `owner` may connect to an idle printer; if no other process serves it, `owner` does from now on."""
    now_ms = to_ms(now)
    with store.read() as connection:
        if not _may_serve(connection, printer_id, owner, now_ms, gone):
            return False
    with store.transaction() as connection:
        if not _take_printer(connection, printer_id, owner, now_ms, PRINTER_LEASE_SECONDS, gone):
            return False
        return connection.execute(_SENDING, {"printer": printer_id}).first() is None


def _may_serve(connection: Connection, printer_id: int, owner: str, now_ms: int, gone: IsDead) -> bool:
    row = connection.execute(_SERVER, {"printer": printer_id}).one_or_none()
    if row is None:
        return False
    return row.server in (None, owner) or row.served_until < now_ms or gone(row.server)


def _take_printer(connection: Connection, printer_id: int, owner: str, now_ms: int, seconds: int, gone: IsDead) -> bool:
    # Holding the printer's row keeps two processes from each taking it.
    connection.execute(select(t.printer.c.id).where(t.printer.c.id == printer_id).with_for_update())
    if not _may_serve(connection, printer_id, owner, now_ms, gone):
        return False
    values = {"server": owner, "served_until": now_ms + seconds * 1000}
    connection.execute(update(t.printer).where(t.printer.c.id == printer_id).values(**values))
    return True


def release_printers(store: Store, owner: str) -> None:
    """Release the printers of `owner`, which stops: another process may serve them at once."""
    with store.transaction() as connection:
        connection.execute(update(t.printer).where(t.printer.c.server == owner).values(server=None, served_until=None))


def report_outcome(
    store: Store, job_id: int, owner: str, state: PrintJobState, outcome: Outcome | None, now: datetime
) -> bool:
    """Report the outcome of a claimed job; return False if another process has taken the lease meanwhile.

    The state `queued` returns the job for another attempt.
    """
    with store.transaction() as connection:
        done = connection.execute(
            update(t.print_job)
            .where(t.print_job.c.id == job_id, _IS_SENDING, t.print_job.c.owner == owner)
            .values(
                state=state,
                outcome=outcome,
                ended_at=to_ms(now) if state in ENDED_STATES else None,
                owner=None,
                lease_until=None,
            )
            .returning(t.print_job.c.printer_id)
        ).one_or_none()
        if done is not None and state in GOOD_STATES:
            clean = (
                update(t.printer)
                .where(t.printer.c.id == done.printer_id, t.printer.c.interrupted)
                .values(interrupted=False)
            )
            connection.execute(clean)
        return done is not None


def requeue_elsewhere(store: Store, job_id: int, owner: str, outcome: Outcome | None, now: datetime) -> bool:
    """Requeue a claimed job that produced no output at another printer within reach; return False if there is none."""
    is_own = and_(t.print_job.c.id == job_id, _IS_SENDING, t.print_job.c.owner == owner)
    with store.write(now) as unit:
        row = unit.connection.execute(select(t.print_job).where(is_own)).one_or_none()
        return row is not None and _requeue(unit, row, outcome)


def _requeue(unit: Unit, row: Row[Any], outcome: Outcome | None) -> bool:
    """Move a job to another printer, in the same row: of one ticket there are never two slips of one copy number."""
    all_printers = read_printers(unit.connection)
    other = (
        reachable_fallback(all_printers, row.printer_id)
        if row.kind in MOVABLE_KINDS and row.printer_id in all_printers
        else None
    )
    if other is None:
        return False
    unit.connection.execute(
        update(t.print_job)
        .where(t.print_job.c.id == row.id)
        .values(state=PrintJobState.QUEUED, outcome=outcome, printer_id=other.id, owner=None, lease_until=None)
    )
    unit.record(
        PrintJobMoved(job_id=row.id, from_printer=row.printer_id, to_printer=other.id, why=outcome_text(outcome)),
        ticket_id=row.ticket_id,
    )
    return True


def move_queued(store: Store, printer_id: int, outcome: Outcome, now: datetime) -> int:
    """Move the queued jobs of a printer that no process serves to another within reach; return the number moved."""
    waiting = and_(_IS_OPEN, t.print_job.c.printer_id == printer_id, t.print_job.c.state == PrintJobState.QUEUED)
    with store.read() as connection:
        if connection.execute(select(t.print_job.c.id).where(waiting).limit(1)).first() is None:
            return 0
    with store.write(now) as unit:
        rows = unit.connection.execute(select(t.print_job).where(waiting).order_by(t.print_job.c.id)).all()
        return sum(_requeue(unit, row, outcome) for row in rows)


def expire_stale_jobs(store: Store, now: datetime, gone: IsDead = never_dead) -> int:
    """Expire stale jobs; mark jobs of dead workers `uncertain`. Return the number changed.

    A job found `sending` after its lease is never queued again: its slip may already be out. A partial job may be in
    the printer, which is noted in the printer's row.
    """
    now_ms = to_ms(now)
    oldest = now_ms - round(EXPIRES_AFTER.total_seconds() * 1000)
    with store.read() as connection:
        rows = connection.execute(select(t.print_job).where(_IS_OPEN)).all()
    stale = [row for row in rows if row.state == PrintJobState.QUEUED and row.created_at < oldest]
    interrupted = [
        row for row in rows if row.state == PrintJobState.SENDING and (row.lease_until < now_ms or gone(row.owner))
    ]
    if not stale and not interrupted:
        return 0
    with store.transaction() as connection:
        return sum(
            [_end(connection, row, now_ms, PrintJobState.EXPIRED, row.outcome) for row in stale]
            + [_mark_uncertain(connection, row, now_ms) for row in interrupted]
        )


def _end(connection: Connection, row: Row[Any], now_ms: int, state: PrintJobState, outcome: Outcome | None) -> bool:
    """End a job if it is unchanged since it was read; return whether it was."""
    same = [t.print_job.c[name].is_not_distinct_from(row._mapping[name]) for name in ("state", "owner", "lease_until")]
    done = connection.execute(
        update(t.print_job)
        .where(t.print_job.c.id == row.id, *same)
        .values(state=state, outcome=outcome, ended_at=now_ms, owner=None)
    )
    return done.rowcount == 1


def _mark_uncertain(connection: Connection, row: Row[Any], now_ms: int) -> bool:
    if not _end(connection, row, now_ms, PrintJobState.UNCERTAIN, _STOPPED):
        return False
    connection.execute(update(t.printer).where(t.printer.c.id == row.printer_id).values(interrupted=True))
    return True
