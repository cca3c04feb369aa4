"""The lobby display: one dark board per zone, read from ten metres. A leaf of the house, it knows only its face."""

from .face import Backend, BoardPage
from .views import create_blueprint

__all__ = ["Backend", "BoardPage", "create_blueprint"]
