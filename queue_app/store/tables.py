"""The schema. Every table that a hot statement touches carries the index that statement needs."""

from __future__ import annotations

from sqlalchemy import (
    Boolean,
    Column,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    UniqueConstraint,
    literal_column,
    text,
)

from queue_app.store.types import Day, Id, Instant, Json

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)

# --- the hall and what it offers -------------------------------------------------------------------------

hall = Table(
    "hall",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("code", String(40), nullable=False),
    Column("name", String(120), nullable=False),
    Column("full_name", Json, nullable=False),
    Column("address", String(200), nullable=False),
    Column("time_zone", String(60), nullable=False),
    Column("language", String(3), nullable=False),
    Column("footer", Json, nullable=False),
    Column("secret", String(64), nullable=False),
    Column("seq", Id, nullable=False),  # number of the newest fact in the log
    Column("business_date", Day, nullable=False),
    Column("catalogue_version", Integer, nullable=False),
    Column("policy", Json, nullable=False),  # what differs from domain/policy.py
    Column("lobby", Json, nullable=False),  # what differs from domain/lobby.py
    Column("hours", Json),  # opening hours and days off (domain/hours.py); null: open at any hour
    Column("template", Json, nullable=False),  # what is on a ticket (printer/template.py); {}: everything
)

service_group = Table(
    "service_group",
    metadata,
    Column("id", Id, primary_key=True),
    Column("code", String(40), nullable=False, unique=True),
    Column("name", Json, nullable=False),
    Column("discipline", String(12), nullable=False),
    Column("weights", Json, nullable=False),
    Column("ratio", Integer, nullable=False),
    Column("regulars", Integer, nullable=False),  # the ratio's state: regular calls since the last preferred one
)

zone = Table(
    "zone",
    metadata,
    Column("id", Id, primary_key=True),
    Column("code", String(40), nullable=False, unique=True),
    Column("name", Json, nullable=False),
)

agency = Table(
    "agency",
    metadata,
    Column("id", Id, primary_key=True),
    Column("code", String(40), nullable=False, unique=True),
    Column("short", String(40), nullable=False),
    Column("name", Json, nullable=False),
    Column("kind", String(20), nullable=False),
    Column("icon", String(40), nullable=False),
    Column("sort", Integer, nullable=False),
    Column("active", Boolean, nullable=False),
    Column("template", Json),  # where its tickets differ from the hall's; null: nowhere
)

service = Table(
    "service",
    metadata,
    Column("id", Id, primary_key=True),
    Column("agency_id", Id, ForeignKey("agency.id"), nullable=False, index=True),
    Column("code", String(40), nullable=False),
    Column("name", Json, nullable=False),
    Column("series", String(4), nullable=False),
    Column("minutes", Integer, nullable=False),
    Column("documents", Json, nullable=False),
    Column("sort", Integer, nullable=False),
    Column("active", Boolean, nullable=False),
    Column("issuing", Boolean, nullable=False),  # false: staff stopped it for now
    Column("group_id", Id, ForeignKey("service_group.id"), nullable=False, index=True),
    Column("hours", Json),  # its own opening hours; null: the hall's
    Column("quota", Integer),  # the most numbers it gives a day; null: no limit
    Column("mean_ms", Integer),  # rolling mean of the time a number takes at a counter; null: minutes
    UniqueConstraint("agency_id", "code"),
)

counter = Table(
    "counter",
    metadata,
    Column("id", Id, primary_key=True),
    Column("code", String(10), nullable=False, unique=True),
    Column("name", String(60), nullable=False),
    Column("zone_id", Id, ForeignKey("zone.id"), nullable=False, index=True),
    Column("agency_id", Id, ForeignKey("agency.id"), index=True),
    Column("sort", Integer, nullable=False),
    # who holds it now; all three are null when it is closed
    Column("staff_id", Id, ForeignKey("staff.id"), index=True),
    Column("session_id", Id),
    Column("opened_at", Instant),
    # in a pause: since when and why
    Column("paused_at", Instant),
    Column("pause_why", String(60)),
    Column("by_preference", Boolean, nullable=False),  # false: its services are one pool
    Column("help_after_minutes", Integer),  # with preference: also help those of other tiers who waited longer
    Column("breaks", Json, nullable=False),  # its roster: when nobody sits there (domain/hours.py)
)

