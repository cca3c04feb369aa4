"""Parse and check addresses of printers; a `Mistake` says how to correct the address."""

from __future__ import annotations

import difflib
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import SplitResult, parse_qsl, unquote, urlsplit

from printer.invalid_value import InvalidValue
from printer.ports import Proof
from printer.transport.device_file import BAUDS, FLOWS
from printer.transport.printer_models import MODELS, Model
from printer.transport.usb import UsbId

if TYPE_CHECKING:
    from collections.abc import Iterable

_ESCPOS: Mapping[str, tuple[str, ...]] = {
    "model": tuple(MODELS),
    "proof": ("auto", *Proof),
    "dpi": ("203", "180"),
    "qr": ("native", "raster", "none"),
    "cut": ("partial", "full", "none"),
    "roll": (),
}
_SERIAL: Mapping[str, tuple[str, ...]] = {"baud": tuple(map(str, BAUDS)), "flow": FLOWS}
_USB: Mapping[str, tuple[str, ...]] = {"serial": ()}
ADDRESS_OPTIONS: Mapping[str, Mapping[str, tuple[str, ...]]] = {
    "tcp": _ESCPOS,
    "serial": {**_ESCPOS, **_SERIAL},
    "usb": {**_ESCPOS, **_USB},
    "file": _ESCPOS,
    "cups": {key: _ESCPOS[key] for key in ("model", "dpi", "qr", "cut", "roll")},
    "preview": {"dpi": _ESCPOS["dpi"], "roll": ()},
    "agent": {},
}
"""Scheme → key → the values that it may have; () is any text."""
_USB_NAME = re.compile(r"([0-9a-f]{4}):([0-9a-f]{4})", re.IGNORECASE)
_CODE = re.compile(r"[\w.-]{1,60}", re.ASCII)
_ROLL_METRES = range(1, 1001)


@dataclass(frozen=True, slots=True)
class Address:
    """A printer's address, parsed and checked."""

    scheme: str
    parts: SplitResult
    options: Mapping[str, str]

    @property
    def model(self) -> Model:
        """The model, with the options of the address applied."""
        model = MODELS[self.options.get("model", "generic")]
        changes: dict[str, object] = {key: self.options[key] for key in ("qr", "cut") if key in self.options}
        if "dpi" in self.options:
            changes["dpi"] = int(self.options["dpi"])
        return replace(model, **changes)  # type: ignore[arg-type]  # the values were checked against `ADDRESS_OPTIONS`

    @property
    def proof(self) -> Proof | None:
        """The level of proof that the address asks for; None: probe the printer."""
        requested = self.options.get("proof", "auto")
        return None if requested == "auto" else Proof(requested)

    @property
    def roll_mm(self) -> int | None:
        """Length of a new roll in millimetres, if the address says it."""
        return int(self.options["roll"]) * 1000 if "roll" in self.options else None

    @property
    def path(self) -> Path:
        """Path of a file, device or folder."""
        return Path(unquote(self.parts.path))

    @property
    def endpoint(self) -> tuple[str, int]:
        """Host and port of a network printer."""
        return self.parts.hostname or "", 9100 if self.parts.port is None else self.parts.port

    @property
    def usb(self) -> UsbId:
        """Vendor, product and serial number of a USB printer. Raises Mistake if the address has none."""
        match = _USB_NAME.fullmatch(self.parts.netloc)
        if match is None:
            text = "a USB printer's address is usb://VENDOR:PRODUCT, four hexadecimal digits each (lsusb)"
            raise InvalidValue("address_usb", text)
        return UsbId(int(match[1], 16), int(match[2], 16), self.options.get("serial"))

    @property
    def agent(self) -> tuple[str, str]:
        """The agent's code, and the printer's name or address as the agent knows it."""
        inner = unquote(self.parts.path.removeprefix("/"))
        if self.parts.query:
            inner = f"{inner}?{self.parts.query}"
        return self.parts.netloc, inner


