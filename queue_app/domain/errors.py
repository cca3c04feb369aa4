"""Errors of the domain: a refusal with a code, and a setting that is not valid. A refused action changes nothing."""

from __future__ import annotations

from collections.abc import Mapping

# code -> HTTP status; the texts are in the locale files as `refusal.<code>.title` and `.detail`.
REFUSALS: Mapping[str, int] = {
    "bad_request": 400,
    "bad_setting": 400,
    "bad_recording": 400,
    "sign_in_needed": 401,
    "wrong_sign_in": 401,
    "not_allowed": 403,
    "csrf_failed": 403,
    "not_found": 404,
    "unknown_service": 404,
    "unknown_ticket": 404,
    "unknown_counter": 404,
    "unknown_zone": 404,
    "unknown_kiosk": 404,
    "unknown_print_job": 404,
    "unknown_officer": 404,
    "unknown_printer": 404,
    "unknown_room": 404,
    "unknown_clip": 404,
    "unknown_device": 404,
    "method_not_allowed": 405,
    "service_closed": 409,
    "wrong_state": 409,
    "lost_race": 409,
    "counter_busy": 409,
    "ticket_not_started": 409,
    "nobody_waiting": 409,
    "not_your_counter": 409,
    "counter_taken": 409,
    "counter_closed": 409,
    "counter_paused": 409,
    "counter_occupied": 409,
    "too_soon": 409,
    "too_few_calls": 409,
    "return_too_late": 409,
    "undo_too_late": 409,
    "would_strand": 409,
    "not_served_here": 409,
    "counter_not_open": 409,
    "notes_off": 409,
    "quota_reached": 409,
    "key_reused": 409,
    "no_number_left": 409,
    "no_print_to_confirm": 409,
    "too_large": 413,
    "unsupported_media": 415,
    "too_many_attempts": 429,
    "too_many_checklists": 429,
}


class Refusal(Exception):
    """An action that the rules do not allow; `code` is one of `REFUSALS`, `facts` fill the placeholders of its text."""

    def __init__(self, code: str, **facts: object) -> None:
        if code not in REFUSALS:
            raise ValueError(f"unknown refusal code: {code}")
        super().__init__(code)
        self.code = code
        self.facts = facts

    @property
    def status(self) -> int:
        """HTTP status that goes with the code."""
        return REFUSALS[self.code]


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
