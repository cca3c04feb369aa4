"""How a hall wants its tickets to look: data that an administrator can change."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Mapping
from dataclasses import dataclass, fields
from functools import lru_cache

from printer.fields import LANGUAGES, Fields
from printer.mistake import Mistake

LARGEST_LOGO = (576, 200)
"""Dots; higher ones take too long at 9600 baud."""
LARGEST_NUMBER = 8


@dataclass(frozen=True, slots=True)
class Logo:
    """A monochrome picture: rows from the top, each padded to whole bytes, the leftmost dot in the highest bit.

    A set bit is black. `Mistake` if the size is out of bounds or does not match the bits.
    """

    width: int
    height: int
    bits: bytes

    def __post_init__(self) -> None:
        if not (0 < self.width <= LARGEST_LOGO[0] and 0 < self.height <= LARGEST_LOGO[1]):
            text = f"a logo has at most {LARGEST_LOGO[0]} x {LARGEST_LOGO[1]} dots"
            raise Mistake("logo_size", text, "logo", width=LARGEST_LOGO[0], height=LARGEST_LOGO[1])
        if len(self.bits) != (self.width + 7) // 8 * self.height:
            raise Mistake("logo_bits", "a logo's bits do not match its size", "logo")

    def within(self, dots: int) -> Logo:
        """This logo, or a smaller one that fits paper of so many dots."""
        return self if self.width <= dots else _shrunk(self, dots)

    def to_json(self) -> dict[str, object]:
        """Plain data for JSON."""
        return {"width": self.width, "height": self.height, "bits": base64.b64encode(self.bits).decode("ascii")}

    @classmethod
    def from_json(cls, data: object) -> Logo:
        """The logo that `to_json` described; `Mistake` if anything is amiss."""
        taken = Fields(data, "a logo")
        width, height, text = taken.count("width"), taken.count("height"), taken.text("bits")
        taken.finish()
        try:
            bits = base64.b64decode(text, validate=True)
        except binascii.Error as error:
            raise Mistake("logo_bits", "a logo's bits are not base64", "logo") from error
        return cls(width, height, bits)


@lru_cache(8)
def _shrunk(logo: Logo, width: int) -> Logo:
    """Without some of its rows and columns; done once for all tickets."""
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
    """Which of `old` rows or columns lies in the middle of one of `new`."""
    return (2 * place + 1) * old // (2 * new)


@dataclass(frozen=True, slots=True)
class TemplateOptions:
    """What is on a ticket; the defaults are the whole ticket. `Mistake` if `number_scale` is not 1 to 8."""

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
    """The number is never larger than so many times the normal size, even where there is room."""
    footer: str | Mapping[str, str] | None = None
    """Instead of the slip's own footer, by language or the same in all; empty for none."""
    logo: Logo | None = None

    def __post_init__(self) -> None:
        if not 1 <= self.number_scale <= LARGEST_NUMBER:
            text = f"number_scale is from 1 to {LARGEST_NUMBER}"
            raise Mistake("range", text, "number_scale", least=1, most=LARGEST_NUMBER)

    def footer_in(self, language: str, otherwise: str) -> str:
        """The footer in a language; what is not translated is Indonesian. `otherwise` is the slip's own."""
        match self.footer:
            case None:
                return otherwise
            case str():
                return self.footer
            case texts:
                return texts.get(language) or texts.get("id", "")

    def to_json(self) -> dict[str, object]:
        """Plain data for JSON."""
        plain = {one.name: getattr(self, one.name) for one in fields(self)}
        return {**plain, "logo": None if self.logo is None else self.logo.to_json()}

    @classmethod
    def from_json(cls, data: object) -> TemplateOptions:
        """The options that `to_json` described; what is missing has its default. `Mistake` if anything is amiss."""
        taken = Fields(data, "a template")
        standard = cls()
        flags = {name: taken.flag(name) for name in _FLAGS if taken.has(name)}
        options = cls(
            **flags,
            number_scale=taken.count("number_scale") if taken.has("number_scale") else standard.number_scale,
            footer=_footer(taken) if taken.has("footer") else None,
            logo=_logo(taken.take("logo")) if taken.has("logo") else None,
        )
        taken.finish()
        return options


_FLAGS = tuple(one.name for one in fields(TemplateOptions) if one.name.startswith("show_"))


def _footer(taken: Fields) -> str | dict[str, str] | None:
    """A text for all languages, as templates had it before, or one for each."""
    value = taken.take("footer")
    if value is None or isinstance(value, str):
        return value
    if not isinstance(value, Mapping) or not all(isinstance(text, str) for text in value.values()):
        raise Mistake("text", "footer is neither a text nor texts by language", "footer")
    strangers = sorted(str(language) for language in value if language not in LANGUAGES)
    if strangers:
        raise Mistake("unknown", f"footer has a language that is not known: {strangers[0]}", f"footer.{strangers[0]}")
    return dict(value)


def _logo(data: object) -> Logo | None:
    return None if data is None else Logo.from_json(data)
