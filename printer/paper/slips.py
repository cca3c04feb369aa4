"""Slips that can be printed, as pure data: a ticket, a list of documents, a daily summary, a printer test."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

from printer.paper.fields import Fields, Language, moment_json


@dataclass(frozen=True, slots=True)
class Slip:
    """Content of a printed ticket, in the visitor's language.

    `issued_at` is aware and already in the hall's time zone, `wait_range` is in minutes. Raises ValueError if
    `issued_at` is naive.
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
        _require_zone(self.issued_at)

    def to_json(self) -> dict[str, object]:
        """Return plain data for JSON; the time as milliseconds since the epoch and minutes east of UTC."""
        return {
            "label": self.label,
            "hall": self.hall,
            "agency": self.agency,
            "service": self.service,
            "zone": self.zone,
            **moment_json(self.issued_at),
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
        """Parse what `to_json` returned. Raises ValueError with the name of an invalid field."""
        fields = Fields(data)
        slip = cls(
            label=fields.text("label", empty=False),
            hall=fields.text("hall"),
            agency=fields.text("agency"),
            service=fields.text("service"),
            zone=fields.optional_text("zone"),
            issued_at=fields.moment(),
            zone_name=fields.text("zone_name"),
            ahead=fields.optional_count("ahead"),
            wait_range=fields.pair("wait_range"),
            url=fields.url(),
            language=fields.language(),
            priority=fields.flag("priority"),
            documents=fields.texts("documents"),
            footer=fields.text("footer"),
        )
        fields.finish()
        return slip


@dataclass(frozen=True, slots=True)
class ChecklistSlip:
    """The documents of a service, with boxes to tick, for a visitor who took no number yet."""

    hall: str
    agency: str
    service: str
    documents: tuple[str, ...]
    issued_at: datetime
    zone_name: str
    language: Language
    footer: str

    def __post_init__(self) -> None:
        _require_zone(self.issued_at)

    def to_json(self) -> dict[str, object]:
        """Return plain data for JSON."""
        return {
            "hall": self.hall,
            "agency": self.agency,
            "service": self.service,
            "documents": list(self.documents),
            **moment_json(self.issued_at),
            "zone_name": self.zone_name,
            "language": self.language,
            "footer": self.footer,
        }

    @classmethod
    def from_json(cls, data: object) -> ChecklistSlip:
        """Parse what `to_json` returned. Raises ValueError with the name of an invalid field."""
        fields = Fields(data)
        slip = cls(
            hall=fields.text("hall"),
            agency=fields.text("agency"),
            service=fields.text("service"),
            documents=fields.texts("documents"),
            issued_at=fields.moment(),
            zone_name=fields.text("zone_name"),
            language=fields.language(),
            footer=fields.text("footer"),
        )
        fields.finish()
        return slip


@dataclass(frozen=True, slots=True)
class SummarySlip:
    """The daily summary for staff: each row is a name and a figure, both formatted."""

    hall: str
    title: str
    rows: tuple[tuple[str, str], ...]
    issued_at: datetime
    zone_name: str
    language: Language

    def __post_init__(self) -> None:
        _require_zone(self.issued_at)

    def to_json(self) -> dict[str, object]:
        """Return plain data for JSON."""
        return {
            "hall": self.hall,
            "title": self.title,
            "rows": [list(row) for row in self.rows],
            **moment_json(self.issued_at),
            "zone_name": self.zone_name,
            "language": self.language,
        }

    @classmethod
    def from_json(cls, data: object) -> SummarySlip:
        """Parse what `to_json` returned. Raises ValueError with the name of an invalid field."""
        fields = Fields(data)
        slip = cls(
            hall=fields.text("hall"),
            title=fields.text("title"),
            rows=_rows(fields.take("rows")),
            issued_at=fields.moment(),
            zone_name=fields.text("zone_name"),
            language=fields.language(),
        )
        fields.finish()
        return slip


@dataclass(frozen=True, slots=True)
class TestSlip:
    """A test of a printer: rulers for the width, a QR code, the name of the printer."""

    __test__ = False  # not a test for pytest

    hall: str
    printer: str
    issued_at: datetime
    zone_name: str
    language: Language

    def __post_init__(self) -> None:
        _require_zone(self.issued_at)

    def to_json(self) -> dict[str, object]:
        """Return plain data for JSON."""
        return {
            "hall": self.hall,
            "printer": self.printer,
            **moment_json(self.issued_at),
            "zone_name": self.zone_name,
            "language": self.language,
        }

    @classmethod
    def from_json(cls, data: object) -> TestSlip:
        """Parse what `to_json` returned. Raises ValueError with the name of an invalid field."""
        fields = Fields(data)
        slip = cls(
            hall=fields.text("hall"),
            printer=fields.text("printer"),
            issued_at=fields.moment(),
            zone_name=fields.text("zone_name"),
            language=fields.language(),
        )
        fields.finish()
        return slip


AnySlip = Slip | ChecklistSlip | SummarySlip | TestSlip
_KINDS: Mapping[str, type[AnySlip]] = {
    "ticket": Slip,
    "checklist": ChecklistSlip,
    "summary": SummarySlip,
    "test": TestSlip,
}
_READERS: Mapping[str, Callable[[object], AnySlip]] = {name: kind.from_json for name, kind in _KINDS.items()}


def slip_to_json(slip: AnySlip) -> dict[str, object]:
    """Return plain data for JSON with a field `kind`: ticket, checklist, summary or test."""
    kind = next(name for name, kind in _KINDS.items() if isinstance(slip, kind))
    return {"kind": kind, **slip.to_json()}


def slip_from_json(data: object) -> AnySlip:
    """Parse what `slip_to_json` returned; without `kind` it is a ticket. Raises ValueError for an invalid field."""
    if not isinstance(data, Mapping):
        raise ValueError("a slip is an object")
    slip_fields = dict(data)
    kind = slip_fields.pop("kind", "ticket")
    if not isinstance(kind, str) or kind not in _READERS:
        raise ValueError(f"kind is not one of {', '.join(_READERS)}")
    return _READERS[kind](slip_fields)


def _require_zone(moment: datetime) -> None:
    if moment.utcoffset() is None:
        raise ValueError("issued_at needs a time zone")


def _rows(value: object) -> tuple[tuple[str, str], ...]:
    if not isinstance(value, list | tuple):
        raise ValueError("rows is not a list")
    rows = []
    for row in value:
        if not isinstance(row, list | tuple) or len(row) != 2 or not all(isinstance(cell, str) for cell in row):
            raise ValueError("rows has something that is not a pair of texts")
        rows.append((str(row[0]), str(row[1])))
    return tuple(rows)