counter_service = Table(
    "counter_service",
    metadata,
    Column("counter_id", Id, ForeignKey("counter.id", ondelete="CASCADE"), primary_key=True),
    Column("service_id", Id, ForeignKey("service.id", ondelete="CASCADE"), primary_key=True, index=True),
    Column("rank", Integer, nullable=False),  # by preference: the tier; services of one rank are one tier
)

printer = Table(
    "printer",
    metadata,
    Column("id", Id, primary_key=True),
    Column("code", String(40), nullable=False, unique=True),
    Column("url", String(300), nullable=False),
    Column("paper_mm", Integer, nullable=False),
    Column("place", Json),  # where it stands, in the visitors' languages; null: at its kiosk
    Column("zone_id", Id, ForeignKey("zone.id")),  # where its visitors are; null: where its kiosks are
    Column("fallback_id", Id, ForeignKey("printer.id")),  # takes over its papers first; null: any other in its zone
    Column("capabilities", Json),  # what probing found out at this address; null: nothing yet
    Column("roll_mm", Integer),  # length of a new roll; null: as the address says, or not known
    Column("used_mm", Integer, nullable=False),  # of the roll that is in it
    Column("tickets_left", Integer),  # about so many; null: not known
    # how it is (domain/paper.py), the reason, since when, and when somebody looked last
    Column("health", String(12), nullable=False),
    Column("detail", String(200), nullable=False),
    Column("health_since", Instant),
    Column("checked_at", Instant),
    # the one process that may connect to it now, and until when; a second connection would hang or garble a paper
    Column("server", String(60)),
    Column("served_until", Instant),
    Column("torn", Boolean, nullable=False),  # a spooler died while sending: its piece may be in the printer
    Column("removed_at", Instant),  # its papers are still known by it; null: it is in use
)

kiosk = Table(
    "kiosk",
    metadata,
    Column("id", Id, primary_key=True),
    Column("code", String(40), nullable=False, unique=True),
    Column("name", String(60), nullable=False),
    Column("zone_id", Id, ForeignKey("zone.id")),
    Column("printer_id", Id, ForeignKey("printer.id")),
)

# --- tickets and their log -------------------------------------------------------------------------------

ticket = Table(
    "ticket",
    metadata,
    Column("id", Id, primary_key=True),
    Column("business_date", Day, nullable=False),
    Column("series", String(4), nullable=False),
    Column("number", Integer, nullable=False),
    Column("label", String(12), nullable=False),
    Column("token", String(24), nullable=False, unique=True),
    Column("service_id", Id, ForeignKey("service.id"), nullable=False),
    Column("ticket_class", String(12), nullable=False),
    Column("language", String(3), nullable=False),
    Column("kiosk_id", Id, ForeignKey("kiosk.id")),
    Column("state", String(10), nullable=False),
    Column("issued_at", Instant, nullable=False),
    Column("start_at", Instant, nullable=False),  # effective start: what the waiting time counts from
    Column("called_at", Instant),
    Column("serving_at", Instant),
    Column("ended_at", Instant),
    Column("counter_id", Id, ForeignKey("counter.id")),
    Column("staff_id", Id, ForeignKey("staff.id")),
    Column("times_called", Integer, nullable=False),
    Column("last_call_seq", Id),  # number in the log of the newest call or recall
    Column("last_called_at", Instant),  # of the newest call or recall
    Column("files", Integer, nullable=False),  # documents of one visitor to be handled in this visit
    Column("front_at", Instant),  # when it was put first in line; null: it has its turn by the discipline
    Column("for_counter_id", Id, ForeignKey("counter.id")),  # it waits for this counter alone
    Column("for_staff_id", Id, ForeignKey("staff.id")),  # it waits for this officer alone
    Column("held_at", Instant),
    Column("ended_why", String(60)),
    # the range promised when it was issued, in minutes; null: no estimate was given
    Column("promise_low", Integer),
    Column("promise_high", Integer),
    UniqueConstraint("business_date", "series", "number"),
    # the line: small whatever the history holds, and all that the discipline reads stands in the index itself
    Index(
        "ix_ticket_waiting",
        "service_id",
        "state",
        "ticket_class",
        "start_at",
        "front_at",
        "for_counter_id",
        "for_staff_id",
        "files",
        sqlite_where=text("state = 'waiting'"),
        postgresql_where=text("state = 'waiting'"),
    ),
    Index(
        "ix_ticket_held",
        "service_id",
        sqlite_where=text("state = 'held'"),
        postgresql_where=text("state = 'held'"),
    ),
    # one ticket in hand per counter, whatever the code does
    Index(
        "uq_ticket_in_hand",
        "counter_id",
        unique=True,
        sqlite_where=text("state IN ('called', 'serving')"),
        postgresql_where=text("state IN ('called', 'serving')"),
    ),
    # day end
    Index(
        "ix_ticket_open",
        "business_date",
        sqlite_where=text("ended_at IS NULL"),
        postgresql_where=text("ended_at IS NULL"),
    ),
    # the board: newest calls at a counter on a day
    Index("ix_ticket_board", "business_date", "counter_id", "last_call_seq"),
    sqlite_autoincrement=True,
)

