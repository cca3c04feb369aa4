"""Display presence: displays ask for the voice of their zone and report their health on their sockets."""

from __future__ import annotations

import logging
import re
import threading
from collections.abc import Callable
from datetime import datetime
from typing import Any

from sqlalchemy.exc import SQLAlchemyError

from queue_app.domain.catalogue import Catalogue
from queue_app.domain.clock import to_ms
from queue_app.domain.errors import Refusal
from queue_app.domain.sound import SoundState
from queue_app.services.devices.display_pairing import display_settings_version, paired_displays
from queue_app.services.devices.display_presence import DisplayReport, store_display_reports
from queue_app.services.devices.voice_lease import LEASE_MS, QUEUE_KEPT, SPOKEN_KEPT, LeaseRequest, request_voice_lease
from queue_app.snapshots.moment import Json
from queue_app.store.unit_of_work import Store

logger = logging.getLogger(__name__)

_KEY = re.compile(r"[A-Za-z0-9_-]{2,40}")
_PAIRED = re.compile(r"d[0-9]{1,9}")
_OF_PAIRED = re.compile(r"(d[0-9]{1,9})(?:-.*)?")
_LABEL = re.compile(r"[A-Z0-9-]{1,12}")
_WORD = re.compile(r"[a-z0-9.]{0,20}")
_LONGEST_WAIT_MS = 3_600_000
_MAX_DISPLAYS = 2_000


class DisplayPresence:
    """The displays of this process. Reports are collected, and written together every few seconds."""

    def __init__(self, store: Store, clock: Callable[[], datetime]) -> None:
        self._store = store
        self._clock = clock
        self._lock = threading.Lock()
        self.on_silence: Callable[[], None] = lambda: None
        """Called when a browser has blocked a display's sound for some seconds, or has stopped blocking it."""
        self._silent: set[str] = set()
        self._reports: dict[str, tuple[DisplayReport, datetime]] = {}
        self._last_states: dict[str, tuple[str, SoundState]] = {}

    def speak(self, message: Any, paired: str | None) -> Json:
        """Ask for the voice of a zone. `paired` is the key of the display that sent the message, if it is paired.

        Raises Refusal bad_request, unknown_zone; not_allowed for another display's key, and for an unpaired display in
        a
        hall that requires pairing.
        """
        zone_id = self._zone_id(message)
        if not paired and self._catalogue().display_settings.pairing:
            raise Refusal("not_allowed")
        asked = _parse_speak(message)
        if not _is_own(asked.speaker, paired):
            raise Refusal("not_allowed")
        now = self._clock()
        turn = request_voice_lease(self._store, zone_id, asked, now)
        return {"granted": turn.granted, "ms": LEASE_MS, "spoken": list(turn.spoken), "at": to_ms(now)}

    def report(self, message: Any, paired: str | None) -> Json:
        """Record a display's report, and answer the version of its settings: null if it was revoked.

        `paired` is the key of the display that sent the message, if it is paired. Raises Refusal bad_request,
        unknown_zone.
        """
        self._zone_id(message)
        report = _parse_report(message)
        if not _is_own(report.key, paired):
            return {"setup": None}
        with self._lock:
            if report.key not in self._reports and len(self._reports) >= _MAX_DISPLAYS:
                raise Refusal("bad_request")
            self._reports[report.key] = (report, self._clock())
            before = self._last_states.get(report.key)
            self._last_states[report.key] = now = (report.zone, report.sound)
            urgent = before != now
            changed = self._is_silence(report, before)
        if urgent:  # a new display, or one that fell silent: staff need to know now
            self.flush()
        if changed:
            self.on_silence()
        return {"setup": self._settings_version_of(report.key)}

    def _is_silence(self, report: DisplayReport, before: tuple[str, SoundState] | None) -> bool:
        """Whether staff must be told now that a display has no sound.

        A browser holds every page's sound back for a moment after loading: only two such reports in a row count.
        """
        was = before is not None and before[1] is SoundState.BLOCKED
        if report.sound is not SoundState.BLOCKED:
            self._silent.discard(report.key)
            return was
        new = was and report.key not in self._silent
        if was:
            self._silent.add(report.key)
        return new

    def flush(self) -> None:
        """Write the reports collected since the last flush."""
        with self._lock:
            reports, self._reports = list(self._reports.values()), {}
            if len(self._last_states) > _MAX_DISPLAYS:
                self._last_states.clear()
                self._silent.clear()
        try:
            store_display_reports(
                self._store, [report for report in reports if self._settings_version_of(report[0].key) is not None]
            )
        except SQLAlchemyError:
            # Not retried: the next report repeats it.
            logger.exception("what displays reported cannot be kept")

    def _catalogue(self) -> Catalogue:
        with self._store.read() as connection:
            return self._store.catalogue(connection)

    def _settings_version_of(self, key: str) -> str | None:
        """Return the version of the settings that a display should have now; None if it was revoked."""
        paired = _PAIRED.fullmatch(key) is not None
        with self._store.read() as connection:
            setup = paired_displays(connection).get(int(key[1:])) if paired else None
            settings = self._store.catalogue(connection).display_settings
        return None if paired and setup is None else display_settings_version(setup, settings)

    def _zone_id(self, message: Any) -> int:
        if not isinstance(message, dict) or not isinstance(message.get("zone"), str):
            raise Refusal("bad_request")
        zone = self._catalogue().zones_by_code.get(message["zone"])
        if zone is None:
            raise Refusal("unknown_zone")
        return zone.id


def _is_own(name: str, paired: str | None) -> bool:
    """Whether the report is the display's own: accept reports for a paired display only from that display."""
    claimed = _OF_PAIRED.fullmatch(name)
    return claimed is None or claimed[1] == paired


def _parse_speak(message: Json) -> LeaseRequest:
    spoken, queue = message.get("spoken", []), message.get("queue", [])
    if not isinstance(spoken, list) or not isinstance(queue, list):
        raise Refusal("bad_request")
    pairs = [pair for pair in queue[:QUEUE_KEPT] if isinstance(pair, list) and len(pair) == 2]
    call = message.get("call")
    numbers = [*spoken[-SPOKEN_KEPT:], *(seq for seq, _ in pairs), 0 if call is None else call]
    if not all(_whole(seq, 2**53) for seq in numbers) or not all(_whole(wait, _LONGEST_WAIT_MS) for _, wait in pairs):
        raise Refusal("bad_request")
    return LeaseRequest(
        _matching(message.get("screen"), _KEY),
        call,
        spoken[-SPOKEN_KEPT:],
        [(seq, wait) for seq, wait in pairs],
        message.get("release") is True,
    )


def _parse_report(message: Json) -> DisplayReport:
    sound, shown = message.get("sound"), message.get("shown")
    if sound not in set(SoundState):
        raise Refusal("bad_request")
    size = [message.get("width"), message.get("height")]
    if not all(_whole(pixels, 100_000) for pixels in size):
        raise Refusal("bad_request")
    return DisplayReport(
        key=_matching(message.get("screen"), _KEY),
        zone=message["zone"],
        layout=_matching(message.get("layout"), _WORD),
        sound=SoundState(sound),
        shown=None if shown is None else _matching(shown, _LABEL),
        width=size[0] or 0,
        height=size[1] or 0,
        legible=message.get("legible") is not False,
        build=_matching(message.get("build"), _WORD),
    )


def _whole(value: Any, maximum: int) -> bool:
    return type(value) is int and 0 <= value <= maximum


def _matching(value: Any, shape: re.Pattern[str]) -> str:
    if not isinstance(value, str) or not shape.fullmatch(value):
        raise Refusal("bad_request")
    return value
