"""The display: one dark board per zone, read from ten metres. Imports nothing of the app but through `face`."""

from .face import Backend, BoardPage, Voice
from .screen import Screen, WrongScreen, screen_of
from .views import create_blueprint
from .voice import Bank
from .voice_views import CLIPS

__all__ = ["CLIPS", "Backend", "Bank", "BoardPage", "Screen", "Voice", "WrongScreen", "create_blueprint", "screen_of"]
