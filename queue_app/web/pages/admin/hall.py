"""Page: the hall itself. Its fields are described here; no script of its own is needed."""

from __future__ import annotations

from typing import Any

from queue_app.domain.catalogue import LANGUAGES
from queue_app.domain.permissions import Permission
from queue_app.domain.staff import Officer
from queue_app.services.settings.hall import LENGTHS
from queue_app.web.context import current_context
from queue_app.web.pages.admin.frame import AdminPage
from queue_app.web.texts import chosen_language, translate

_INDONESIA = {
    "Asia/Jakarta": "WIB, Jakarta",
    "Asia/Pontianak": "WIB, Pontianak",
    "Asia/Makassar": "WITA, Makassar",
    "Asia/Jayapura": "WIT, Jayapura",
}


def _state(_who: Officer) -> dict[str, Any]:
    return {"form": {"address": "/api/v1/settings/hall", "title": PAGE.title, "fields": _fields()}}


def _fields() -> list[dict[str, Any]]:
    context = current_context()
    stored = context.catalogue().time_zone
    zones = {stored: stored} | _INDONESIA
    languages = [[code, translate(f"language.{code}", chosen_language())] for code in LANGUAGES]
    public = translate("hall.public_option" if context.public_url else "hall.public_visitor", chosen_language())
    return [
        _field("name"),
        _field("time_zone", kind="choice", options=[[zone, name] for zone, name in zones.items()]),
        _field("language", kind="choice", options=languages, help="hall.language_help"),
        _field("address", optional=True, wide=True, help="hall.address_help"),
        _field("full_name", kind="names", help="hall.full_name_help"),
        _field("footer", kind="names", area=True, optional=True, help="hall.footer_help"),
        {"kind": "hint", "label": f"{translate('hall.public', chosen_language())}: {context.site_url()}. {public}"},
    ]


def _field(name: str, **more: object) -> dict[str, Any]:
    return {"name": name, "label": f"hall.{name}", "longest": LENGTHS.get(name), **more}


PAGE = AdminPage(
    path="/admin/hall",
    title="hall.title",
    permission=Permission.MANAGE_HALL,
    element="admin-fields",
    script="admin/fields.js",
    texts=("hall.", "rules."),
    state=_state,
)
