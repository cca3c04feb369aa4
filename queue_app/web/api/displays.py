"""Displays, for staff: presence and sound, announcements, notices, settings."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from typing import Annotated, Any, Literal

import flask
from apiflask import APIBlueprint
from pydantic import BaseModel, Field

from queue_app.domain.clock import to_ms
from queue_app.domain.device import DeviceKind
from queue_app.domain.permissions import Permission
from queue_app.domain.sound import AnnouncementState, SoundState, ZoneSound
from queue_app.services.devices import device_pairing, display_presence, voice_lease
from queue_app.services.devices.display_pairing import PairedDisplay, paired_displays
from queue_app.services.devices.display_pairing import approve_display as approve_display_of_display_pairing
from queue_app.services.devices.display_pairing import change_display as change_display_of_display_pairing
from queue_app.services.devices.display_pairing import revoke_display as revoke_display_of_display_pairing
from queue_app.services.devices.tokens import Device
from queue_app.services.printing.printer_health import AGENT_TIMEOUT_SECONDS
from queue_app.services.queue.counters import require_counter
from queue_app.services.settings import display_settings
from queue_app.services.settings.notices import LONGEST_NOTICE
from queue_app.services.settings.notices import add_notice as add_notice_of_notices
from queue_app.services.settings.notices import remove_notice as remove_notice_of_notices
from queue_app.store import queries
from queue_app.web.api.responses import STAFF, json_response, refusals
from queue_app.web.api.schemas.common import IdNumber, Ms, Strict
from queue_app.web.context import current_context
from queue_app.web.permissions import needs, signed_in_officer

blueprint = APIBlueprint("displays", __name__, url_prefix="/api/v1", tag="displays")


class DisplayOut(BaseModel):
    """A display's last report; `sound` is blocked where the browser waits for a touch."""

    key: str
    zone: str
    zones: Annotated[list[str], Field(description="zones whose calls the display shows and speaks; its own first")]
    layout: str
    sound: SoundState
    shown: str | None
    width: int
    height: int
    legible: Annotated[bool, Field(description="capitals are at least 1/200 of the viewing distance")]
    alive: bool
    speaker: bool
    last_seen_at: Ms


class PairedOut(BaseModel):
    """A paired display and its configuration; `key` is its name in `displays`."""

    id: IdNumber
    key: str
    name: str
    zone: str
    screen: dict[str, Any]


class PairedIn(Strict):
    """Name and configuration of a paired display. `screen`: layout, counter, distance_m, inches, languages, theme,
    voice, volume, also (further zones); missing fields get their defaults.
    """

    name: Annotated[str, Field(min_length=1, max_length=120)]
    zone: Annotated[str, Field(max_length=40)]
    screen: dict[str, Any] = Field(default_factory=dict)


class ApprovalIn(PairedIn):
    """The name and configuration, and the code that the screen shows."""

    code: Annotated[str, Field(pattern=r"^[0-9]{6}$")]


class DeviceOut(BaseModel):
    """A paired kiosk or print agent; `place` is the kiosk's code, or the agent's own."""

    id: IdNumber
    kind: Literal["kiosk", "agent"]
    name: str
    place: str
    alive: bool
    last_seen_at: Ms | None


class DeviceIn(Strict):
    """The code that a screen or an agent shows, and what it is to be paired as."""

    code: Annotated[str, Field(pattern=r"^[0-9]{6}$")]
    kind: Literal["kiosk", "agent"]
    name: Annotated[str, Field(min_length=1, max_length=120)]
    place: Annotated[str, Field(min_length=1, max_length=60)]


class ZoneVoiceOut(BaseModel):
    """Whether calls are heard in a zone: some display speaks, all are blocked by their browser, or none is there."""

    zone: str
    voice: ZoneSound


class DisplaysOut(BaseModel):
    """All displays of the last week, the paired kiosks and print agents, and the voice of each zone."""

    displays: list[DisplayOut]
    paired: list[PairedOut]
    devices: list[DeviceOut]
    zones: list[ZoneVoiceOut]


class AnnouncementOut(BaseModel):
    """State of the current ticket's newest call; `in_s` only while it is queued, null if unknown."""

    label: str | None
    state: AnnouncementState
    in_s: int | None


class DisplaySettingsBody(Strict):
    """Settings of all displays; missing fields get their defaults."""

    times: Annotated[int, Field(ge=1, le=3)] = 2
    both: bool = True
    gong: bool = True
    agency: bool = True
    pairing: bool = False


class NoticeIn(Strict):
    """A sentence for the boards of a zone (null: of all zones), from one instant to another."""

    text: Annotated[str, Field(min_length=1, max_length=LONGEST_NOTICE)]
    zone: Annotated[str, Field(max_length=40)] | None = None
    from_at: Annotated[int, Field(ge=0, le=2**53 - 1)]
    until_at: Annotated[int, Field(ge=0, le=2**53 - 1)]


class NoticeOut(BaseModel):
    """A notice."""

    id: IdNumber
    text: str
    zone: str | None
    from_at: Ms
    until_at: Ms


class NoticesOut(BaseModel):
    """All notices that did not end long ago."""

    notices: list[NoticeOut]


