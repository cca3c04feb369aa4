"""Why a paper or a printer is not simply well: the `detail` that spoolers and agents write, as a code with its facts.

A detail is codes joined by “: ”, the first of which is a `Reason` of the printer leaf, and then perhaps what the system
said. Older rows and agents have English sentences instead of some codes. People read `officer.alarm.why.<code>`.
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
ENDS = frozenset({"cancelled", "mended", "not_taken"})
"""What may stand at the end of a detail: what happened besides."""
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
"""What the system says, which nobody else translates."""
_OLDER = {
    "the visitor has it": "has_it",
    "the printer was removed": "removed",
    "the print agent is away": "agent_away",
    "the spooler stopped while sending": "stopped",
    "the agent stopped while sending": "stopped",
}
USB_WORDS = {"libusb": "no_libusb", "not plugged in": "not_plugged", "several are": "several_usb"}
"""What the printer leaf says of USB printers, also of one at an agent's PC; there is advice for these."""
_SAID = {**USB_WORDS, "may not use it": "denied", "another program uses it": "busy"}


@dataclass(frozen=True, slots=True)
class Why:
    """One of `CODES`. `facts` may have `why`, what the system said as it said it, and `then`, one of `ENDS`."""

    code: str
    facts: Mapping[str, str] = field(default_factory=dict)


def why(detail: str) -> Why | None:
    """What a detail says; None if it says nothing. What is not known is `other`, with the words themselves."""
    text, _, end = detail.rpartition(": ")
    then = {"then": end} if text and end in ENDS else {}
    reason, _, words = (text if then else detail).partition(": ")
    reason = _OLDER.get(reason, reason)
    if not reason:
        return None
    nearer = _nearer(words if reason in CODES else f"{reason}: {words}".removesuffix(": "))
    if nearer is not None:
        return Why(nearer, then)
    if reason not in CODES:
        return Why("other", {"why": f"{reason}: {words}".removesuffix(": "), **then})
    # What is wrong with an address is not said twice: it stands in the advice, in the reader's language.
    return Why(reason, {**({"why": words} if words and reason != "bad_address" else {}), **then})


def _nearer(words: str) -> str | None:
    """The code that says more than the reason before these words does."""
    known = _OLDER.get(words) or _SYSTEM.get(words) or _SYSTEM.get(words.partition(": ")[0])
    if known is None and words in CODES:
        return words
    return known or next((code for part, code in _SAID.items() if part in words), None)
