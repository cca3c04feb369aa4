"""Adapters: implement the kiosk's and display's ports on top of the services."""

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
    """The kiosk's port."""

    def __init__(self, context: Context) -> None:
        self._context = context

    def page(self, code: str) -> kiosk.face.KioskPage | None:
        """Return the kiosk with the whole menu, or None if there is no such kiosk."""
        context = self._context
        with context.moment() as moment:
            catalogue = moment.catalogue
            row = catalogue.kiosks.get(code)
            if row is None:
                return None
            return kiosk.face.KioskPage(
                code=row.code,
                name=row.name,
                language=catalogue.language,
                build=context.build,
                time_zone=catalogue.time_zone,
                hall_name=catalogue.hall_name,
                catalogue=states.catalogue_json(moment),
                seq=moment.seq,
                state=states.kiosk(moment, code),
                now_ms=moment.now_ms,
                place=f"/screen/place?kiosk={row.code}",
            )

    def elsewhere(self, code: str) -> str | None:
        """Return the redirect target of a screen paired as something else, or one that must pair first; else None."""
        return place_of(f"/kiosk/{code}")

    def asset(self, path: str) -> str:
        """Return the address of a static file."""
        return self._context.asset(path)


class DisplayFace:
    """The display's port."""

    def __init__(self, context: Context) -> None:
        self._context = context

    def page(self, zone: str) -> display.face.BoardPage | None:
        """Return the board of a zone, or None if there is no such zone."""
        context = self._context
        with context.moment() as moment:
            try:
                state = states.board(moment, zone)
            except Refusal:
                return None
            catalogue = moment.catalogue
            paired = setup_of_request()
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
                screen=display.Screen() if paired is None else screen_of(paired.config),
                key=None if paired is None else paired.key,
                setup=settings_version(paired, catalogue.lobby),
            )

    def elsewhere(self, zone: str) -> str | None:
        """Return the redirect target of a display of another zone, or one that must be paired first; else None."""
        return place_of(f"/display/{zone}")

    def asset(self, path: str) -> str:
        """Return the address of a static file."""
        return self._context.asset(path)


def screen_of(config: Mapping[str, object]) -> display.Screen:
    """Parse a display's stored settings; fall back to the defaults for settings this version does not know any more."""
    try:
        return display.screen_of(config)
    except ValueError:
        return display.Screen()


def checked_screen(config: Mapping[str, object]) -> Mapping[str, object]:
    """Normalise a display's settings for storing. Raises Refusal bad_setting."""
    try:
        return asdict(display.screen_of(config))
    except display.WrongScreen as error:
        raise BadSetting(error.code, error.field, str(error), **error.facts).refusal() from error


def _voice(lobby: Lobby) -> display.Voice:
    return display.Voice(times=lobby.times, both=lobby.both, gong=lobby.gong, agency=lobby.agency)


def clip_bank(store: Store, folder: Path) -> display.Bank:
    """Open the clips in `folder`, including the hall's own names: its agencies, and counters that have a name."""

    def names() -> list[str]:
        try:
            with store.read() as connection:
                catalogue = store.catalogue(connection)
        except NotReadyError:
            return []
        return [a.short for a in catalogue.agencies.values()] + [c.name for c in catalogue.counters.values()]

    return display.Bank(folder, names)


class VoiceFace:
    """The web's port to the voice."""

    clips_url = display.CLIPS

    def __init__(self, bank: display.Bank) -> None:
        self._bank = bank

    def synthesiser(self) -> str | None:
        """Return the name of the program that makes clips, or None."""
        synthesiser = display.voice.find_synthesiser()
        return None if synthesiser is None else synthesiser.name

    def words(self, language: str) -> Sequence[display.voice.Word]:
        """Return every word of a language with its clip."""
        return self._bank.words(language)

    def sentence(self, language: str, label: str, counter: str, agency: str) -> Sequence[display.voice.Word]:
        """Return the words of a call; a word without a clip is `missing`."""
        words_by_text = {word.text: word for word in self._bank.words(language)}
        texts = display.voice.sentence(language, label, counter, agency)
        return [words_by_text.get(text) or display.voice.Word(language, text, "missing", None) for text in texts]

    def record(self, language: str, text: str, data: bytes) -> display.voice.Word:
        """Save a recording. Raises Refusal unknown_word, bad_recording."""
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
        """Return the hall's own pronunciation table."""
        return self._bank.own_pronunciation()

    def set_pronunciation(self, table: object) -> None:
        """Replace the hall's own pronunciation table. Raises Refusal bad_setting."""
        try:
            self._bank.set_pronunciation(table)
        except display.voice.WrongWord as error:
            raise BadSetting(error.code, error.field, str(error), **error.facts).refusal() from error

    def build(self) -> tuple[int, Sequence[display.voice.Fault]]:
        """Make missing clips, if there is a synthesiser."""
        synthesiser = display.voice.find_synthesiser()
        return (0, []) if synthesiser is None else self._bank.make_missing(synthesiser)
