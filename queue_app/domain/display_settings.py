"""Settings of the displays and their voice. Every value has a default that works."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields

from queue_app.domain.setting_checks import require_flag, require_known, require_number

# setting → smallest and largest value
LIMITS: Mapping[str, tuple[int, int]] = {"times": (1, 3)}


@dataclass(frozen=True, slots=True)
class DisplaySettings:
    """The settings of the displays.

    A call is spoken `times` times, in the ticket's language and, with `both`, in the hall's too; after a `gong`, with
    the `agency` at its end. With `pairing`, a display or kiosk that staff have not approved shows only its pairing
    code, and a kiosk issues no number.
    """

    times: int = 2
    both: bool = True
    gong: bool = True
    agency: bool = True
    pairing: bool = False

    def as_json(self) -> dict[str, object]:
        """Return the settings as stored in the database and shown by the API."""
        return asdict(self)

    @property
    def version(self) -> str:
        """A short hash that changes with every setting."""
        return hashlib.sha256(json.dumps(self.as_json()).encode()).hexdigest()[:8]


def parse_display_settings(stored: Mapping[str, object]) -> DisplaySettings:
    """Validate stored or submitted settings; a missing one keeps its default.

    Raises BadSetting for a setting that is unknown or out of range.
    """
    names = {field.name for field in fields(DisplaySettings)}
    for name, value in stored.items():
        require_known(name, names, "the displays")
        if name in LIMITS:
            require_number(name, value, *LIMITS[name])
        else:
            require_flag(name, value)
    return DisplaySettings(**stored)  # type: ignore[arg-type]  # every value was checked above
