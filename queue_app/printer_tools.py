"""What the house asks of the printer leaf besides printing: check an address, probe, look around, draw a preview."""

from __future__ import annotations

import os
import socket
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import printer.face
from printer import preview
from printer.address import Address, parse_address
from printer.document import length_mm, paper_of
from printer.layout import lay_out
from printer.raster import shaping_trouble
from queue_app.domain.clock import from_ms, zone_short_name

PORT = 9100
CONNECT_SECONDS = 2.0
_SERIAL = ("ttyUSB*", "ttyACM*")  # every PC has ttyS*, with nothing behind it
UDEV_RULE = (
    'SUBSYSTEM=="usb", ATTR{{idVendor}}=="{vendor:04x}", ATTR{{idProduct}}=="{product:04x}", MODE="0660", GROUP="lp"'
)
PERMISSIONS = "the user who runs the server may not use it; run: usermod -a -G {group} USER, then start the server anew"


def slip_of(stored: Any) -> printer.face.AnySlip:
    """The slip from what was stored when its paper was asked for."""
    moment = _moment(stored["issued_at"], stored["time_zone"])
    match stored.get("kind", "ticket"):
        case "checklist":
            fields = {name: stored[name] for name in ("hall", "agency", "service", "language", "footer")}
            return printer.face.ChecklistSlip(**fields, **moment, documents=tuple(stored["documents"]))
        case "summary":
            rows = tuple((name, figure) for name, figure in stored["rows"])
            fields = {name: stored[name] for name in ("hall", "title", "language")}
            return printer.face.SummarySlip(**fields, **moment, rows=rows)
        case "test":
            fields = {name: stored[name] for name in ("hall", "printer", "language")}
            return printer.face.TestSlip(**fields, **moment)
        case _:
            return _ticket(stored, moment)


def _ticket(stored: Any, moment: Mapping[str, Any]) -> printer.face.Slip:
    wait = stored.get("range")
    return printer.face.Slip(
        **moment,
        label=stored["label"],
        hall=stored["hall"],
        agency=stored["agency"],
        service=stored["service"],
        zone=stored["zone"],
        ahead=stored["ahead"],
        # A slip from before ranges were printed has none.
        wait_range=None if wait is None else (int(wait[0]), int(wait[1])),
        url=stored["url"],
        language=stored["language"],
        priority=stored["priority"],
        documents=tuple(stored["documents"]),
        footer=stored["footer"],
    )


def _moment(at_ms: int, time_zone: str) -> dict[str, Any]:
    at = from_ms(at_ms)
    return {"issued_at": at.astimezone(ZoneInfo(time_zone)), "zone_name": zone_short_name(time_zone, at)}


# --- templates


def check_template(data: Mapping[str, object]) -> None:
    """Raises ValueError that names the field, if a template is not one."""
    printer.face.TemplateOptions.from_json(dict(data))


def whole_template(data: Mapping[str, object]) -> dict[str, object]:
    """A template with its defaults filled in. Raises ValueError that names the field, if it is none."""
    return printer.face.TemplateOptions.from_json(dict(data)).to_json()


def draw_ticket(slip: Mapping[str, object], template: Mapping[str, object], paper_mm: int, copy_no: int = 1) -> bytes:
    """A PNG of the paper, dot for dot, by the layout that prints it. Raises ValueError for a wrong template."""
    options = printer.face.TemplateOptions.from_json(dict(template))
    paper = paper_of(paper_mm, 203)
    return preview.render(lay_out(slip_of(slip), paper, copy_no, options), paper)


@cache
def ticket_mm(paper_mm: int, dpi: int) -> int:
    """Length of a usual ticket, to estimate how many are left on a roll."""
    slip = printer.face.Slip(
        label="A-000",
        hall="Mal Pelayanan Publik",
        agency="Disdukcapil",
        service="KTP-el",
        zone="Zona Utara",
        issued_at=datetime(2026, 1, 1, tzinfo=UTC),
        zone_name="WITA",
        ahead=10,
        wait_range=(10, 20),
        url="http://antrean.example.go.id/t/12345678",
        language="id",
        priority=False,
        documents=(),
        footer="Terima kasih",
    )
    paper = paper_of(paper_mm, dpi)
    return length_mm(lay_out(slip, paper, 1, printer.face.TemplateOptions()), paper)


# --- addresses


def check_printer_url(url: str) -> None:
    """Raises ValueError with a hint when no printer can have this address; "" and "preview://" mean the default."""
    if url not in ("", "preview://"):
        parse_address(url.replace("{code}", "code"))


