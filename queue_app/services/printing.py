"""Print jobs: claimed by compare-and-set with a lease, reported once, never lost in silence."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import or_, select, update

from queue_app.domain.clock import to_ms
from queue_app.domain.events import Kind
from queue_app.store import tables as t
from queue_app.store.unit import Store

# The visitor has gone by then (printing guide).
EXPIRES_AFTER = timedelta(minutes=2)
# States that end a job; `sent` and `uncertain` end it too, because nobody may print it again unasked.
ENDED = frozenset({"printed", "sent", "held", "uncertain", "failed", "cancelled", "expired"})
_IS_OPEN = t.print_job.c.ended_at.is_(None)
_GOOD = frozenset({"printed", "sent"})


@dataclass(frozen=True, slots=True)
class ClaimedJob:
    """A job that one spooler may deliver until its lease ends."""

    id: int
    copy_no: int
    slip: Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Printer:
    """A printer as configured."""

    id: int
    code: str
    url: str
    paper_mm: int


def printers(store: Store) -> Sequence[Printer]:
    """All printers of the hall."""
    with store.read() as connection:
        rows = connection.execute(select(t.printer).order_by(t.printer.c.id)).all()
    return [Printer(row.id, row.code, row.url, row.paper_mm) for row in rows]


def printers_with_trouble(store: Store) -> list[tuple[str, int, str | None]]:
    """Code, paper width in mm and trouble (None: all is well) of each printer."""
    with store.read() as connection:
        rows = connection.execute(
            select(t.printer.c.code, t.printer.c.paper_mm, t.printer.c.trouble).order_by(t.printer.c.id)
        )
        return [(row.code, row.paper_mm, row.trouble) for row in rows]


def claim(store: Store, printer_id: int, owner: str, lease_seconds: int, now: datetime) -> ClaimedJob | None:
    """The oldest queued job of a printer, now `sending` in the hands of `owner`; None if there is none.

    Looks before it locks: an idle printer costs no write transaction.
    """
    now_ms = to_ms(now)
    queued = (
        select(t.print_job.c.id, t.print_job.c.copy_no, t.print_job.c.slip, t.print_job.c.attempts)
        .where(t.print_job.c.printer_id == printer_id, _IS_OPEN, t.print_job.c.state == "queued")
        .order_by(t.print_job.c.id)
        .limit(1)
    )
    with store.read() as connection:
        if connection.execute(queued).one_or_none() is None:
            return None
    with store.transaction() as connection:
        # Holding the printer's row keeps two processes from each taking a job of the same printer.
        connection.execute(select(t.printer.c.id).where(t.printer.c.id == printer_id).with_for_update())
        busy = connection.execute(
            select(t.print_job.c.id).where(
                t.print_job.c.printer_id == printer_id, _IS_OPEN, t.print_job.c.state == "sending"
            )
        ).first()
        row = connection.execute(queued).one_or_none()
        # One job at a time per printer, whoever owns it: a cheap printer takes one connection.
        if row is None or busy is not None:
            return None
        done = connection.execute(
            update(t.print_job)
            .where(t.print_job.c.id == row.id, t.print_job.c.state == "queued")
            .values(
                state="sending",
                owner=owner,
                lease_until=now_ms + lease_seconds * 1000,
                attempts=row.attempts + 1,
            )
        )
        return ClaimedJob(row.id, row.copy_no, row.slip) if done.rowcount == 1 else None


def report(store: Store, job_id: int, owner: str, state: str, detail: str, now: datetime) -> bool:
    """What became of a claimed job; False if the lease was lost to somebody else meanwhile.

    `queued` gives it back for another try. A printer that starts or stops failing is a fact of the log.
    """
    with store.write(now) as unit:
        ended = unit.now_ms if state in ENDED else None
        done = unit.connection.execute(
            update(t.print_job)
            .where(t.print_job.c.id == job_id, t.print_job.c.state == "sending", t.print_job.c.owner == owner)
            .values(state=state, detail=detail[:200], ended_at=ended, owner=None, lease_until=None)
            .returning(t.print_job.c.printer_id)
        ).one_or_none()
        if done is None:
            return False
        trouble = None if state in _GOOD else (detail or state)[:200]
        changed = unit.connection.execute(
            update(t.printer)
            .where(
                t.printer.c.id == done.printer_id,
                t.printer.c.trouble.is_not(None) if trouble is None else t.printer.c.trouble.is_distinct_from(trouble),
            )
            .values(trouble=trouble)
        )
        if changed.rowcount == 1:
            unit.record(Kind.PRINTER, payload={"printer": done.printer_id, "trouble": trouble})
        return True


def tidy_jobs(store: Store, now: datetime) -> int:
    """Expire jobs nobody waits for any more, and call jobs whose owner died half-way `uncertain`; how many.

    A job found `sending` after its lease is never queued again: its paper may lie in the tray.
    """
    now_ms = to_ms(now)
    expired = t.print_job.c.created_at < now_ms - round(EXPIRES_AFTER.total_seconds() * 1000)
    stale = t.print_job.c.lease_until < now_ms
    with store.read() as connection:
        found = connection.execute(
            select(t.print_job.c.id)
            .where(
                _IS_OPEN,
                or_(
                    (t.print_job.c.state == "queued") & expired,
                    (t.print_job.c.state == "sending") & stale,
                ),
            )
            .limit(1)
        ).first()
    if found is None:
        return 0
    with store.transaction() as connection:
        old = connection.execute(
            update(t.print_job)
            .where(_IS_OPEN, t.print_job.c.state == "queued", expired)
            .values(state="expired", ended_at=now_ms)
        )
        torn = connection.execute(
            update(t.print_job)
            .where(_IS_OPEN, t.print_job.c.state == "sending", stale)
            .values(state="uncertain", detail="the spooler stopped while sending", ended_at=now_ms, owner=None)
        )
        return int(old.rowcount + torn.rowcount)
