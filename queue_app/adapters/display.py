"""Adapters: implement the kiosk's and display's ports on top of the services."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict

import display
import display.ports
import display.voice
from queue_app.domain.display_settings import DisplaySettings
from queue_app.domain.errors import BadSetting, Refusal
from queue_app.services.devices.display_pairing import display_settings_version
from queue_app.snapshots.board import build_board
from queue_app.web.context import Context
from queue_app.web.device_auth import paired_display_of_request, redirect_target_of


class DisplayAdapter:
    """The display's port."""

    def __init__(self, context: Context) -> None:
        self._context = context

    def page(self, zone: str) -> display.ports.BoardPage | None:
        """Return the board of a zone, or None if there is no such zone."""
        context = self._context
        with context.moment() as moment:
            try:
                state = build_board(moment, zone)
            except Refusal:
                return None
            catalogue = moment.catalogue
            paired = paired_display_of_request()
            return display.ports.BoardPage(
                zone_code=zone,
                zone_name=catalogue.zones_by_code[zone].name,
                hall_name=catalogue.hall_name,
                language=catalogue.language,
                build=context.build,
                time_zone=catalogue.time_zone,
                seq=moment.seq,
                state=state,
                now_ms=moment.now_ms,
                voice=_voice(catalogue.display_settings),
                config=display.DisplayConfig() if paired is None else stored_display_config(paired.config),
                display_name=None if paired is None else paired.key,
                settings_version=display_settings_version(paired, catalogue.display_settings),
            )

    def redirect_target(self, zone: str) -> str | None:
        """Return the redirect target of a display of another zone, or one that must be paired first; else None."""
        return redirect_target_of(f"/display/{zone}")

    def asset(self, path: str) -> str:
        """Return the address of a static file."""
        return self._context.asset(path)


def stored_display_config(config: Mapping[str, object]) -> display.DisplayConfig:
    """Parse a display's stored settings; fall back to the defaults for settings this version does not know any more."""
    try:
        return display.parse_display_config(config)
    except ValueError:
        return display.DisplayConfig()


def check_display_config(config: Mapping[str, object]) -> Mapping[str, object]:
    """Normalise a display's settings for storing. Raises Refusal bad_setting."""
    try:
        return asdict(display.parse_display_config(config))
    except display.InvalidDisplayConfig as error:
        raise BadSetting(error.code, error.field, str(error), **error.facts).refusal() from error


def _voice(settings: DisplaySettings) -> display.VoiceSettings:
    return display.VoiceSettings(times=settings.times, both=settings.both, gong=settings.gong, agency=settings.agency)
