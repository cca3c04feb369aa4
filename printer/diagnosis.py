"""Printer diagnosis: status, discovery, and advice about what is wrong."""

from __future__ import annotations

import os
import shutil
import socket
import stat
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol
from urllib.parse import quote

import printer.ports
from printer.invalid_value import InvalidValue
from printer.paper.raster import NO_SHAPING, TEXT_SHAPING, missing_feature, missing_fonts
from printer.transport.address import Address, parse_address
from printer.transport.transports import is_device_path, open_transport

PORT = 9100
CONNECT_SECONDS = 2.0
_SERIAL = ("ttyUSB*", "ttyACM*")  # every PC has ttyS*, with nothing behind it
_USB_DEVICES, _USB_NODES = Path("/sys/bus/usb/devices"), Path("/dev/bus/usb")
UDEV_RULE = (
    'SUBSYSTEM=="usb", ATTR{{idVendor}}=="{vendor:04x}", ATTR{{idProduct}}=="{product:04x}", MODE="0660", GROUP="lp"'
)
# The pages have the same sentences in three languages, as `admin.printers.advice.<code>`.
ADVICE: Mapping[str, str] = {
    "bad_address": "{why}",
    "no_connection": "no answer ({why}): is it switched on, is the cable in, and is the address right?",
    "group": "the user who runs the server may not use it; run: usermod -a -G {group} USER, then start the server anew",
    "not_writable": "{path} cannot be written",
    "not_written": "what is sent to it is not taken ({why})",
    "no_device": "{path} is not there: is the printer switched on and plugged in?",
    "no_lp": "the program lp is not on this machine; install it (Debian: cups-client), and CUPS with the queue",
    "lp": "CUPS does not take it ({why}): lpstat -e lists its queues",
    "no_libusb": "USB printers need libusb on that machine; install it (Debian: libusb-1.0-0), and start again",
    "several_usb": "several of its kind are plugged in: add ?serial= and its serial number to the address",
    "not_plugged": "it is not plugged in, or its serial number is another (printer discover lists what is there)",
    "in_use": "another program uses it: stop that one, or take the printer out of CUPS",
    "refused_there": "its print agent may not use it; run there: usermod -a -G lp USER, then start the agent anew",
    "udev": (
        "the user who runs the server may not use it; write to /etc/udev/rules.d/60-queue-printer.rules: {rule} "
        "then run: udevadm control --reload && usermod -a -G lp USER, plug the printer in again, and start the server "
        "anew"
    ),
    "agent_away": "its print agent does not report: is the PC on, and does queue-printer run there?",
    "agent_unknown": "print agent “{agent}” is not paired: run: queue-app agent add {agent}",
    "agent_printer": "its print agent knows no printer “{printer}”: start it with --printer {printer}=ADDRESS",
    "paper_out": "the paper is out: load a new roll, and close the cover",
    "near_end": "the paper is nearly out: have a new roll ready",
    "cover_open": "its cover is open: close it",
    "offline": "it is off line or does not answer: switch it off and on, press FEED or ON LINE, check the cable",
    "error": "it reports an error ({why}): open the cover, remove torn paper, switch it off and on",
    "mute": (
        "it never reports its status, so that paper out is not noticed and no ticket is called printed: switch its "
        "status replies (ASB, DLE EOT) on, or add proof=none to its address if it has none"
    ),
}
_NOT_REACHED = (
    printer.ports.Reason.BAD_ADDRESS,
    printer.ports.Reason.NOT_WRITABLE,
    printer.ports.Reason.UNREACHABLE,
)
_OF_CODE = {
    "busy": "in_use",
    "denied": "refused_there",
    "no_libusb": "no_libusb",
    "not_plugged": "not_plugged",
    "several_usb": "several_usb",
}
_OF_HEALTH = {
    printer.ports.Health.PAPER_OUT: "paper_out",
    printer.ports.Health.NEAR_END: "near_end",
    printer.ports.Health.COVER_OPEN: "cover_open",
    printer.ports.Health.OFFLINE: "offline",
    printer.ports.Health.ERROR: "error",
}


class Cause(Protocol):
    """Why a printer or a print job is as it is.

    Of the facts, `message` or `why` is a message of the system, and `reason` the `Reason` of the printer package where
    `code` is more specific.
    """

    @property
    def code(self) -> str:
        """The most specific code."""
        ...

    @property
    def facts(self) -> Mapping[str, str]:
        """What the code leaves open."""
        ...


