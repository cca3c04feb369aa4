"""Notices that run on the boards."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import delete, insert, select

from queue_app.domain.clock import to_ms
from queue_app.domain.errors import BadSetting, Refusal
from queue_app.domain.permissions import Permission, require
from queue_app.domain.staff import Officer
from queue_app.services.day import begin_today
from queue_app.services.settings.editing import Setting, log_change
from queue_app.store import tables as t
from queue_app.store.unit_of_work import Store, new_id

LONGEST_NOTICE = 300
MAX_NOTICES = 50
_NOTICE_RETENTION = timedelta(days=1)


def add_notice(
    store: Store, officer: Officer, text: str, zone: str | None, from_at: int, until_at: int, now: datetime
) -> int:
    """Add a notice to the boards of a zone (None: of all), from one instant to another in ms; return its id.

    Notices that ended a day ago are deleted. Raises Refusal not_allowed, unknown_zone, bad_setting.
    """
    require(officer, Permission.MANAGE_NOTICES)
    text = " ".join(text.split())
    if not 0 < len(text) <= LONGEST_NOTICE:
        message = f"“text” has 1 to {LONGEST_NOTICE} characters."
        raise BadSetting("length", "text", message, most=LONGEST_NOTICE).refusal()
    if not from_at < until_at:
        raise BadSetting("notice_order", "until_at", "A notice must end after it begins.").refusal()
    with begin_today(store, now) as unit:
        ended_before = to_ms(now - _NOTICE_RETENTION)
        unit.connection.execute(delete(t.notice).where(t.notice.c.until_at < ended_before))
        if len([n for n in unit.catalogue.notices if n.until_at >= ended_before]) >= MAX_NOTICES:
            message = f"There are {MAX_NOTICES} notices already: remove some."
            raise BadSetting("too_many_notices", "text", message, most=MAX_NOTICES).refusal()
        zone_id = None
        if zone is not None:
            if zone not in unit.catalogue.zones_by_code:
                raise Refusal("unknown_zone")
            zone_id = unit.catalogue.zones_by_code[zone].id
        values = {"zone_id": zone_id, "text": text, "from_at": from_at, "until_at": until_at}
        notice_id = new_id(unit.connection.execute(insert(t.notice).values(**values)))
        log_change(unit, officer, Setting("notice", of=notice_id), None, values)
    return notice_id


def remove_notice(store: Store, officer: Officer, notice_id: int, now: datetime) -> None:
    """Remove a notice; nothing happens if it does not exist. Raises Refusal not_allowed."""
    require(officer, Permission.MANAGE_NOTICES)
    with begin_today(store, now) as unit:
        same_notice = t.notice.c.id == notice_id
        row = unit.connection.execute(select(t.notice).where(same_notice)).one_or_none()
        if row is None:
            return
        unit.connection.execute(delete(t.notice).where(same_notice))
        log_change(unit, officer, Setting("notice", of=notice_id), row._asdict(), None)
