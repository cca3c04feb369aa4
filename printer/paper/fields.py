"""Parse typed fields of decoded JSON, each once; an invalid field raises a ValueError that names it.

Fields that people may have written (templates) raise a `Mistake`; the rest comes from programs.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta, timezone
from typing import Literal

from printer.invalid_value import InvalidValue

Language = Literal["id", "en", "ban"]
LANGUAGES: tuple[Language, ...] = ("id", "en", "ban")
LONGEST_URL = 300
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MILLISECOND = timedelta(milliseconds=1)


class Fields:
    """The fields of one JSON object; `what` names it in errors."""

    def __init__(self, data: object, what: str = "a slip") -> None:
        if not isinstance(data, Mapping):
            raise InvalidValue("object", f"{what} is an object")
        self._data = dict(data)

    def finish(self) -> None:
        """Raise Mistake if a field was not taken."""
        if self._data:
            names = sorted(map(str, self._data))
            raise InvalidValue("unknown", f"unknown fields: {', '.join(names)}", names[0])

    def has(self, name: str) -> bool:
        """Whether the field is there and not taken yet."""
        return name in self._data

    def take(self, name: str) -> object:
        """Take the value unchecked. Raises Mistake if the field is missing."""
        if name not in self._data:
            raise InvalidValue("field_missing", f"{name} is missing", name)
        return self._data.pop(name)

    def text(self, name: str, *, empty: bool = True) -> str:
        """Take a text; not blank unless `empty`."""
        value = self.take(name)
        if not isinstance(value, str) or not (empty or value.strip()):
            raise InvalidValue("text", f"{name} is not a text", name)
        return value

    def optional_text(self, name: str) -> str | None:
        """Take a text or null."""
        value = self.take(name)
        if value is not None and not isinstance(value, str):
            raise InvalidValue("text", f"{name} is neither a text nor null", name)
        return value

    def texts(self, name: str) -> tuple[str, ...]:
        """Take a list of texts."""
        value = self.take(name)
        if not isinstance(value, list | tuple) or not all(isinstance(item, str) for item in value):
            raise ValueError(f"{name} is not a list of texts")
        return tuple(value)

    def flag(self, name: str) -> bool:
        """Take a boolean."""
        value = self.take(name)
        if not isinstance(value, bool):
            raise InvalidValue("boolean", f"{name} is neither true nor false", name)
        return value

    def count(self, name: str) -> int:
        """Take a whole number, not negative."""
        return _count(name, self.take(name))

    def optional_count(self, name: str) -> int | None:
        """Take a whole number, not negative, or null."""
        value = self.take(name)
        return None if value is None else _count(name, value)

    def pair(self, name: str) -> tuple[int, int] | None:
        """Take two counts, the smaller first, or null."""
        value = self.take(name)
        if value is None:
            return None
        if not isinstance(value, list | tuple) or len(value) != 2:
            raise ValueError(f"{name} is not a pair")
        low, high = (_count(name, part) for part in value)
        if low > high:
            raise ValueError(f"{name} is the wrong way round")
        return low, high

    def moment(self) -> datetime:
        """Take `issued_at` in milliseconds since the epoch, in the zone of `utc_offset` minutes."""
        at, offset = (_whole(name, self.take(name)) for name in ("issued_at", "utc_offset"))
        try:
            return (_EPOCH + at * _MILLISECOND).astimezone(timezone(timedelta(minutes=offset)))
        except OverflowError as error:
            raise ValueError("issued_at is out of range") from error

    def url(self) -> str:
        """Take `url`, a web address."""
        value = self.text("url")
        if not value.startswith(("http://", "https://")) or len(value) > LONGEST_URL:
            raise ValueError(f"url is not a web address of at most {LONGEST_URL} characters")
        if not all("!" <= character <= "~" for character in value):
            raise ValueError("url has signs that a web address cannot have")
        return value

    def language(self) -> Language:
        """Take `language`, one of the three."""
        value = self.take("language")
        if value not in LANGUAGES:
            raise ValueError("language is not one of id, en, ban")
        return value


def moment_json(moment: datetime) -> dict[str, object]:
    """Return the two fields that `Fields.moment` takes."""
    offset = moment.utcoffset() or timedelta(0)
    return {"issued_at": (moment - _EPOCH) // _MILLISECOND, "utc_offset": offset // timedelta(minutes=1)}


def _whole(name: str, value: object) -> int:
    if not isinstance(value, int) or isinstance(value, bool):
        raise InvalidValue("number", f"{name} is not a whole number", name)
    return value


def _count(name: str, value: object) -> int:
    number = _whole(name, value)
    if number < 0:
        raise InvalidValue("number", f"{name} is negative", name)
    return number
