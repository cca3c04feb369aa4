"""The fault of a print job or printer: the `detail` that spoolers and agents write, parsed to a code with facts.

A detail is codes joined by “: ”, the first of which is a `Reason` of the printer package, and then perhaps the message
of the system. Older rows and agents have English sentences instead of some codes. The text shown to people is
`officer.alarm.why.<code>`.
"""

from __future__ import annotations

import errno
import os
from collections.abc import Mapping
from dataclasses import dataclass, field

CODES = frozenset(
    {
        "agent_away",
        "bad_address",
        "busy",
        "connection_lost",
        "cover_open",
        "denied",
        "disk_full",
        "error",
        "fault",
        "has_it",
        "no_acknowledgement",
        "no_answer",
        "no_device",
        "no_libusb",
        "no_lp",
        "no_name",
        "no_way",
        "not_plugged",
        "not_taken",
        "not_writable",
        "off_line",
        "other",
        "paper_low",
        "paper_out",
        "printer_error",
        "refused",
        "removed",
        "several_usb",
        "stopped",
        "time_out",
        "unreachable",
    }
)
ENDINGS = frozenset({"cancelled", "mended", "not_taken"})
"""Codes at the end of a detail: what happened afterwards."""
_SYSTEM = {
    **dict.fromkeys(map(os.strerror, (errno.ECONNREFUSED, errno.ECONNRESET)), "refused"),
    **dict.fromkeys(map(os.strerror, (errno.EHOSTUNREACH, errno.ENETUNREACH)), "no_way"),
    **dict.fromkeys((os.strerror(errno.ETIMEDOUT), "timed out", "no connection"), "no_answer"),
    **dict.fromkeys(("Name or service not known", "Temporary failure in name resolution"), "no_name"),
    "No address associated with hostname": "no_name",
    **dict.fromkeys(map(os.strerror, (errno.EACCES, errno.EPERM)), "denied"),
    os.strerror(errno.EBUSY): "busy",
    **dict.fromkeys(map(os.strerror, (errno.ENOENT, errno.ENODEV, errno.ENXIO)), "no_device"),
    os.strerror(errno.ENOSPC): "disk_full",
    f"lp: {os.strerror(errno.ENOENT)}": "no_lp",
}
"""Messages of the operating system, which are not translated elsewhere."""
_OLD_SENTENCES = {
    "the visitor has it": "has_it",
    "the printer was removed": "removed",
    "the print agent is away": "agent_away",
    "the spooler stopped while sending": "stopped",
    "the agent stopped while sending": "stopped",
}
USB_WORDS = {"libusb": "no_libusb", "not plugged in": "not_plugged", "several are": "several_usb"}
"""Messages of the printer package about USB printers, also at an agent's PC; there is advice for these codes."""
_PRINTER_MESSAGES = {**USB_WORDS, "may not use it": "denied", "another program uses it": "busy"}


@dataclass(frozen=True, slots=True)
class FaultDetail:
    """A fault: one of `CODES`. `facts` may have `why`, the system's own message, and `then`, one of `ENDS`."""

    code: str
    facts: Mapping[str, str] = field(default_factory=dict)


def parse_detail(detail: str) -> FaultDetail | None:
    """Parse a detail; None if it is empty. An unknown text becomes `other`, with the text itself as its fact."""
    text, _, end = detail.rpartition(": ")
    then = {"then": end} if text and end in ENDINGS else {}
    reason, _, words = (text if then else detail).partition(": ")
    reason = _OLD_SENTENCES.get(reason, reason)
    if not reason:
        return None
    nearer = _nearer(words if reason in CODES else f"{reason}: {words}".removesuffix(": "))
    if nearer is not None:
        return FaultDetail(nearer, then)
    if reason not in CODES:
        return FaultDetail("other", {"why": f"{reason}: {words}".removesuffix(": "), **then})
    # The advice says what is wrong with an address, in the reader's language: not repeated here.
    return FaultDetail(reason, {**({"why": words} if words and reason != "bad_address" else {}), **then})


def _nearer(words: str) -> str | None:
    """Return a code that is more specific than the reason before these words; None if there is none."""
    code = _OLD_SENTENCES.get(words) or _SYSTEM.get(words) or _SYSTEM.get(words.partition(": ")[0])
    if code is None and words in CODES:
        return words
    return code or next((code for part, code in _PRINTER_MESSAGES.items() if part in words), None)
