"""What all administration pages share: a page described as data, one template, the same first state."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import flask
from werkzeug.wrappers import Response

from queue_app.domain.errors import Refusal
from queue_app.domain.role import Role
from queue_app.domain.staff import Officer
from queue_app.web.auth import current_officer, public, redirect_to_sign_in
from queue_app.web.context import current_context
from queue_app.web.pages.page import boot_data, render_page

ADMIN = frozenset({Role.ADMIN})
SUPERVISORS = frozenset({Role.SUPERVISOR, Role.ADMIN})


@dataclass(frozen=True)
class AdminPage:
    """One page: its address, the key of its title, who may see it, the element and script that fill it.

    `texts` are prefixes of the locale keys that the script needs, `state` makes the page's first state; `also` are
    further addresses of the same page.
    """

    path: str
    title: str
    roles: frozenset[Role]
    element: str
    script: str
    texts: tuple[str, ...]
    state: Callable[[Officer], dict[str, Any]]
    also: tuple[str, ...] = ()


def create_blueprint(pages: Sequence[AdminPage]) -> flask.Blueprint:
    """The blueprint of `pages`, which stand in the order of the navigation; `/admin` leads to the first one allowed."""
    blueprint = flask.Blueprint("admin", __name__)
    for page in pages:
        view = _view(page, pages)
        for path in (page.path, *page.also):
            blueprint.add_url_rule(path, page.element, view)

    @blueprint.get("/admin")
    @public
    def first() -> Response:
        who = current_officer()
        if who is None:
            return redirect_to_sign_in()
        for page in pages:
            if who.role in page.roles:
                return flask.redirect(page.path)
        raise Refusal("not_allowed")

    return blueprint


def _view(page: AdminPage, pages: Sequence[AdminPage]) -> Callable[..., Response]:
    @public
    def view(**_arguments: Any) -> Response:
        who = current_officer()
        if who is None:
            return redirect_to_sign_in()
        if who.role not in page.roles:
            raise Refusal("not_allowed")
        return render_page(
            "site/admin.html",
            hall_name=current_context().catalogue().hall_name,
            name=who.name,
            page=page,
            pages=[other for other in pages if who.role in other.roles],
            boot=boot_data(*page.texts, "admin.", "officer.alarm.", role=who.role.value, **page.state(who)),
        )

    return view
