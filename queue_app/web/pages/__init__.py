"""Pages of the server: one module a page, its texts and its first state; the devices' pages are in their packages."""

from __future__ import annotations

import flask

from queue_app.web.pages import admin, officer, pairing, preview, public, sign_in, visitor

BLUEPRINTS: tuple[flask.Blueprint, ...] = (
    public.blueprint,
    sign_in.blueprint,
    officer.blueprint,
    visitor.blueprint,
    preview.blueprint,
    pairing.blueprint,
    admin.blueprint,
)