# A partial index serves only a statement that repeats its condition word for word: a bound parameter will not do.
IS_WAITING = ticket.c.state == literal_column("'waiting'")
IS_IN_HAND = ticket.c.state.in_([literal_column("'called'"), literal_column("'serving'")])

IS_HELD = ticket.c.state == literal_column("'held'")

ticket_note = Table(
    "ticket_note",
    metadata,
    Column("id", Id, primary_key=True),
    Column("ticket_id", Id, ForeignKey("ticket.id"), nullable=False, index=True),
    Column("agency_id", Id, ForeignKey("agency.id"), nullable=False),  # nobody else ever reads it
    Column("staff_id", Id, ForeignKey("staff.id"), nullable=False),
    Column("at", Instant, nullable=False),
    Column("text", String(500), nullable=False),
)

# What a service did on a day, counted as it happens.
service_day = Table(
    "service_day",
    metadata,
    Column("business_date", Day, primary_key=True),
    Column("service_id", Id, ForeignKey("service.id", ondelete="CASCADE"), primary_key=True),
    Column("issued", Integer, nullable=False),
    Column("preferred", Integer, nullable=False),  # of the issued, those of a heavier class
    Column("promised", Integer, nullable=False),  # called, with a range promised
    Column("kept", Integer, nullable=False),  # of the promised, those called within it
)

number_counter = Table(
    "number_counter",
    metadata,
    Column("business_date", Day, primary_key=True),
    Column("series", String(4), primary_key=True),
    Column("last", Integer, nullable=False),
)

log = Table(
    "log",
    metadata,
    Column("seq", Id, primary_key=True, autoincrement=False),
    Column("kind", String(30), nullable=False),
    Column("version", Integer, nullable=False),
    Column("at", Instant, nullable=False),
    Column("ticket_id", Id, ForeignKey("ticket.id"), index=True),
    Column("service_id", Id),
    Column("counter_id", Id),
    Column("staff_id", Id),
    Column("payload", Json, nullable=False),
)

idempotency = Table(
    "idempotency",
    metadata,
    Column("key", String(100), primary_key=True),
    Column("request", String(64), nullable=False),  # digest: the same key with another request is refused
    Column("ticket_id", Id),
    Column("at", Instant, nullable=False, index=True),
)

# --- printing --------------------------------------------------------------------------------------------

