"""What the printer needs of the house (jobs) and what it tells back; pure data, standard library only."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone
from enum import StrEnum
from typing import Literal, Protocol

Language = Literal["id", "en", "ban"]
LANGUAGES: tuple[Language, ...] = ("id", "en", "ban")
LONGEST_URL = 200
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MILLISECOND = timedelta(milliseconds=1)


class JobState(StrEnum):
    """The life of a print job."""

    QUEUED = "queued"
    SENDING = "sending"
    PRINTED = "printed"
    """Proved by the printer."""
    SENT = "sent"
    """Given to a printer that proves nothing."""
    HELD = "held"
    """In the printer, comes out when its trouble is over: never print it elsewhere."""
    UNCERTAIN = "uncertain"
    """May have come out: ask a person."""
    FAILED = "failed"
    CANCELLED = "cancelled"
    EXPIRED = "expired"


class Reason(StrEnum):
    """Why an outcome is not simply good; the first word of `Outcome.detail`."""

    BAD_ADDRESS = "bad_address"
    CONNECTION_LOST = "connection_lost"
    COVER_OPEN = "cover_open"
    FAULT = "fault"
    NO_ACKNOWLEDGEMENT = "no_acknowledgement"
    NO_ANSWER = "no_answer"
    NOT_WRITABLE = "not_writable"
    OFF_LINE = "off_line"
    PAPER_LOW = "paper_low"
    PAPER_OUT = "paper_out"
    PRINTER_ERROR = "printer_error"
    TIME_OUT = "time_out"
    UNREACHABLE = "unreachable"


@dataclass(frozen=True, slots=True)
class Slip:
    """All that a ticket's paper says, in the visitor's language.

    `issued_at` is aware and already in the hall's time zone, `wait_range` is in minutes; ValueError if it is naive.
    """

    label: str
    hall: str
    agency: str
    service: str
    zone: str | None
    issued_at: datetime
    zone_name: str
    """Short name of the time zone, such as WITA."""
    ahead: int | None
    wait_range: tuple[int, int] | None
    url: str
    language: Language
    priority: bool
    documents: tuple[str, ...]
    footer: str

    def __post_init__(self) -> None:
        if self.issued_at.utcoffset() is None:
            raise ValueError("issued_at needs a time zone")

    def to_json(self) -> dict[str, object]:
        """Plain data for JSON; the time as milliseconds since the epoch and minutes east of UTC."""
        offset = self.issued_at.utcoffset() or timedelta(0)
        return {
            "label": self.label,
            "hall": self.hall,
            "agency": self.agency,
            "service": self.service,
            "zone": self.zone,
            "issued_at": (self.issued_at - _EPOCH) // _MILLISECOND,
            "utc_offset": offset // timedelta(minutes=1),
            "zone_name": self.zone_name,
            "ahead": self.ahead,
            "wait_range": None if self.wait_range is None else list(self.wait_range),
            "url": self.url,
            "language": self.language,
            "priority": self.priority,
            "documents": list(self.documents),
            "footer": self.footer,
        }

    @classmethod
    def from_json(cls, data: object) -> Slip:
        """The slip that `to_json` described; ValueError with the field's name if anything is amiss."""
        fields = _Fields(data)
        slip = cls(
            label=fields.text("label", empty=False),
            hall=fields.text("hall"),
            agency=fields.text("agency"),
            service=fields.text("service"),
            zone=fields.optional_text("zone"),
            issued_at=fields.moment(),
            zone_name=fields.text("zone_name"),
            ahead=fields.optional_count("ahead"),
            wait_range=fields.wait_range(),
            url=fields.url(),
            language=fields.language(),
            priority=fields.flag("priority"),
            documents=fields.texts("documents"),
            footer=fields.text("footer"),
        )
        fields.finish()
        return slip


@dataclass(frozen=True, slots=True)
class PrinterConfig:
    """A printer of the hall: where it is (`tcp://…`, `file:///…`, `preview:///…`) and its paper, 80 or 58 mm."""

    id: int
    code: str
    url: str
    paper_mm: int


