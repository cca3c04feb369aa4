"""Configuration of a display: set by staff for a paired display, or given in the address of an unpaired one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

LAYOUTS = ("board", "split", "sign", "totem")
THEMES = ("dark", "light", "contrast")
LANGUAGES = ("id", "en", "ban")
_DISTANCE = (1.0, 60.0)
_INCHES = (5.0, 200.0)
_LONGEST_CODE = 40
MAX_FURTHER_ZONES = 7
"""A page follows at most eight rooms of the server."""


class InvalidDisplayConfig(ValueError):
    """An invalid configuration: the field, and the reason as a code with facts; the text is for logs."""

    def __init__(self, code: str, field: str, text: str, **facts: object) -> None:
        super().__init__(f"“{field}” {text}.")
        self.code = code
        self.field = field
        self.facts = facts


@dataclass(frozen=True)
class DisplayConfig:
    """Configuration of one display.

    Layout `board` shows a zone's calls, `split` and `totem` with media beside or below, `sign` one counter.
    """

    layout: str = "board"
    counter: str = ""
    """Code of the counter of a sign."""
    distance_m: float = 10.0
    """Distance from which it must be readable, in metres."""
    inches: float = 55.0
    """Diagonal of the screen, in inches."""
    languages: tuple[str, ...] = ()
    """Main language and a second one, if any; empty: the hall's."""
    theme: str = "dark"
    voice: bool = True
    volume: int = 80
    """Percent."""
    also: tuple[str, ...] = ()
    """Codes of further zones whose calls it shows and announces. A sign has none."""


def parse_display_config(stored: Mapping[str, object]) -> DisplayConfig:
    """Parse a configuration that was stored or sent; a missing field has its default.

    Raises WrongScreen, which names a field that is unknown or out of range.
    """
    unknown = set(stored) - set(DisplayConfig.__dataclass_fields__)
    if unknown:
        raise InvalidDisplayConfig("unknown", sorted(unknown)[0], "is not a setting of a display")
    values = dict(stored)
    for name, allowed in (("layout", LAYOUTS), ("theme", THEMES)):
        if values.get(name, allowed[0]) not in allowed:
            choices = ", ".join(allowed)
            raise InvalidDisplayConfig("choice", name, f"must be one of {choices}", choices=choices)
    for name, (least, greatest) in (("distance_m", _DISTANCE), ("inches", _INCHES), ("volume", (0, 100))):
        value = values.get(name, greatest)
        if isinstance(value, bool) or not isinstance(value, int | float) or not least <= value <= greatest:
            facts = {"least": f"{least:g}", "most": f"{greatest:g}"}
            raise InvalidDisplayConfig("between", name, f"must be a number from {least:g} to {greatest:g}", **facts)
    languages = values.get("languages", ())
    if not isinstance(languages, list | tuple) or len(languages) > 2 or not set(languages) <= set(LANGUAGES):
        choices = ", ".join(LANGUAGES)
        raise InvalidDisplayConfig("two_of", "languages", f"must be at most two of {choices}", choices=choices)
    if not isinstance(values.get("voice", True), bool):
        raise InvalidDisplayConfig("boolean", "voice", "must be true or false")
    counter = values.get("counter", "")
    if not _is_code(counter):
        raise InvalidDisplayConfig("counter_code", "counter", "must be the code of a counter")
    if values.get("layout") == "sign" and not counter:
        raise InvalidDisplayConfig("sign_counter", "counter", "must be the code of a counter: a sign hangs above one")
    also = values.get("also", ())
    if (
        not isinstance(also, list | tuple)
        or len(also) > MAX_FURTHER_ZONES
        or not all(code and _is_code(code) for code in also)
    ):
        raise InvalidDisplayConfig(
            "zone_codes", "also", f"must be the codes of at most {MAX_FURTHER_ZONES} zones", most=MAX_FURTHER_ZONES
        )
    others = () if values.get("layout") == "sign" else tuple(dict.fromkeys(also))
    values |= {"languages": tuple(languages), "also": others}
    return DisplayConfig(**values)  # type: ignore[arg-type]  # every value was checked above


def _is_code(value: object) -> bool:
    return isinstance(value, str) and len(value) <= _LONGEST_CODE


def display_config_from_query(query: Mapping[str, str]) -> DisplayConfig:
    """Parse the query of an address, such as `?layout=split&distance_m=12&languages=id,en&voice=off`.

    An invalid value is left at its default: a typing error in an address must not leave a screen dark.
    """
    config = DisplayConfig()
    # In the order of their names: `counter` must be set before the layout `sign`.
    for name, text in sorted(query.items()):
        try:
            config = parse_display_config({**config.__dict__, name: _value(name, text)})
        except ValueError:
            continue
    return config


def _value(name: str, text: str) -> object:
    if name in ("distance_m", "inches"):
        return float(text)
    if name == "volume":
        return int(text)
    if name == "voice":
        return text != "off"
    return text.split(",") if name in ("languages", "also") else text
