"""Settings of calling: how often, how long, who may. Every value has a default that works."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields

from queue_app.domain.errors import BadSetting
from queue_app.domain.role import Role
from queue_app.domain.setting_checks import require_flag, require_known, require_number

# setting → smallest and largest value
LIMITS: Mapping[str, tuple[int, int]] = {
    "recall_interval_s": (0, 300),
    "calls_before_no_show": (1, 10),
    "return_minutes": (0, 480),
    "return_calls": (0, 200),
    "auto_start_s": (0, 600),
    "undo_s": (0, 60),
}


@dataclass(frozen=True, slots=True)
class CallingPolicy:
    """The settings of calling; `_s` is in seconds.

    A no-show may return within `return_minutes`, or until `return_calls` further numbers were called at the counters of
    its service, whichever lasts longer. `auto_start_s` of 0 means that only the officer starts a visit. `call_any` is
    the least role that may call a given number; `notes` lets officers write notes on a visit.
    """

    recall_interval_s: int = 5
    calls_before_no_show: int = 2
    return_minutes: int = 30
    return_calls: int = 10
    auto_start_s: int = 0
    undo_s: int = 10
    call_any: Role = Role.OFFICER
    notes: bool = False

    def may_call_any(self, role: Role) -> bool:
        """Whether this role may call a given number out of turn."""
        ranks = list(Role)
        return ranks.index(role) >= ranks.index(self.call_any)

    def as_json(self) -> dict[str, object]:
        """Return the policy as stored in the database and shown by the API."""
        return {**asdict(self), "call_any": self.call_any.value}


def parse_policy(stored: Mapping[str, object]) -> CallingPolicy:
    """Validate a stored or submitted policy; a missing setting keeps its default.

    Raises BadSetting for a setting that is unknown or out of range.
    """
    names = {field.name for field in fields(CallingPolicy)}
    for name, value in stored.items():
        require_known(name, names, "calling")
        if name in LIMITS:
            require_number(name, value, *LIMITS[name])
        elif name == "notes":
            require_flag(name, value)
        elif name == "call_any" and value not in set(Role):
            choices = ", ".join(Role)
            raise BadSetting("choice", name, f"“call_any” must be one of {choices}.", choices=choices)
    values = dict(stored)
    if "call_any" in values:
        values["call_any"] = Role(str(values["call_any"]))
    return CallingPolicy(**values)  # type: ignore[arg-type]  # every value was checked above
