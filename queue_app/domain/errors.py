"""Errors of the domain: a refusal with a code, and a setting that is not valid. A refused action changes nothing."""

from __future__ import annotations

# The texts are in the locale files as `refusal.<code>.title` and `.detail`; the web gives each code its HTTP status.
REFUSALS = frozenset(
    {
        "bad_request",
        "bad_setting",
        "bad_recording",
        "sign_in_needed",
        "wrong_sign_in",
        "not_allowed",
        "csrf_failed",
        "not_found",
        "unknown_service",
        "unknown_ticket",
        "unknown_counter",
        "unknown_zone",
        "unknown_kiosk",
        "unknown_print_job",
        "unknown_officer",
        "unknown_printer",
        "unknown_room",
        "unknown_clip",
        "unknown_device",
        "method_not_allowed",
        "service_closed",
        "wrong_state",
        "lost_race",
        "counter_busy",
        "ticket_not_started",
        "nobody_waiting",
        "not_your_counter",
        "counter_taken",
        "counter_closed",
        "counter_paused",
        "counter_occupied",
        "too_soon",
        "too_few_calls",
        "return_too_late",
        "undo_too_late",
        "would_strand",
        "not_served_here",
        "counter_not_open",
        "notes_off",
        "quota_reached",
        "key_reused",
        "no_number_left",
        "no_print_to_confirm",
        "too_large",
        "unsupported_media",
        "too_many_attempts",
        "too_many_checklists",
    }
)


class Refusal(Exception):
    """An action that the rules do not allow; `code` is one of `REFUSALS`, `facts` fill the placeholders of its text."""

    def __init__(self, code: str, **facts: object) -> None:
        if code not in REFUSALS:
            raise ValueError(f"unknown refusal code: {code}")
        super().__init__(code)
        self.code = code
        self.facts = facts


class BadSetting(ValueError):
    """An invalid setting: `code` says what is wrong, `field` where, `facts` with which values; the text is for logs.

    The text shown to people is `setting.<code>` of the locale files, with `field` and the facts in it.
    """

    def __init__(self, code: str, field: str, text: str, **facts: object) -> None:
        super().__init__(text)
        self.code = code
        self.field = field
        self.facts = facts

    def refusal(self) -> Refusal:
        """Return the refusal bad_setting for this error."""
        return Refusal("bad_setting", detail=str(self), wrong=self.code, field=self.field, **self.facts)
