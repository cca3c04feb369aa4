"""Composition root: builds the application and starts what runs beside its requests."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from apiflask import APIFlask
from sqlalchemy import select
from werkzeug.middleware.proxy_fix import ProxyFix

import display
import kiosk
from printer.spooler import Spooler, run_inline
from queue_app import __version__
from queue_app.adapters import printer_tools
from queue_app.adapters.display import DisplayAdapter, check_display_config
from queue_app.adapters.kiosk import KioskAdapter
from queue_app.adapters.print_agents import PrintAgentGateway
from queue_app.adapters.print_jobs import PrintJobSource
from queue_app.adapters.processes import is_dead, process_name
from queue_app.adapters.voice import VoiceAdapter, open_clip_library
from queue_app.background import Runtime, _in_native_thread, _spawn
from queue_app.config import Settings
from queue_app.live.sockets import Sockets
from queue_app.live.tailer import Tailer
from queue_app.live.transport import build_socketio
from queue_app.store import tables as t
from queue_app.store.database import open_engine
from queue_app.store.unit_of_work import Store
from queue_app.web import api, assets, errors, pages, security_headers
from queue_app.web.api.responses import complete_spec
from queue_app.web.auth import csrf, current_officer
from queue_app.web.change_signal import ChangeSignal
from queue_app.web.context import Context
from queue_app.web.device_auth import display_key_of_request
from queue_app.web.permissions import public
from queue_app.web.request_bodies import JsonProvider

_WEB_STATIC = Path(__file__).parent / "web" / "static"
_PUBLIC_ENDPOINTS = (
    "kiosk.kiosk",
    "display.board",
    "display.basic",
    "display.bank_list",
    "display.clip",
    "display.media_list",
    "display.media",
)


def utc_now() -> datetime:
    """Return the current time in UTC."""
    return datetime.now(UTC)


def create_runtime(
    settings: Settings, *, clock: Callable[[], datetime] = utc_now, async_mode: str = "gevent", demo: bool = False
) -> Runtime:
    """Compose the application on a migrated database that holds a hall.

    `async_mode` is "gevent" under gunicorn and "threading" for tests inside one process. With `demo`, anybody may
    see the printed tickets.
    """
    store = Store(open_engine(settings.database))
    rooms = {
        "kit": _WEB_STATIC / "kit",
        "officer": _WEB_STATIC / "officer",
        "visitor": _WEB_STATIC / "visitor",
        "site": _WEB_STATIC / "site",
        "admin": _WEB_STATIC / "admin",
        "kiosk": Path(kiosk.__file__).parent / "static",
        "display": Path(display.__file__).parent / "static",
    }
    bank = open_clip_library(store, settings.voice_dir)
    change_signal = ChangeSignal()
    store.on_commit(change_signal.notify)
    context = Context(
        store=store,
        clock=clock,
        build=assets.build_of(__version__, rooms),
        public_url=settings.public_url,
        preview_dir=settings.preview_dir,
        voice=VoiceAdapter(bank),
        checked_screen=check_display_config,
        change_signal=change_signal,
        agents=PrintAgentGateway(store),
        tools=printer_tools,
        demo=demo,
    )
    app = _create_app(context)
    if settings.trusted_proxies:
        hops = settings.trusted_proxies
        proxied = ProxyFix(app.wsgi_app, x_for=hops, x_proto=hops, x_host=hops)
        app.wsgi_app = proxied  # type: ignore[method-assign]  # Flask's documented way
    app.register_blueprint(assets.create_blueprint(rooms))
    app.register_blueprint(kiosk.create_blueprint(KioskAdapter(context)))
    app.register_blueprint(display.create_blueprint(DisplayAdapter(context), bank, settings.media_dir))
    # The kiosk and display packages cannot import `public`: their pages show what all in the hall may see.
    for endpoint in _PUBLIC_ENDPOINTS:
        public(app.view_functions[endpoint])
    sio = build_socketio(app, lean=settings.transport == "lean", async_mode=async_mode)
    sockets = Sockets(sio, store, clock)
    tailer = Tailer(store, sockets, clock, context.build, printer_tools.text_trouble())
    sockets.listen(tailer, current_officer, errors.problem_of, display_key_of_request)
    owner = process_name()
    spooler = Spooler(
        PrintJobSource(store, clock, is_dead),
        owner=owner,
        spawn=_spawn,
        offload=_in_native_thread if async_mode == "gevent" else run_inline,
    )
    return Runtime(
        app, sio, store, clock, tailer, spooler, owner, change_signal, sockets.display_presence, threading.Event()
    )


def _create_app(context: Context) -> APIFlask:
    app = APIFlask(
        "queue_app",
        title="Queue App",
        version=__version__,
        spec_path="/api/v1/openapi.json",
        docs_path=None,
        json_errors=False,
        template_folder="web/templates",
        static_folder=None,  # type: ignore[arg-type]  # Flask takes None: nothing is served from a folder of its own
    )
    app.config.update(
        SECRET_KEY=_secret(context.store),
        MAX_CONTENT_LENGTH=16 * 1024,
        MAX_FORM_MEMORY_SIZE=16 * 1024,
        SESSION_COOKIE_NAME="queue_form",
        SESSION_COOKIE_SAMESITE="Lax",
        WTF_CSRF_CHECK_DEFAULT=False,
        WTF_CSRF_TIME_LIMIT=None,
        WTF_CSRF_HEADERS=["X-CSRFToken"],
        VALIDATION_ERROR_STATUS_CODE=400,
        AUTO_404_RESPONSE=False,
        AUTO_VALIDATION_ERROR_RESPONSE=False,
        AUTO_AUTH_ERROR_RESPONSE=False,
        OPENAPI_VERSION="3.1.0",
        INFO={"description": "Counter queue of a public-service hall. Errors are problem+json (RFC 9457)."},
        SECURITY_SCHEMES={
            "session": {"type": "http", "scheme": "bearer"},
            "device": {"type": "http", "scheme": "bearer"},
        },
    )
    app.json = JsonProvider(app)
    app.extensions["queue_app"] = context
    csrf.init_app(app)
    errors.register(app)
    security_headers.register(app)
    for blueprint in (*api.BLUEPRINTS, *pages.BLUEPRINTS):
        app.register_blueprint(blueprint)
    public(app.view_functions["openapi.spec"])
    app.spec_processor(lambda spec: complete_spec(app, spec))
    return app


def _secret(store: Store) -> str:
    # In the database, so that all workers and servers of a hall sign with one secret, without a file to copy.
    with store.read() as connection:
        return str(connection.execute(select(t.hall.c.secret)).scalar_one())
