"""Adapter: implements the kiosk's port on top of services and snapshots."""

from __future__ import annotations

import kiosk.ports
from queue_app.snapshots.catalogue import catalogue_json
from queue_app.snapshots.kiosk import build_kiosk
from queue_app.web.context import Context
from queue_app.web.device_auth import redirect_target_of


class KioskAdapter:
    """The kiosk's port."""

    def __init__(self, context: Context) -> None:
        self._context = context

    def page(self, code: str) -> kiosk.ports.KioskPage | None:
        """Return the kiosk with the whole menu, or None if there is no such kiosk."""
        context = self._context
        with context.moment() as moment:
            catalogue = moment.catalogue
            row = catalogue.kiosks.get(code)
            if row is None:
                return None
            return kiosk.ports.KioskPage(
                code=row.code,
                name=row.name,
                language=catalogue.language,
                build=context.build,
                time_zone=catalogue.time_zone,
                hall_name=catalogue.hall_name,
                catalogue=catalogue_json(moment),
                seq=moment.seq,
                state=build_kiosk(moment, code),
                now_ms=moment.now_ms,
                redirect_to=f"/screen/place?kiosk={row.code}",
            )

    def redirect_target(self, code: str) -> str | None:
        """Return the redirect target of a screen paired as something else, or one that must pair first; else None."""
        return redirect_target_of(f"/kiosk/{code}")

    def asset(self, path: str) -> str:
        """Return the address of a static file."""
        return self._context.asset(path)
