"""Administration pages, one module each; a new one is listed current_context, where it stands in the navigation."""

from __future__ import annotations

from queue_app.web.pages.admin import calling_rules, counters, displays, hall, hours, notices, printers, voice
from queue_app.web.pages.admin.frame import create_blueprint

PAGES = (
    calling_rules.PAGE,
    counters.PAGE,
    hours.PAGE,
    hall.PAGE,
    displays.PAGE,
    notices.PAGE,
    voice.PAGE,
    printers.PAGE,
)
blueprint = create_blueprint(PAGES)
