"""The display: one dark board per zone, read from ten metres. Depends on the app only through `ports`."""

from display.board_views import create_blueprint
from display.display_config import DisplayConfig, InvalidDisplayConfig, parse_display_config
from display.ports import BoardPage, DisplayBackend, VoiceSettings

from .voice import ClipLibrary
from .voice_views import CLIPS

__all__ = [
    "CLIPS",
    "BoardPage",
    "ClipLibrary",
    "DisplayBackend",
    "DisplayConfig",
    "InvalidDisplayConfig",
    "VoiceSettings",
    "create_blueprint",
    "parse_display_config",
]