@dataclass(frozen=True, slots=True)
class Advice:
    """Advice about a printer: one of `ADVICE`, and the facts that fill its sentence.

    `mistake` says what is wrong with the printer's address, if that is the trouble.
    """

    code: str
    facts: Mapping[str, str] = field(default_factory=dict)
    mistake: InvalidValue | None = None

    @property
    def is_hint(self) -> bool:
        """Whether the printer prints all the same."""
        return self.code in ("near_end", "mute")

    def __str__(self) -> str:
        return ADVICE[self.code].format(**self.facts)


@dataclass(frozen=True, slots=True)
class ProbeResult:
    """Status and proof of printing, as the printer reports them; `proof` is None if it was not found out."""

    health: printer.ports.Health
    detail: str = ""
    proof: str | None = None
    counts_cuts: bool | None = None


def check_status(url: str, capabilities: Mapping[str, object] | None = None) -> ProbeResult:
    """Check the status of a printer and, if not known yet, probe its capabilities. Prints nothing; ends within seconds.

    Raises ValueError for an address that is wrong or an agent's.
    """
    stored = None if capabilities is None else printer.ports.Capabilities.from_json(capabilities)
    transport = open_transport(url, capabilities=stored)
    health = transport.check_status() or printer.ports.PrinterHealth(printer.ports.Health.UNKNOWN)
    probed = transport.capabilities
    proof = None if probed is None else probed.proof.value
    return ProbeResult(health.state, health.detail, proof, None if probed is None else probed.counts_cuts)


def advice_on_delivery(cause: Cause | None, url: str) -> Advice | None:
    """Return advice on a failed delivery; None if the delivery succeeded, or if its reason says enough."""
    return _not_reached(cause, url) if cause is not None and _reason(cause) in _NOT_REACHED else None


def advice_on_status(health: str, cause: Cause | None, url: str) -> Advice | None:
    """Return advice on a printer with this reported status, or None. Connects to nothing."""
    reason = "" if cause is None else _reason(cause)
    if cause is not None and reason in _NOT_REACHED:
        return _not_reached(cause, url)
    if health == printer.ports.Health.UNKNOWN:
        return Advice("mute") if reason == printer.ports.Reason.NO_ANSWER else None
    code = _OF_HEALTH.get(printer.ports.Health(health))
    if code is None:
        return None
    return Advice(code, {"why": _words(cause) or reason or health} if code == "error" else {})


def _reason(cause: Cause) -> str:
    return cause.facts.get("reason", cause.code)


def _words(cause: Cause | None) -> str:
    return "" if cause is None else cause.facts.get("message") or cause.facts.get("why", "")


def _not_reached(cause: Cause, url: str) -> Advice:
    reason, why = _reason(cause), _words(cause)
    try:
        address = parse_address(url)
    except InvalidValue as error:
        return Advice("bad_address", {"why": str(error)}, error)
    if reason == printer.ports.Reason.BAD_ADDRESS:
        return Advice("agent_printer", {"printer": address.agent[1]})
    # A local check may find a more precise cause than the error.
    local = None if address.scheme in ("tcp", "agent") else _probe_here(address)
    if local is not None:
        return local
    if cause.code in _OF_CODE:
        return Advice(_OF_CODE[cause.code])
    if reason == printer.ports.Reason.NOT_WRITABLE:
        return Advice("lp" if address.scheme == "cups" else "not_written", {"why": why or reason})
    return Advice("no_connection", {"why": why or reason})


def probe_printer(url: str) -> Advice | None:
    """Return advice on a printer that cannot be used now, or None. Connects briefly to a network printer."""
    try:
        address = parse_address(url)
    except InvalidValue as error:
        return Advice("bad_address", {"why": str(error)}, error)
    return _probe_port(*address.endpoint) if address.scheme == "tcp" else _probe_here(address)


def _probe_here(address: Address) -> Advice | None:
    """Return advice on a local printer that cannot be used; None for an agent's, of which nothing is known here."""
    match address.scheme:
        case "file" | "serial":
            return _probe_path(address.path)
        case "preview":
            return _probe_path(_nearest(address.path))
        case "usb":
            return _probe_usb(address)
        case "cups":
            return None if shutil.which("lp") else Advice("no_lp")
        case _:
            return None


def _probe_port(host: str, port: int) -> Advice | None:
    try:
        socket.create_connection((host, port), timeout=CONNECT_SECONDS).close()
    except OSError as error:
        return Advice("no_connection", {"why": error.strerror or str(error)})
    return None