print_job = Table(
    "print_job",
    metadata,
    Column("id", Id, primary_key=True),
    Column("kind", String(10), nullable=False),  # ticket, copy, checklist, summary, test
    Column("ticket_id", Id, ForeignKey("ticket.id")),  # of a ticket or its copy
    Column("copy_no", Integer, nullable=False),
    Column("reason", String(20)),  # why a copy was made
    Column("staff_id", Id, ForeignKey("staff.id")),  # who asked for it; null: the visitor
    Column("printer_id", Id, ForeignKey("printer.id"), nullable=False),
    Column("state", String(10), nullable=False),
    Column("detail", String(200), nullable=False),
    Column("slip", Json, nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("owner", String(60)),
    Column("lease_until", Instant),
    Column("created_at", Instant, nullable=False),
    Column("ended_at", Instant),
    UniqueConstraint("ticket_id", "copy_no"),
    Index(
        "ix_print_job_open",
        "printer_id",
        "id",
        sqlite_where=text("ended_at IS NULL"),
        postgresql_where=text("ended_at IS NULL"),
    ),
    sqlite_autoincrement=True,
)

# A machine of the hall that signs in by a token of its own.
device = Table(
    "device",
    metadata,
    Column("id", Id, primary_key=True),
    Column("kind", String(10), nullable=False),  # agent, display, kiosk
    Column("code", String(60), nullable=False),
    Column("name", String(120), nullable=False),
    Column("token_hash", String(64), nullable=False, unique=True),
    Column("created_at", Instant, nullable=False),
    Column("last_seen_at", Instant),
    Column("revoked_at", Instant),
    Column("trouble", String(200)),  # what it says of itself; null when all is well
    UniqueConstraint("kind", "code"),
)

# --- the lobby -------------------------------------------------------------------------------------------

notice = Table(
    "notice",
    metadata,
    Column("id", Id, primary_key=True),
    Column("zone_id", Id, ForeignKey("zone.id")),  # null: on the displays of every zone
    Column("text", String(300), nullable=False),
    Column("from_at", Instant, nullable=False),
    Column("until_at", Instant, nullable=False),
)

zone_voice = Table(
    "zone_voice",
    metadata,
    Column("zone_id", Id, ForeignKey("zone.id"), primary_key=True, autoincrement=False),
    Column("speaker", String(40), nullable=False),  # the display that speaks, or spoke last
    Column("until", Instant, nullable=False),  # its lease
    Column("spoken", Json, nullable=False),  # numbers in the log of the newest calls that were spoken
    Column("queue", Json, nullable=False),  # [number in the log, when it will be spoken] as the speaker foresees it
)

# How a paired display shows its zone: layout, distance, languages and so on (domain/screen.py).
display_setup = Table(
    "display_setup",
    metadata,
    Column("device_id", Id, ForeignKey("device.id"), primary_key=True, autoincrement=False),
    Column("zone_id", Id, ForeignKey("zone.id"), nullable=False),
    Column("config", Json, nullable=False),
)

# A machine that shows its code and waits for somebody of the staff to let it in.
pairing = Table(
    "pairing",
    metadata,
    Column("code", String(6), primary_key=True),
    Column("token_hash", String(64), nullable=False, unique=True),  # becomes the device's when it is approved
    Column("kind", String(10), nullable=False),
    Column("created_at", Instant, nullable=False),
    Column("expires_at", Instant, nullable=False),
)

screen = Table(
    "screen",
    metadata,
    Column("key", String(40), primary_key=True),  # what the page calls itself
    Column("zone", String(40), nullable=False),
    Column("layout", String(12), nullable=False),
    Column("sound", String(10), nullable=False),  # on, blocked, off, none
    Column("shown", String(20)),  # the newest call that it showed
    Column("width", Integer, nullable=False),
    Column("height", Integer, nullable=False),
    Column("legible", Boolean, nullable=False),  # whether its capitals are large enough for its distance
    Column("build", String(20), nullable=False),
    Column("first_seen_at", Instant, nullable=False),
    Column("last_seen_at", Instant, nullable=False),
)

# --- staff -----------------------------------------------------------------------------------------------

staff = Table(
    "staff",
    metadata,
    Column("id", Id, primary_key=True),
    Column("username", String(40), nullable=False, unique=True),
    Column("name", String(120), nullable=False),
    Column("password_hash", Text, nullable=False),
    Column("role", String(12), nullable=False),
    Column("agency_id", Id, ForeignKey("agency.id")),
    Column("active", Boolean, nullable=False),
)

staff_session = Table(
    "staff_session",
    metadata,
    Column("id", Id, primary_key=True),
    Column("token_hash", String(64), nullable=False, unique=True),
    Column("staff_id", Id, ForeignKey("staff.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("created_at", Instant, nullable=False),
    Column("expires_at", Instant, nullable=False),
    Column("ended_at", Instant),
    sqlite_autoincrement=True,
)

sign_in_attempt = Table(
    "sign_in_attempt",
    metadata,
    Column("id", Id, primary_key=True),
    Column("username", String(40), nullable=False),
    Column("address", String(45), nullable=False),
    Column("at", Instant, nullable=False),
    Index("ix_sign_in_attempt_username_at", "username", "at"),
    Index("ix_sign_in_attempt_address_at", "address", "at"),
)
