"""Template of the hall's tickets: data that an administrator can change."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Mapping
from dataclasses import dataclass, fields
from functools import lru_cache

from printer.invalid_value import InvalidValue
from printer.paper.fields import LANGUAGES, Fields

LARGEST_LOGO = (576, 200)
"""Width and height in dots; a higher logo takes too long at 9600 baud."""
LARGEST_NUMBER = 8


@dataclass(frozen=True, slots=True)
class Logo:
    """A monochrome picture: rows from the top, each padded to whole bytes, the leftmost dot in the highest bit.

    A set bit is black. Raises Mistake if the size is out of bounds or does not match the bits.
    """

    width: int
    height: int
    bits: bytes

    def __post_init__(self) -> None:
        if not (0 < self.width <= LARGEST_LOGO[0] and 0 < self.height <= LARGEST_LOGO[1]):
            text = f"a logo has at most {LARGEST_LOGO[0]} x {LARGEST_LOGO[1]} dots"
            raise InvalidValue("logo_size", text, "logo", width=LARGEST_LOGO[0], height=LARGEST_LOGO[1])
        if len(self.bits) != (self.width + 7) // 8 * self.height:
            raise InvalidValue("logo_bits", "a logo's bits do not match its size", "logo")

    def within(self, dots: int) -> Logo:
        """Return this logo, scaled down if it is wider than `dots`."""
        return self if self.width <= dots else _shrunk(self, dots)

    def to_json(self) -> dict[str, object]:
        """Return plain data for JSON."""
        return {"width": self.width, "height": self.height, "bits": base64.b64encode(self.bits).decode("ascii")}

    @classmethod
    def from_json(cls, data: object) -> Logo:
        """Parse what `to_json` returned. Raises Mistake if a field is invalid."""
        logo_fields = Fields(data, "a logo")
        width, height, text = logo_fields.count("width"), logo_fields.count("height"), logo_fields.text("bits")
        logo_fields.finish()
        try:
            bits = base64.b64decode(text, validate=True)
        except binascii.Error as error:
            raise InvalidValue("logo_bits", "a logo's bits are not base64", "logo") from error
        return cls(width, height, bits)


@lru_cache(8)
def _shrunk(logo: Logo, width: int) -> Logo:
    """Scale a logo down by leaving out rows and columns; cached for all tickets."""
    height = max(1, logo.height * width // logo.width)
    row = (logo.width + 7) // 8
    columns = [_middle(x, logo.width, width) for x in range(width)]
    bits = bytearray()
    for y in range(height):
        source = logo.bits[_middle(y, logo.height, height) * row :][:row]
        line = bytearray((width + 7) // 8)
        for x, old in enumerate(columns):
            line[x >> 3] |= (source[old >> 3] >> (7 - (old & 7)) & 1) << (7 - (x & 7))
        bits += line
    return Logo(width, height, bytes(bits))


def _middle(place: int, old: int, new: int) -> int:
    """Return which of `old` rows or columns is in the middle of the one at `place` of `new`."""
    return (2 * place + 1) * old // (2 * new)


@dataclass(frozen=True, slots=True)
class TemplateOptions:
    """Parts of a ticket; by default all. Raises Mistake if `number_scale` is not 1 to 8."""

    show_hall: bool = True
    show_agency: bool = True
    show_zone: bool = True
    show_ahead: bool = True
    show_range: bool = True
    show_documents: bool = True
    show_qr: bool = True
    show_notice: bool = True
    """The line about a missed number."""
    number_scale: int = LARGEST_NUMBER
    """Largest size of the number, as a multiple of the normal size."""
    footer: str | Mapping[str, str] | None = None
    """Replaces the slip's own footer: by language, or one for all; empty for none."""
    logo: Logo | None = None

    def __post_init__(self) -> None:
        if not 1 <= self.number_scale <= LARGEST_NUMBER:
            text = f"number_scale is from 1 to {LARGEST_NUMBER}"
            raise InvalidValue("range", text, "number_scale", least=1, most=LARGEST_NUMBER)

    def footer_in(self, language: str, otherwise: str) -> str:
        """Return the footer in a language, else in Indonesian. `otherwise` is the slip's own footer."""
        match self.footer:
            case None:
                return otherwise
            case str():
                return self.footer
            case texts:
                return texts.get(language) or texts.get("id", "")

    def to_json(self) -> dict[str, object]:
        """Return plain data for JSON."""
        plain = {option.name: getattr(self, option.name) for option in fields(self)}
        return {**plain, "logo": None if self.logo is None else self.logo.to_json()}

    @classmethod
    def from_json(cls, data: object) -> TemplateOptions:
        """Parse what `to_json` returned; a missing field has its default. Raises Mistake if a field is invalid."""
        option_fields = Fields(data, "a template")
        standard = cls()
        flags = {name: option_fields.flag(name) for name in _FLAGS if option_fields.has(name)}
        options = cls(
            **flags,
            number_scale=option_fields.count("number_scale")
            if option_fields.has("number_scale")
            else standard.number_scale,
            footer=_footer(option_fields) if option_fields.has("footer") else None,
            logo=_logo(option_fields.take("logo")) if option_fields.has("logo") else None,
        )
        option_fields.finish()
        return options


_FLAGS = tuple(option.name for option in fields(TemplateOptions) if option.name.startswith("show_"))


def _footer(option_fields: Fields) -> str | dict[str, str] | None:
    """Parse the footer: a text for all languages, as in older templates, or one for each."""
    value = option_fields.take("footer")
    if value is None or isinstance(value, str):
        return value
    if not isinstance(value, Mapping) or not all(isinstance(text, str) for text in value.values()):
        raise InvalidValue("text", "footer is neither a text nor texts by language", "footer")
    unknown = sorted(str(language) for language in value if language not in LANGUAGES)
    if unknown:
        raise InvalidValue("unknown", f"footer has a language that is not known: {unknown[0]}", f"footer.{unknown[0]}")
    return dict(value)


def _logo(data: object) -> Logo | None:
    return None if data is None else Logo.from_json(data)