def _probe_path(path: Path) -> Advice | None:
    is_device = is_device_path(path)
    if is_device and not path.exists():
        return Advice("no_device", {"path": str(path)})
    if os.access(path if path.exists() else path.parent, os.W_OK):
        return None
    if is_device:
        return Advice("group", {"group": "lp" if "lp" in path.name else "dialout"})
    return Advice("not_writable", {"path": str(path)})


def _nearest(path: Path) -> Path:
    """Return the folder, or its nearest existing ancestor: missing folders are created later."""
    return path if path.exists() or path.parent == path else _nearest(path.parent)


def _probe_usb(address: Address) -> Advice | None:
    name = address.usb
    devices = [
        device
        for device in _usb_printers()
        if (device.vendor, device.product) == (name.vendor, name.product) and name.serial in (None, device.serial)
    ]
    if not devices:
        return Advice("not_plugged")
    return None if any(device.writable for device in devices) else devices[0].advice


# --- discovery


class _Usb:
    """A USB printer in the kernel's sysfs."""

    def __init__(self, folder: Path) -> None:
        self.vendor = int(_text(folder / "idVendor") or "0", 16)
        self.product = int(_text(folder / "idProduct") or "0", 16)
        self.serial = _text(folder / "serial")
        self.name = " ".join(filter(None, (_text(folder / "manufacturer"), _text(folder / "product"))))
        bus, number = _text(folder / "busnum"), _text(folder / "devnum")
        self._node = _USB_NODES / f"{int(bus or 0):03d}" / f"{int(number or 0):03d}"
        self.writable = os.access(self._node, os.W_OK)

    @property
    def advice(self) -> Advice | None:
        """What must be done before the printer can be used. Debian gives most printers to the group lp."""
        if self.writable:
            return None
        try:
            if self._node.group() == "lp" and self._node.stat().st_mode & stat.S_IWGRP:
                return Advice("group", {"group": "lp"})
        except (OSError, KeyError):  # the device is unplugged; the group has no name
            pass
        return Advice("udev", {"rule": UDEV_RULE.format(vendor=self.vendor, product=self.product)})


def _text(path: Path) -> str:
    try:
        return path.read_text("utf-8", "replace").strip()
    except OSError:
        return ""


def _usb_printers() -> list[_Usb]:
    """List USB devices with an interface of the printer class (07)."""
    classes = _USB_DEVICES.glob("*/bInterfaceClass")
    folders = {path.parent.resolve().parent for path in classes if _text(path) == "07"}
    return [_Usb(folder) for folder in sorted(folders)]


@dataclass(frozen=True, slots=True)
class DiscoveredPrinter:
    """A printer that could be added: its address, a description, and what must be done before it can be used."""

    address: str
    description: str
    advice: Advice | None


def discover(hosts: Sequence[str]) -> list[DiscoveredPrinter]:
    """Discover printers that could be added. Of the network it tries the named hosts only, HOST or HOST:PORT.

    Raises ValueError for an invalid host.
    """
    printers = [_on_host(host) for host in hosts]
    for usb in _usb_printers():
        serial = f"?serial={quote(usb.serial, safe='')}" if usb.serial else ""
        printers.append(
            DiscoveredPrinter(
                f"usb://{usb.vendor:04x}:{usb.product:04x}{serial}", usb.name or "USB printer", usb.advice
            )
        )
    for path in sorted(Path("/dev/usb").glob("lp*")):
        printers.append(DiscoveredPrinter(f"file://{path}", "USB printer", _probe_path(path)))
    for pattern in _SERIAL:
        for path in sorted(Path("/dev").glob(pattern)):
            printers.append(DiscoveredPrinter(f"serial://{path}", "serial line", _probe_path(path)))
    return printers


def _on_host(host: str) -> DiscoveredPrinter:
    address = parse_address(f"tcp://{host}" if ":" in host.rpartition("]")[2] else f"tcp://{host}:{PORT}")
    advice = _probe_port(*address.endpoint)
    return DiscoveredPrinter(address.parts.geturl(), "answers" if advice is None else "no answer", advice)


def text_trouble() -> str | None:
    """Return the code of what this machine lacks to print scripts such as Balinese, or None."""
    return missing_feature()


def trouble_words(trouble: str) -> str:
    """Describe what this machine or an agent's PC lacks; an agent's unknown code is returned as it is."""
    return NO_SHAPING if trouble == TEXT_SHAPING else trouble


def font_trouble() -> str | None:
    """Return a sentence about missing ticket fonts, or None."""
    missing = missing_fonts()
    return f"{', '.join(missing)} cannot be read: install this program again" if missing else None
