"""Shows the house to each leaf: the Protocols of kiosk, display and printer, implemented."""

from __future__ import annotations

import os
import socket
import threading
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import display
import display.face
import display.voice
import kiosk.face
import printer.face
from printer.address import parse_address
from queue_app.domain.clock import from_ms, zone_short_name
from queue_app.domain.errors import Refusal
from queue_app.live import states
from queue_app.services import printing
from queue_app.store.unit import NotReadyError, Store
from queue_app.web.context import Context


class KioskFace:
    """What the kiosk's page needs."""

    def __init__(self, context: Context) -> None:
        self._context = context

    def page(self, code: str) -> kiosk.face.KioskPage | None:
        """The kiosk with the whole menu, or None if there is no such kiosk."""
        context = self._context
        with context.moment() as moment:
            catalogue = moment.catalogue
            found = catalogue.kiosks.get(code)
            if found is None:
                return None
            return kiosk.face.KioskPage(
                code=found.code,
                name=found.name,
                language=catalogue.language,
                build=context.build,
                time_zone=catalogue.time_zone,
                hall_name=catalogue.hall_name,
                catalogue=states.catalogue_json(moment),
                seq=moment.seq,
                state=states.kiosk(moment, code),
                now_ms=moment.now_ms,
            )

    def asset(self, path: str) -> str:
        """Address of a static file."""
        return self._context.asset(path)


class DisplayFace:
    """What the lobby display's page needs."""

    def __init__(self, context: Context) -> None:
        self._context = context

    def page(self, zone: str) -> display.face.BoardPage | None:
        """The board of a zone, or None if there is no such zone."""
        context = self._context
        with context.moment() as moment:
            try:
                state = states.board(moment, zone)
            except Refusal:
                return None
            catalogue = moment.catalogue
            return display.face.BoardPage(
                zone_code=zone,
                zone_name=catalogue.zones_by_code[zone].name,
                hall_name=catalogue.hall_name,
                language=catalogue.language,
                build=context.build,
                time_zone=catalogue.time_zone,
                seq=moment.seq,
                state=state,
                now_ms=moment.now_ms,
            )

    def asset(self, path: str) -> str:
        """Address of a static file."""
        return self._context.asset(path)


def clip_bank(store: Store, folder: Path) -> display.Bank:
    """The clips in `folder`, for the hall's own names too: its agencies, and counters that have a name."""

    def names() -> list[str]:
        try:
            with store.read() as connection:
                catalogue = store.catalogue(connection)
        except NotReadyError:
            return []
        return [a.short for a in catalogue.agencies.values()] + [c.name for c in catalogue.counters.values()]

    return display.Bank(folder, names)


class VoiceFace:
    """What the web needs of the voice."""

    clips_url = display.CLIPS

    def __init__(self, bank: display.Bank) -> None:
        self._bank = bank

    def synthesiser(self) -> str | None:
        """Name of the program that makes clips, if there is one."""
        found = display.voice.find_synthesiser()
        return None if found is None else found.name

    def words(self, language: str) -> Sequence[display.voice.Word]:
        """Every word of a language with its clip."""
        return self._bank.words(language)

    def sentence(self, language: str, label: str, counter: str, agency: str) -> Sequence[display.voice.Word]:
        """The words of a call; one that no clip is for is missing."""
        known = {word.text: word for word in self._bank.words(language)}
        said = display.voice.sentence(language, label, counter, agency)
        return [known.get(text) or display.voice.Word(language, text, "missing", None) for text in said]

    def record(self, language: str, text: str, data: bytes) -> display.voice.Word:
        """Keep a recording. Raises Refusal unknown_word, bad_recording."""
        try:
            return self._bank.record(language, text, data)
        except KeyError as error:
            raise Refusal("unknown_word") from error
        except display.voice.WaveError as error:
            raise Refusal("bad_recording", detail=str(error)) from error

    def forget(self, language: str, text: str) -> display.voice.Word:
        """Remove a recording. Raises Refusal unknown_word."""
        try:
            return self._bank.forget(language, text)
        except KeyError as error:
            raise Refusal("unknown_word") from error

    def pronunciation(self) -> Mapping[str, Mapping[str, str]]:
        """The hall's own table."""
        return self._bank.own_pronunciation()

    def set_pronunciation(self, table: object) -> None:
        """Replace it. Raises Refusal bad_setting."""
        try:
            self._bank.set_pronunciation(table)
        except ValueError as error:
            raise Refusal("bad_setting", detail=str(error)) from error

    def build(self) -> tuple[int, Sequence[str]]:
        """Make what is missing, where a synthesiser is there."""
        found = display.voice.find_synthesiser()
        return (0, []) if found is None else self._bank.make_missing(found)


