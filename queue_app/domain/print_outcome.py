"""Why a print job or printer is as it is: an outcome of code, facts and ending, and the text that reports it.

The text is what spoolers and agents report: codes joined by “: ”, the first of which is a `Reason` of the printer
package, then perhaps the message of the system and the ending. Older agents have English sentences instead of some
codes. `parse_outcome` alone takes it apart, where a report arrives (and where a migration converts older rows).
The text shown to people is `officer.alarm.why.<code>`.
"""

from __future__ import annotations

import errno
import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

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
"""What happened afterwards."""
_BAD_ADDRESS, _NOT_TAKEN, _OTHER = "bad_address", "not_taken", "other"
LONGEST_TEXT = 200
"""The longest text of an outcome."""
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
class Outcome:
    """Why a print job or printer is as it is.

    `code` is the most specific one of `CODES`. Of the facts, `why` is a message of the system that no code covers, and
    `message` one that the code covers; `reason` is the printer package's `Reason` where `code` is more specific.
    `ending`, one of `ENDINGS`, is what happened afterwards.
    """

    code: str
    facts: Mapping[str, str] = field(default_factory=dict)
    ending: str | None = None

    @property
    def is_in_paper_exit(self) -> bool:
        """Whether the slip is in the paper exit until somebody takes it."""
        return _NOT_TAKEN in (self.code, self.ending)

    def to_json(self) -> dict[str, object]:
        """Return plain data for JSON."""
        return {"code": self.code, "facts": dict(self.facts), "ending": self.ending}

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Outcome:
        """Return the outcome of which `to_json` made the data."""
        return cls(data["code"], data["facts"], data["ending"])


def outcome_text(outcome: Outcome | None) -> str:
    """Return the text of an outcome, which `parse_outcome` reads; a long message loses its end."""
    if outcome is None:
        return ""
    reason = outcome.facts.get("reason", outcome.code)
    reason = "" if reason == _OTHER else reason
    words = outcome.facts.get("message") or outcome.facts.get("why", "")
    end = f": {outcome.ending}" if outcome.ending else ""
    return ": ".join(filter(None, (reason, words)))[: LONGEST_TEXT - len(end)] + end


def parse_outcome(text: str) -> Outcome | None:
    """Parse the text of an outcome; None if it is empty. An unknown text becomes `other`, with the text as its fact."""
    before, _, end = text.rpartition(": ")
    ending = end if before and end in ENDINGS else None
    whole = (before if ending else text).removesuffix(": ")
    reason, _, words = whole.partition(": ")
    reason = _OLD_SENTENCES.get(reason, reason)
    if not reason:
        return None
    known = reason in CODES
    nearer = _nearer(words if known else whole)
    if nearer is None:
        if not known:
            return Outcome(_OTHER, {"why": whole}, ending)
        # The advice says what is wrong with an address, in the reader's language: not repeated here.
        name = "message" if reason == _BAD_ADDRESS else "why"
        return Outcome(reason, {name: words} if words else {}, ending)
    if not known:
        reason, words = _OTHER, whole
    return Outcome(nearer, {"reason": reason, "message": words}, ending)


def _nearer(words: str) -> str | None:
    """Return a code that is more specific than the reason before these words; None if there is none."""
    code = _OLD_SENTENCES.get(words) or _SYSTEM.get(words) or _SYSTEM.get(words.partition(": ")[0])
    if code is None and words in CODES:
        return words
    return code or next((code for part, code in _PRINTER_MESSAGES.items() if part in words), None)
