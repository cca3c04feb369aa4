"""The database schema. Every table that a frequent statement reads has the index that this statement needs."""

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

from queue_app.store.types import Day, Id, Instant, Json, OutcomeJson

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)

# --- the hall and its catalogue --------------------------------------------------------------------------

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
    Column("seq", Id, nullable=False),  # log position of the newest fact
    Column("business_date", Day, nullable=False),
    Column("catalogue_version", Integer, nullable=False),
    Column("policy", Json, nullable=False),  # what differs from domain/policy.py
    Column("display_settings", Json, nullable=False),  # what differs from domain/display_settings.py
    Column("hours", Json),  # opening hours and days off (domain/hours.py); null: open at any hour
    Column("template", Json, nullable=False),  # fields printed on a ticket (printer/paper/template.py); {}: all
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
    Column("regular_streak", Integer, nullable=False),  # the ratio's state: regular calls since the last preferred one
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
    Column("template", Json),  # where its tickets differ from the hall's template; null: nowhere
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
    Column("quota", Integer),  # the most numbers issued a day; null: no limit
    Column("mean_ms", Integer),  # rolling mean of the counter time of a ticket; null: `minutes` applies
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
    # its officer now; all three are null when the counter is closed
    Column("staff_id", Id, ForeignKey("staff.id"), index=True),
    Column("session_id", Id),
    Column("opened_at", Instant),
    # while paused: since when and why
    Column("paused_at", Instant),
    Column("pause_why", String(60)),
    Column("by_preference", Boolean, nullable=False),  # false: its services are one pool
    Column("help_after_minutes", Integer),  # with preference: also serve other tiers' tickets that waited longer
    Column("breaks", Json, nullable=False),  # its roster: when it is not staffed (domain/hours.py)
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
    Column("fallback_id", Id, ForeignKey("printer.id")),  # takes over its jobs first; null: any other in its zone
    Column("capabilities", Json),  # as probed at this address; null: not probed yet
    Column("roll_mm", Integer),  # length of a new roll; null: as the address says, or not known
    Column("used_mm", Integer, nullable=False),  # of the current roll
    Column("tickets_left", Integer),  # estimate; null: not known
    # health (domain/printer.py), the reason, since when, and time of the last status check
    Column("health", String(12), nullable=False),
    Column("outcome", OutcomeJson),
    Column("health_since", Instant),
    Column("checked_at", Instant),
    # the one process that may connect to it now, and until when; a second connection would hang or garble a slip
    Column("server", String(60)),
    Column("served_until", Instant),
    Column("interrupted", Boolean, nullable=False),  # a spooler died while sending: a partial job may be in the printer
    Column("removed_at", Instant),  # kept because print jobs refer to it; null: in use
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
    Column("start_at", Instant, nullable=False),  # effective start: from when the waiting time counts
    Column("called_at", Instant),
    Column("serving_at", Instant),
    Column("ended_at", Instant),
    Column("counter_id", Id, ForeignKey("counter.id")),
    Column("staff_id", Id, ForeignKey("staff.id")),
    Column("times_called", Integer, nullable=False),
    Column("last_call_seq", Id),  # log position of the newest call or recall
    Column("last_called_at", Instant),  # of the newest call or recall
    Column("files", Integer, nullable=False),  # documents of one visitor to be handled in this visit
    Column("front_at", Instant),  # when it was put first in line; null: the discipline decides its turn
    Column("for_counter_id", Id, ForeignKey("counter.id")),  # reserved for this counter
    Column("for_staff_id", Id, ForeignKey("staff.id")),  # reserved for this officer
    Column("held_at", Instant),
    Column("ended_why", String(60)),
    # the range promised when it was issued, in minutes; null: no estimate was given
    Column("promise_low", Integer),
    Column("promise_high", Integer),
    UniqueConstraint("business_date", "series", "number"),
    # the line: small however long the history is; a covering index for all columns that the discipline reads
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
    # at most one current ticket per counter, enforced by the database
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
IS_CURRENT = ticket.c.state.in_([literal_column("'called'"), literal_column("'serving'")])

IS_HELD = ticket.c.state == literal_column("'held'")

ticket_note = Table(
    "ticket_note",
    metadata,
    Column("id", Id, primary_key=True),
    Column("ticket_id", Id, ForeignKey("ticket.id"), nullable=False, index=True),
    Column("agency_id", Id, ForeignKey("agency.id"), nullable=False),  # only this agency may read the note
    Column("staff_id", Id, ForeignKey("staff.id"), nullable=False),
    Column("at", Instant, nullable=False),
    Column("text", String(500), nullable=False),
)

# Daily counts of a service, updated in the transaction of each event.
service_day = Table(
    "service_day",
    metadata,
    Column("business_date", Day, primary_key=True),
    Column("service_id", Id, ForeignKey("service.id", ondelete="CASCADE"), primary_key=True),
    Column("issued", Integer, nullable=False),
    Column("preferred", Integer, nullable=False),  # of the issued tickets, those of a heavier class
    Column("promised", Integer, nullable=False),  # tickets called that had a promised range
    Column("kept", Integer, nullable=False),  # of the promised, tickets called within their range
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
    Column("reason", String(20)),  # why the copy was printed
    Column("staff_id", Id, ForeignKey("staff.id")),  # requested by; null: the visitor
    Column("printer_id", Id, ForeignKey("printer.id"), nullable=False),
    Column("state", String(10), nullable=False),
    Column("outcome", OutcomeJson),
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

# A device of the hall that authenticates with its own token.
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
    Column("trouble", String(200)),  # reported by the device itself; null: none
    UniqueConstraint("kind", "code"),
)

# --- displays --------------------------------------------------------------------------------------------

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
    Column("until", Instant, nullable=False),  # end of its lease
    Column("spoken", Json, nullable=False),  # log positions of the newest calls that were spoken
    Column("queue", Json, nullable=False),  # [log position, expected time of speaking], as the speaker reports
)

# How a paired display shows its zone: layout, distance, languages and so on (display/display_config.py).
display_setup = Table(
    "display_setup",
    metadata,
    Column("device_id", Id, ForeignKey("device.id"), primary_key=True, autoincrement=False),
    Column("zone_id", Id, ForeignKey("zone.id"), nullable=False),
    Column("config", Json, nullable=False),
)

# A device that shows its pairing code and waits for approval by staff.
pairing = Table(
    "pairing",
    metadata,
    Column("code", String(6), primary_key=True),
    Column("token_hash", String(64), nullable=False, unique=True),  # becomes the device's on approval
    Column("kind", String(10), nullable=False),
    Column("created_at", Instant, nullable=False),
    Column("expires_at", Instant, nullable=False),
)

screen = Table(
    "screen",
    metadata,
    Column("key", String(40), primary_key=True),  # identifies the display in its reports
    Column("zone", String(40), nullable=False),
    Column("layout", String(12), nullable=False),
    Column("sound", String(10), nullable=False),  # on, blocked, off, none
    Column("shown", String(20)),  # label of the newest call that it showed
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
