"""The frame of all administration pages: a page described as data, one template, the same first state."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import flask
from werkzeug.wrappers import Response

from queue_app.domain.permissions import Permission, allows
from queue_app.domain.staff import Officer
from queue_app.web.context import current_context
from queue_app.web.pages.page import boot_data, render_page
from queue_app.web.permissions import needs, signed_in_officer


@dataclass(frozen=True)
class AdminPage:
    """One page: its address, the key of its title, what it needs, the element and script that fill it.

    `texts` are prefixes of the locale keys that the script needs, `state` makes the page's first state; `also` are
    further addresses of the same page.
    """

    path: str
    title: str
    permission: Permission
    element: str
    script: str
    texts: tuple[str, ...]
    state: Callable[[Officer], dict[str, Any]]
    also: tuple[str, ...] = ()


def create_blueprint(pages: Sequence[AdminPage]) -> flask.Blueprint:
    """Create the blueprint of `pages`, in the order of the navigation; `/admin` leads to the first one allowed."""
    blueprint = flask.Blueprint("admin", __name__)
    for page in pages:
        view = _view(page, pages)
        for path in (page.path, *page.also):
            blueprint.add_url_rule(path, page.element, view)

    @blueprint.get("/admin")
    @needs(Permission.OPEN_ADMINISTRATION, page=True)
    def first() -> Response:
        return flask.redirect(_allowed(pages)[0].path)

    return blueprint


def _allowed(pages: Sequence[AdminPage]) -> list[AdminPage]:
    return [page for page in pages if allows(signed_in_officer(), page.permission)]


def _view(page: AdminPage, pages: Sequence[AdminPage]) -> Callable[..., Response]:
    @needs(page.permission, page=True)
    def view(**_arguments: Any) -> Response:
        who = signed_in_officer()
        return render_page(
            "site/admin.html",
            hall_name=current_context().catalogue().hall_name,
            name=who.name,
            page=page,
            pages=_allowed(pages),
            boot=boot_data(*page.texts, "admin.", "officer.alarm.", role=who.role.value, **page.state(who)),
        )

    return view