@dataclass(frozen=True, slots=True)
class Job:
    """A slip to print; `copy_no` is 1 for the original."""

    id: int
    copy_no: int
    slip: Slip
    printer: PrinterConfig


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a delivery. QUEUED means that nothing was sent, so that it may be tried again.

    `detail` is empty or begins with a `Reason`; a good state with a detail is a warning (paper low).
    """

    state: JobState
    detail: str = ""


class JobSource(Protocol):
    """The house, as the spooler sees it. Expiry and jobs of dead spoolers are the source's business."""

    def printers(self) -> Sequence[PrinterConfig]:
        """The printers to serve."""
        ...

    def claim(self, printer_id: int, owner: str, lease_seconds: int) -> Job | None:
        """Take the oldest queued job (compare and set, queued → sending), or None."""
        ...

    def report(self, job_id: int, owner: str, state: JobState, detail: str) -> bool:
        """Say what became of a claimed job; False if the lease was lost."""
        ...

    def wait(self, timeout: float) -> None:
        """Return when the doorbell has rung since the last call, at the latest after `timeout` seconds.

        Called from one place only.
        """
        ...


class _Fields:
    """Takes typed fields out of decoded JSON, each once."""

    def __init__(self, data: object) -> None:
        if not isinstance(data, Mapping):
            raise ValueError("a slip is an object")
        self._data = dict(data)

    def finish(self) -> None:
        if self._data:
            raise ValueError(f"unknown fields: {', '.join(sorted(map(str, self._data)))}")

    def _take(self, name: str) -> object:
        if name not in self._data:
            raise ValueError(f"{name} is missing")
        return self._data.pop(name)

    def text(self, name: str, *, empty: bool = True) -> str:
        value = self._take(name)
        if not isinstance(value, str) or not (empty or value.strip()):
            raise ValueError(f"{name} is not a text")
        return value

    def optional_text(self, name: str) -> str | None:
        value = self._take(name)
        if value is not None and not isinstance(value, str):
            raise ValueError(f"{name} is neither a text nor null")
        return value

    def texts(self, name: str) -> tuple[str, ...]:
        value = self._take(name)
        if not isinstance(value, list | tuple) or not all(isinstance(item, str) for item in value):
            raise ValueError(f"{name} is not a list of texts")
        return tuple(value)

    def flag(self, name: str) -> bool:
        value = self._take(name)
        if not isinstance(value, bool):
            raise ValueError(f"{name} is neither true nor false")
        return value

    def optional_count(self, name: str) -> int | None:
        value = self._take(name)
        return None if value is None else _count(name, value)

    def wait_range(self) -> tuple[int, int] | None:
        value = self._take("wait_range")
        if value is None:
            return None
        if not isinstance(value, list | tuple) or len(value) != 2:
            raise ValueError("wait_range is not a pair")
        low, high = (_count("wait_range", part) for part in value)
        if low > high:
            raise ValueError("wait_range is the wrong way round")
        return low, high

    def moment(self) -> datetime:
        at, offset = (_whole(name, self._take(name)) for name in ("issued_at", "utc_offset"))
        try:
            return (_EPOCH + at * _MILLISECOND).astimezone(timezone(timedelta(minutes=offset)))
        except OverflowError as error:
            raise ValueError("issued_at is out of range") from error

    def url(self) -> str:
        value = self.text("url")
        if not value.startswith(("http://", "https://")) or len(value) > LONGEST_URL:
            raise ValueError(f"url is not a web address of at most {LONGEST_URL} characters")
        if not all("!" <= sign <= "~" for sign in value):
            raise ValueError("url has signs that a web address cannot have")
        return value

    def language(self) -> Language:
        value = self._take("language")
        if value not in LANGUAGES:
            raise ValueError("language is not one of id, en, ban")
        return value


def _whole(name: str, value: object) -> int:
    if not isinstance(value, int) or isinstance(value, bool):
        raise ValueError(f"{name} is not a whole number")
    return value


def _count(name: str, value: object) -> int:
    number = _whole(name, value)
    if number < 0:
        raise ValueError(f"{name} is negative")
    return number