class PrintQueue:
    """The print jobs of the house, as the spooler sees them."""

    def __init__(self, store: Store, clock: Callable[[], datetime]) -> None:
        self._store = store
        self._clock = clock
        self._bell = threading.Event()
        store.on_commit(self._bell.set)

    def printers(self) -> Sequence[printer.face.PrinterConfig]:
        """All printers of the hall; none while there is no hall yet."""
        try:
            found = printing.printers(self._store)
        except NotReadyError:
            return []
        return [printer.face.PrinterConfig(p.id, p.code, p.url, p.paper_mm) for p in found]

    def claim(self, printer_id: int, owner: str, lease_seconds: int) -> printer.face.Job | None:
        """Take the oldest queued job of a printer."""
        claimed = printing.claim(self._store, printer_id, owner, lease_seconds, self._clock())
        if claimed is None:
            return None
        config = next(p for p in self.printers() if p.id == printer_id)
        return printer.face.Job(claimed.id, claimed.copy_no, slip_of(claimed.slip), config)

    def report(self, job_id: int, owner: str, state: printer.face.JobState, detail: str) -> bool:
        """Say what became of a job."""
        return printing.report(self._store, job_id, owner, state.value, detail, self._clock())

    def hand_over(self, job_id: int, owner: str, detail: str) -> bool:
        """No other printer is known to be near enough."""
        return False

    def may_look(self, printer_id: int, owner: str) -> bool:
        """One process looks at all printers."""
        return True

    def report_health(self, printer_id: int, health: printer.face.PrinterHealth) -> None:
        """Nothing is kept of it yet."""

    def report_capabilities(self, printer_id: int, capabilities: printer.face.Capabilities) -> None:
        """Nothing is kept of it yet: each start probes anew."""

    def wait(self, timeout: float) -> None:
        """Sleep until something was committed, at most `timeout` seconds."""
        self._bell.wait(timeout)
        self._bell.clear()


def slip_of(stored: Any) -> printer.face.Slip:
    """The slip from what the issuing transaction stored."""
    at, time_zone = from_ms(stored["issued_at"]), stored["time_zone"]
    return printer.face.Slip(
        label=stored["label"],
        hall=stored["hall"],
        agency=stored["agency"],
        service=stored["service"],
        zone=stored["zone"],
        issued_at=at.astimezone(ZoneInfo(time_zone)),
        zone_name=zone_short_name(time_zone, at),
        ahead=stored["ahead"],
        wait_range=_pair(stored.get("range")),
        url=stored["url"],
        language=stored["language"],
        priority=stored["priority"],
        documents=tuple(stored["documents"]),
        footer=stored["footer"],
    )


def _pair(stored: Any) -> tuple[int, int] | None:
    # A slip from before ranges were printed has none.
    return None if stored is None else (int(stored[0]), int(stored[1]))


def check_printer_url(url: str) -> None:
    """Raises ValueError with a hint when no printer can have this address; "" and "preview://" mean the default."""
    if url not in ("", "preview://"):
        parse_address(url.replace("{code}", "code"))


def probe_printer(url: str) -> str | None:
    """What to do about a printer that cannot be used now; None if it can."""
    try:
        address = parse_address(url)
    except ValueError as error:
        return str(error)
    if address.scheme == "tcp":
        try:
            socket.create_connection(address.endpoint, timeout=2).close()
        except OSError as error:
            return f"no answer ({error.strerror or error}): is it switched on, and is the address right?"
    elif address.scheme in ("file", "serial", "preview"):
        path = address.path
        if not os.access(path if path.exists() else path.parent, os.W_OK):
            return f"{path} cannot be written"
    return None
