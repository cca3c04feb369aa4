"""Settings of the displays: how calls are spoken, and the notices on the boards."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta

from sqlalchemy import delete, insert, update

from queue_app.domain.clock import to_ms
from queue_app.domain.errors import BadSetting, Refusal
from queue_app.domain.events import Kind
from queue_app.domain.lobby import lobby_of
from queue_app.domain.role import Role
from queue_app.domain.staff import Officer
from queue_app.services.day import acting
from queue_app.services.hours import require_admin
from queue_app.store import tables as t
from queue_app.store.unit import Store, Unit, new_id

LONGEST_NOTICE = 300
MOST_NOTICES = 50
_KEPT_AFTER_ITS_END = timedelta(days=1)


def require_supervisor(officer: Officer) -> None:
    """Require the supervisor or admin role. Raises Refusal not_allowed."""
    if officer.role is Role.OFFICER:
        raise Refusal("not_allowed")


def set_lobby(store: Store, officer: Officer, stored: Mapping[str, object], now: datetime) -> None:
    """Set the display settings; a missing one gets its default. Raises Refusal not_allowed, bad_setting."""
    require_admin(officer)
    try:
        settings = lobby_of(stored)
    except BadSetting as error:
        raise error.refusal() from error
    with acting(store, now) as unit:
        unit.connection.execute(update(t.hall).values(lobby=settings.as_json()))
        _changed(unit, officer, "lobby")


def add_notice(
    store: Store, officer: Officer, text: str, zone: str | None, from_at: int, until_at: int, now: datetime
) -> int:
    """Add a notice to the boards of a zone (None: of all), from one instant to another in ms; return its id.

    Notices that ended a day ago are deleted. Raises Refusal not_allowed, unknown_zone, bad_setting.
    """
    require_supervisor(officer)
    text = " ".join(text.split())
    if not 0 < len(text) <= LONGEST_NOTICE:
        message = f"“text” has 1 to {LONGEST_NOTICE} characters."
        raise BadSetting("length", "text", message, most=LONGEST_NOTICE).refusal()
    if not from_at < until_at:
        raise BadSetting("notice_order", "until_at", "A notice must end after it begins.").refusal()
    with acting(store, now) as unit:
        ended_before = to_ms(now - _KEPT_AFTER_ITS_END)
        unit.connection.execute(delete(t.notice).where(t.notice.c.until_at < ended_before))
        if len([n for n in unit.catalogue.notices if n.until_at >= ended_before]) >= MOST_NOTICES:
            message = f"There are {MOST_NOTICES} notices already: remove some."
            raise BadSetting("too_many_notices", "text", message, most=MOST_NOTICES).refusal()
        zone_id = None
        if zone is not None:
            if zone not in unit.catalogue.zones_by_code:
                raise Refusal("unknown_zone")
            zone_id = unit.catalogue.zones_by_code[zone].id
        values = {"zone_id": zone_id, "text": text, "from_at": from_at, "until_at": until_at}
        notice_id = new_id(unit.connection.execute(insert(t.notice).values(**values)))
        _changed(unit, officer, "notice")
    return notice_id


def remove_notice(store: Store, officer: Officer, notice_id: int, now: datetime) -> None:
    """Remove a notice; nothing happens if it does not exist. Raises Refusal not_allowed."""
    require_supervisor(officer)
    with acting(store, now) as unit:
        unit.connection.execute(delete(t.notice).where(t.notice.c.id == notice_id))
        _changed(unit, officer, "notice")


def _changed(unit: Unit, officer: Officer, what: str) -> None:
    unit.connection.execute(update(t.hall).values(catalogue_version=t.hall.c.catalogue_version + 1))
    unit.record(Kind.CATALOGUE_CHANGED, staff_id=officer.id, payload={"set": what})