@blueprint.get("/devices")
@needs(Permission.VIEW_DEVICES)
@blueprint.output(DisplaysOut)
@blueprint.doc(summary="List displays", security=STAFF, responses=refusals(staff=True))
def displays() -> flask.Response:
    """List displays with their sound and the last call they showed, and whether calls are heard in each zone."""
    context = current_context()
    now_ms = to_ms(context.clock())
    reports = display_presence.display_statuses(context.store)
    with context.store.read() as connection:
        zones = context.store.catalogue(connection).zones_by_code
        paired = paired_displays(connection).values()
        # An unpaired display reports its own zone only.
        shown = {display.key: display.zones for display in paired}
        speakers = {code: voice_lease.speaker_of(connection, zone.id) or "" for code, zone in zones.items()}
    return json_response(
        {
            "displays": [
                _display(screen, shown.get(screen.key, (screen.zone,)), now_ms, speakers)
                for screen in reports
                if screen.zone in zones
            ],
            "paired": [_paired(display) for display in paired],
            "devices": [_device(device, now_ms) for device in device_pairing.paired_devices(context.store)],
            "zones": [
                {
                    "zone": code,
                    "voice": _voice(
                        [screen for screen in reports if code in shown.get(screen.key, (screen.zone,))], now_ms
                    ),
                }
                for code in zones
            ],
        }
    )


def _paired(display: PairedDisplay) -> dict[str, Any]:
    return {
        "id": display.device_id,
        "key": display.key,
        "name": display.name,
        "zone": display.zone,
        "screen": dict(display.config),
    }


@blueprint.post("/devices/displays")
@needs(Permission.MANAGE_DEVICES)
@blueprint.input(ApprovalIn, arg_name="body")
@blueprint.output(DisplaysOut)
@blueprint.doc(
    summary="Pair a display",
    security=STAFF,
    responses=refusals("unknown_device", "unknown_zone", "bad_setting", body=True, staff=True),
)
def approve_display(body: ApprovalIn) -> flask.Response:
    """Pair the screen that shows this code, as a display of a zone."""
    context = current_context()
    config = context.checked_screen(body.screen)
    approve_display_of_display_pairing(
        context.store, signed_in_officer(), body.code, body.name, body.zone, config, context.clock()
    )
    return displays()


@blueprint.put("/devices/displays/<int:device_id>")
@needs(Permission.MANAGE_DEVICES)
@blueprint.input(PairedIn, arg_name="body")
@blueprint.output(DisplaysOut)
@blueprint.doc(
    summary="Change a display",
    security=STAFF,
    responses=refusals("unknown_device", "unknown_zone", "bad_setting", body=True, staff=True),
)
def change_display(device_id: int, body: PairedIn) -> flask.Response:
    """Change a display's name, zone or configuration; the display applies it within seconds."""
    context = current_context()
    config = context.checked_screen(body.screen)
    change_display_of_display_pairing(
        context.store, signed_in_officer(), device_id, body.name, body.zone, config, context.clock()
    )
    return displays()


@blueprint.delete("/devices/displays/<int:device_id>")
@needs(Permission.MANAGE_DEVICES)
@blueprint.output(DisplaysOut)
@blueprint.doc(summary="Revoke a display", security=STAFF, responses=refusals("unknown_device", staff=True))
def revoke_display(device_id: int) -> flask.Response:
    """Revoke a display's token: the screen shows a code again."""
    context = current_context()
    revoke_display_of_display_pairing(context.store, signed_in_officer(), device_id, context.clock())
    return displays()


@blueprint.post("/devices")
@needs(Permission.MANAGE_DEVICES)
@blueprint.input(DeviceIn, arg_name="body")
@blueprint.output(DisplaysOut)
@blueprint.doc(
    summary="Pair a kiosk or print agent",
    security=STAFF,
    responses=refusals("unknown_device", "unknown_kiosk", "bad_setting", body=True, staff=True),
)
def approve_device(body: DeviceIn) -> flask.Response:
    """Pair the machine that shows this code. Only administrators may pair a print agent."""
    context = current_context()
    device_pairing.approve_device(
        context.store, signed_in_officer(), DeviceKind(body.kind), body.code, body.name, body.place, context.clock()
    )
    return displays()


@blueprint.delete("/devices/<int:device_id>")
@needs(Permission.MANAGE_DEVICES)
@blueprint.output(DisplaysOut)
@blueprint.doc(
    summary="Revoke a kiosk or print agent", security=STAFF, responses=refusals("unknown_device", staff=True)
)
def revoke_device(device_id: int) -> flask.Response:
    """Revoke the token of a kiosk or print agent."""
    context = current_context()
    device_pairing.revoke_paired_device(context.store, signed_in_officer(), device_id, context.clock())
    return displays()


def _device(machine: Device, now_ms: int) -> dict[str, Any]:
    return {
        "id": machine.id,
        "kind": machine.kind,
        "name": machine.name,
        "place": machine.code,
        "alive": machine.last_seen_at is not None and now_ms - machine.last_seen_at <= AGENT_TIMEOUT_SECONDS * 1000,
        "last_seen_at": machine.last_seen_at,
    }