def parse_address(url: str) -> Address:
    """Parse and check an address. Raises Mistake, which says what is wrong and names the nearest valid key or value."""
    parts = _split(url)
    scheme = parts.scheme
    if scheme not in ADDRESS_OPTIONS:
        schemes = ", ".join(f"{scheme_name}://" for scheme_name in ADDRESS_OPTIONS)
        text = f"a printer's address begins with one of {schemes}, not with {scheme or url!r}"
        raise InvalidValue("address_scheme", text, choices=schemes, value=scheme or url)
    if parts.fragment:
        raise InvalidValue("address_fragment", "a printer's address has no # part")
    address = Address(scheme, parts, {} if scheme == "agent" else _options(parts, ADDRESS_OPTIONS[scheme]))
    _check_place(address)
    return address


def _split(url: str) -> SplitResult:
    try:
        parts = urlsplit(url)
        if parts.scheme == "tcp":
            _ = parts.port  # the port is parsed only when it is read
    except ValueError as error:
        raise InvalidValue("address_host", f"host and port cannot be read: {error}") from error
    return parts


def is_for_agent(url: str) -> bool:
    """Whether a printer is served by its agent."""
    return url.startswith("agent://")


def _options(parts: SplitResult, allowed_values: Mapping[str, tuple[str, ...]]) -> dict[str, str]:
    options: dict[str, str] = {}
    for key, value in parse_qsl(parts.query, keep_blank_values=True):
        if key not in allowed_values:
            nearest, allowed = _nearest(key, allowed_values), ", ".join(allowed_values)
            text = f"option {key!r} is not known, {parts.scheme}:// allows {allowed}{_hint(nearest)}"
            raise InvalidValue(
                "option_unknown", text, option=key, scheme=parts.scheme, choices=allowed, nearest=nearest
            )
        if key in options:
            raise InvalidValue("option_twice", f"option {key!r} is given twice", option=key)
        if allowed_values[key] and value not in allowed_values[key]:
            nearest, allowed = _nearest(value, allowed_values[key]), ", ".join(allowed_values[key])
            text = f"option {key!r} is one of {allowed}{_hint(nearest)}"
            raise InvalidValue("option_value", text, option=key, choices=allowed, nearest=nearest)
        options[key] = value
    if "roll" in options and not (options["roll"].isdecimal() and int(options["roll"]) in _ROLL_METRES):
        raise InvalidValue("option_roll", "option 'roll' is the length of a new roll in metres, such as 80")
    return options


def _nearest(word: str, candidates: Iterable[str]) -> str:
    """Return the candidate most like `word`; empty if none is similar."""
    return next(iter(difflib.get_close_matches(word, list(candidates), 1, 0.5)), "")


def _hint(nearest: str) -> str:
    return f"; did you mean {nearest!r}?" if nearest else ""


def _check_place(address: Address) -> None:
    """Raise Mistake if host, path or name is not what the scheme needs."""
    parts = address.parts
    if address.scheme == "tcp":
        if not parts.hostname or parts.path not in ("", "/") or parts.username is not None or parts.port == 0:
            raise InvalidValue("address_tcp", "a network printer's address is tcp://HOST:9100")
    elif address.scheme == "usb":
        if address.usb and parts.path not in ("", "/"):
            text = "a USB printer's address ends after the product; its serial number is ?serial="
            raise InvalidValue("address_usb_end", text)
    elif address.scheme == "cups":
        if not _CODE.fullmatch(parts.netloc) or parts.netloc.startswith("-") or parts.path not in ("", "/"):
            raise InvalidValue("address_cups", "a CUPS queue's address is cups://QUEUE (see lpstat -e)")
    elif address.scheme == "agent":
        _check_agent(address)
    elif parts.netloc or not parts.path.strip("/"):
        text = f"a path on this machine has three slashes: {address.scheme}:///folder/name"
        raise InvalidValue("address_path", text, scheme=address.scheme)


def _check_agent(address: Address) -> None:
    code, inner = address.agent
    if not _CODE.fullmatch(code) or not inner:
        raise InvalidValue("address_agent", "an agent's printer is agent://AGENT/NAME or agent://AGENT/tcp://HOST:9100")
    if "://" in inner:
        if is_for_agent(inner):
            raise InvalidValue("address_agent_twice", "an agent's printer is not behind another agent")
        parse_address(inner)
    elif not _CODE.fullmatch(inner):
        text = "an agent's printer has a name of letters, digits, - and ., or an address"
        raise InvalidValue("address_agent_name", text)