def roll_of(url: str) -> int | None:
    """Length in millimetres of a new roll, if the address says it."""
    try:
        return parse_address(url).roll_mm
    except ValueError:
        return None


def probe_printer(url: str) -> str | None:
    """What to do about a printer that cannot be used now; None if it can. Connects to one in the network, briefly."""
    try:
        address = parse_address(url)
    except ValueError as error:
        return str(error)
    match address.scheme:
        case "tcp":
            return _probe_port(*address.endpoint)
        case "file" | "serial" | "preview":
            return _probe_path(address.path)
        case "usb":
            return _probe_usb(address)
        case _:
            return None


def _probe_port(host: str, port: int) -> str | None:
    try:
        socket.create_connection((host, port), timeout=CONNECT_SECONDS).close()
    except OSError as error:
        return f"no answer ({error.strerror or error}): is it switched on, and is the address right?"
    return None


def _probe_path(path: Path) -> str | None:
    if os.access(path if path.exists() else path.parent, os.W_OK):
        return None
    if path.exists() and path.is_relative_to("/dev"):
        return PERMISSIONS.format(group="lp" if "lp" in path.name else "dialout")
    return f"{path} cannot be written"


def _probe_usb(address: Address) -> str | None:
    name = address.usb
    found = [one for one in _usb_printers() if (one.vendor, one.product) == (name.vendor, name.product)]
    if not found:
        return "it is not plugged in (lsusb lists what is)"
    if any(one.writable for one in found):
        return None
    rule = UDEV_RULE.format(vendor=name.vendor, product=name.product)
    return f"the user who runs the server may not use it; write to /etc/udev/rules.d/60-queue-printer.rules: {rule}"


# --- looking around


class _Usb:
    """A USB printer as the kernel shows it."""

    def __init__(self, folder: Path) -> None:
        self.vendor = int(_text(folder / "idVendor") or "0", 16)
        self.product = int(_text(folder / "idProduct") or "0", 16)
        self.serial = _text(folder / "serial")
        self.name = " ".join(filter(None, (_text(folder / "manufacturer"), _text(folder / "product"))))
        bus, number = _text(folder / "busnum"), _text(folder / "devnum")
        node = Path(f"/dev/bus/usb/{int(bus or 0):03d}/{int(number or 0):03d}")
        self.writable = os.access(node, os.W_OK)


def _text(path: Path) -> str:
    try:
        return path.read_text("utf-8", "replace").strip()
    except OSError:
        return ""


def _usb_printers() -> list[_Usb]:
    """Devices with an interface of the class of printers (07)."""
    classes = Path("/sys/bus/usb/devices").glob("*/bInterfaceClass")
    folders = {path.parent.resolve().parent for path in classes if _text(path) == "07"}
    return [_Usb(folder) for folder in sorted(folders)]


def discover(hosts: Sequence[str]) -> list[dict[str, str]]:
    """Printers that could be added: `address` and `what`. Of the network only the named hosts, HOST or HOST:PORT.

    Raises ValueError for a host that is none.
    """
    found = [_on_host(host) for host in hosts]
    for usb in _usb_printers():
        serial = f"?serial={usb.serial}" if usb.serial else ""
        address = f"usb://{usb.vendor:04x}:{usb.product:04x}{serial}"
        found.append({"address": address, "what": _what(usb.name or "USB printer", usb.writable, "lp")})
    for path in sorted(Path("/dev/usb").glob("lp*")):
        found.append({"address": f"file://{path}", "what": _what("USB printer", os.access(path, os.W_OK), "lp")})
    for pattern in _SERIAL:
        for path in sorted(Path("/dev").glob(pattern)):
            what = _what("serial line", os.access(path, os.W_OK), "dialout")
            found.append({"address": f"serial://{path}", "what": what})
    return found


def _on_host(host: str) -> dict[str, str]:
    address = parse_address(f"tcp://{host}" if ":" in host.rpartition("]")[2] else f"tcp://{host}:{PORT}")
    trouble = _probe_port(*address.endpoint)
    return {"address": address.parts.geturl(), "what": trouble or "answers"}


def _what(name: str, writable: bool, group: str) -> str:
    return name if writable else f"{name}; {PERMISSIONS.format(group=group)}"


def text_trouble() -> str | None:
    """What this machine lacks to print scripts such as Balinese; None if nothing."""
    return shaping_trouble()