def _display(
    screen: display_presence.DisplayStatus, zones: Sequence[str], now_ms: int, speakers: Mapping[str, str]
) -> dict[str, Any]:
    return {
        "key": screen.key,
        "zone": screen.zone,
        "zones": list(zones),
        "layout": screen.layout,
        "sound": screen.sound,
        "shown": screen.shown,
        "width": screen.width,
        "height": screen.height,
        "legible": screen.legible,
        "alive": screen.is_alive(now_ms),
        "speaker": any(speakers.get(zone, "").startswith(f"{screen.key}-") for zone in zones),
        "last_seen_at": screen.last_seen_at,
    }


def _voice(displays: Iterable[display_presence.DisplayStatus], now_ms: int) -> ZoneSound:
    sounds = {display.sound for display in displays if display.is_alive(now_ms)}
    if SoundState.ON in sounds:
        return ZoneSound.ON
    return ZoneSound.BLOCKED if SoundState.BLOCKED in sounds else ZoneSound.SILENT


@blueprint.get("/counters/<int:counter_id>/announcement")
@needs(Permission.OPERATE_COUNTERS)
@blueprint.output(AnnouncementOut)
@blueprint.doc(
    summary="Announcement of the current call", security=STAFF, responses=refusals("unknown_counter", staff=True)
)
def announcement(counter_id: int) -> flask.Response:
    """Return whether the call of the current ticket was spoken, or in how many seconds it will be."""
    with current_context().moment() as moment:
        counter = require_counter(moment.catalogue, signed_in_officer(), counter_id)
        ticket = queries.current_tickets(moment.connection, [counter_id]).get(counter_id)
        if ticket is None or ticket.last_call_seq is None or ticket.last_called_at is None:
            return json_response({"label": None, "state": AnnouncementState.NONE, "in_s": None})
        became = voice_lease.announcement_of(
            moment.connection, counter.zone_id, ticket.last_call_seq, ticket.last_called_at, moment.now_ms
        )
    in_s = None if became.in_ms is None else math.ceil(became.in_ms / 1000)
    return json_response({"label": ticket.label, "state": became.state, "in_s": in_s})


@blueprint.get("/settings/displays")
@needs(Permission.MANAGE_DISPLAYS)
@blueprint.output(DisplaySettingsBody)
@blueprint.doc(summary="Display settings", security=STAFF, responses=refusals(staff=True))
def show_settings() -> flask.Response:
    """Return how often and in which languages a call is spoken, and whether displays must be paired."""
    return json_response(current_context().catalogue().display_settings.as_json())


@blueprint.put("/settings/displays")
@needs(Permission.MANAGE_DISPLAYS)
@blueprint.input(DisplaySettingsBody, arg_name="body")
@blueprint.output(DisplaySettingsBody)
@blueprint.doc(
    summary="Change display settings", security=STAFF, responses=refusals("bad_setting", body=True, staff=True)
)
def set_settings(body: DisplaySettingsBody) -> flask.Response:
    """Set the settings of all displays, which apply them within seconds, once nothing is being announced."""
    context = current_context()
    display_settings.set_display_settings(context.store, signed_in_officer(), body.model_dump(), context.clock())
    return show_settings()


@blueprint.get("/notices")
@needs(Permission.MANAGE_NOTICES)
@blueprint.output(NoticesOut)
@blueprint.doc(summary="Notices on the boards", security=STAFF, responses=refusals(staff=True))
def notices() -> flask.Response:
    """List the notices, upcoming and recently ended ones included."""
    return json_response({"notices": _notices()})


@blueprint.post("/notices")
@needs(Permission.MANAGE_NOTICES)
@blueprint.input(NoticeIn, arg_name="body")
@blueprint.output(NoticesOut)
@blueprint.doc(
    summary="Add a notice",
    security=STAFF,
    responses=refusals("unknown_zone", "bad_setting", body=True, staff=True),
)
def add_notice(body: NoticeIn) -> flask.Response:
    """Add a notice, plain text, on the boards of one zone or of all."""
    context = current_context()
    add_notice_of_notices(
        context.store, signed_in_officer(), body.text, body.zone, body.from_at, body.until_at, context.clock()
    )
    return json_response({"notices": _notices()})


@blueprint.delete("/notices/<int:notice_id>")
@needs(Permission.MANAGE_NOTICES)
@blueprint.output(NoticesOut)
@blueprint.doc(summary="Remove a notice", security=STAFF, responses=refusals(staff=True))
def remove_notice(notice_id: int) -> flask.Response:
    """Remove a notice; the response lists the remaining ones."""
    context = current_context()
    remove_notice_of_notices(context.store, signed_in_officer(), notice_id, context.clock())
    return json_response({"notices": _notices()})


def _notices() -> list[dict[str, Any]]:
    catalogue = current_context().catalogue()
    return [
        {
            "id": notice.id,
            "text": notice.text,
            "zone": None if notice.zone_id is None else catalogue.zones[notice.zone_id].code,
            "from_at": notice.from_at,
            "until_at": notice.until_at,
        }
        for notice in catalogue.notices
    ]
