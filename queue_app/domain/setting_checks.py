"""Checks of single settings, shared by all that validate some. Each raises BadSetting."""

from __future__ import annotations

from collections.abc import Collection

from queue_app.domain.errors import BadSetting


def require_known(name: str, known: Collection[str], of: str) -> None:
    """Require the name of a setting; `of` says of what in the text for logs."""
    if name not in known:
        raise BadSetting("unknown", name, f"“{name}” is not a setting of {of}.")


def require_number(name: str, value: object, minimum: int, maximum: int) -> None:
    """Require a whole number within the limits."""
    if type(value) is not int or not minimum <= value <= maximum:
        text = f"“{name}” must be a whole number from {minimum} to {maximum}."
        raise BadSetting("range", name, text, least=minimum, most=maximum)


def require_flag(name: str, value: object) -> None:
    """Require true or false."""
    if not isinstance(value, bool):
        raise BadSetting("boolean", name, f"“{name}” must be true or false.")
