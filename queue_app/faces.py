"""Shows the house to each leaf: the Protocols of kiosk and display, implemented."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path

import display
import display.face
import display.voice
import kiosk.face
from queue_app.domain.errors import BadSetting, Refusal
from queue_app.domain.lobby import Lobby
from queue_app.live import states
from queue_app.services.pairing import settings_version
from queue_app.store.unit import NotReadyError, Store
from queue_app.web.context import Context
from queue_app.web.screens import place_of, setup_of_request


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
                place=f"/screen/place?kiosk={found.code}",
            )

    def elsewhere(self, code: str) -> str | None:
        """Where a paired screen goes that is not this kiosk, or one that must be paired first."""
        return place_of(f"/kiosk/{code}")

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
            setup = setup_of_request()
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
                voice=_voice(catalogue.lobby),
                screen=display.Screen() if setup is None else screen_of(setup.config),
                key=None if setup is None else setup.key,
                setup=settings_version(setup, catalogue.lobby),
            )

    def elsewhere(self, zone: str) -> str | None:
        """Where a paired display of another zone goes, or one that must be paired first."""
        return place_of(f"/display/{zone}")

    def asset(self, path: str) -> str:
        """Address of a static file."""
        return self._context.asset(path)


def screen_of(config: Mapping[str, object]) -> display.Screen:
    """A display's settings as they were stored. One that this version does not know any more leaves the defaults."""
    try:
        return display.screen_of(config)
    except ValueError:
        return display.Screen()


def checked_screen(config: Mapping[str, object]) -> Mapping[str, object]:
    """A display's settings as they may be stored. Raises Refusal bad_setting."""
    try:
        return asdict(display.screen_of(config))
    except display.WrongScreen as error:
        raise BadSetting(error.code, error.field, str(error), **error.facts).refusal() from error


def _voice(lobby: Lobby) -> display.Voice:
    return display.Voice(times=lobby.times, both=lobby.both, gong=lobby.gong, agency=lobby.agency)


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
            raise Refusal("bad_recording", detail=str(error), recording=error.code) from error

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
        except display.voice.WrongWord as error:
            raise BadSetting(error.code, error.field, str(error), **error.facts).refusal() from error

    def build(self) -> tuple[int, Sequence[display.voice.Fault]]:
        """Make what is missing, where a synthesiser is there."""
        found = display.voice.find_synthesiser()
        return (0, []) if found is None else self._bank.make_missing(found)
