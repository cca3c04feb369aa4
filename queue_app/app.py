"""Composition root: builds the application and starts what runs beside its requests."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TypeVar, cast

import flask_socketio
from apiflask import APIFlask
from sqlalchemy import select
from sqlalchemy.exc import SQLAlchemyError
from werkzeug.middleware.proxy_fix import ProxyFix

import display
import kiosk
from printer.spooler import Spooler, in_place
from queue_app import __version__, printer_tools
from queue_app.agent_face import AgentDesk
from queue_app.config import Settings
from queue_app.faces import DisplayFace, KioskFace, VoiceFace, checked_screen, clip_bank
from queue_app.live.doorbell import listen_for_log
from queue_app.live.lobby import Lobby
from queue_app.live.sockets import Sockets
from queue_app.live.tailer import Tailer
from queue_app.live.transport import build_socketio, close_all
from queue_app.printer_face import PrintQueue
from queue_app.processes import is_gone, own_name
from queue_app.services.calling import start_overdue
from queue_app.services.day import open_day
from queue_app.services.hours import tell_opening
from queue_app.services.printers import watch_agents
from queue_app.services.printing import release, tidy_jobs
from queue_app.services.screens import forget_old_screens
from queue_app.services.staff import forget_old_sessions
from queue_app.store import tables as t
from queue_app.store.database import is_sqlite, open_engine
from queue_app.store.unit import Store
from queue_app.web import assets, errors, headers, lobby_pages, pages, printer_pages, rule_pages, screens
from queue_app.web.api import BLUEPRINTS
from queue_app.web.api._kit import complete_spec
from queue_app.web.auth import csrf, current_officer, public
from queue_app.web.bodies import JsonProvider
from queue_app.web.context import Context
from queue_app.web.gong import Gong

logger = logging.getLogger(__name__)
_T = TypeVar("_T")

_WEB_STATIC = Path(__file__).parent / "web" / "static"
_HOUSEKEEPING_SECONDS = 5.0
_LEAF_ROUTES = (
    "kiosk.kiosk",
    "display.board",
    "display.basic",
    "display.bank_list",
    "display.clip",
    "display.media_list",
    "display.media",
)
_FORGET_EVERY = 720  # rounds of housekeeping: an hour


def utc_now() -> datetime:
    """Return the current time in UTC."""
    return datetime.now(UTC)


@dataclass
class House:
    """The running application, and what runs beside its requests."""

    app: APIFlask
    sio: flask_socketio.SocketIO
    store: Store
    clock: Callable[[], datetime]
    tailer: Tailer
    spooler: Spooler
    owner: str
    gong: Gong
    lobby: Lobby
    _stopping: threading.Event

    def start(self) -> None:
        """Start the log tailer, the spooler and the housekeeping. Call once, in the process that serves."""
        _spawn(self.tailer.run, "tailer")
        if not is_sqlite(self.store.engine):
            url = self.store.engine.url
            _spawn(lambda: listen_for_log(url, self.store.ring, self._stopping), "doorbell")
        _spawn(self._keep_house, "housekeeping")
        self.spooler.start()

    def stop(self) -> None:
        """Stop the background tasks and close all sockets, so that the process can end at once."""
        self._stopping.set()
        self.gong.close()
        self.tailer.stop()
        close_all(self.sio)
        self.spooler.stop(timeout=3)
        try:
            release(self.store, self.owner)
        except SQLAlchemyError:
            logger.exception("the printers are not released; they are in a minute")

    def _keep_house(self) -> None:
        rounds, was_open = 0, None
        while not self._stopping.wait(_HOUSEKEEPING_SECONDS if rounds else 0):
            rounds += 1
            try:
                # First, and at once after a start: a job that a killed process left half-sent holds up its printer.
                tidy_jobs(self.store, self.clock(), is_gone)
                watch_agents(self.store, self.clock())
                open_day(self.store, self.clock())
                start_overdue(self.store, self.clock())
                was_open = tell_opening(self.store, self.clock(), was_open)
                self.lobby.flush()
                if rounds % _FORGET_EVERY == 1:
                    forget_old_sessions(self.store, self.clock())
                    forget_old_screens(self.store, self.clock())
            except SQLAlchemyError:
                logger.exception("housekeeping failed; trying again")


def create_house(
    settings: Settings, *, clock: Callable[[], datetime] = utc_now, async_mode: str = "gevent", demo: bool = False
) -> House:
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
        "lobby": _WEB_STATIC / "lobby",
        "kiosk": Path(kiosk.__file__).parent / "static",
        "display": Path(display.__file__).parent / "static",
    }
    bank = clip_bank(store, settings.voice_dir)
    gong = Gong()
    store.on_commit(gong.ring)
    context = Context(
        store=store,
        clock=clock,
        build=assets.build_of(__version__, rooms),
        public_url=settings.public_url,
        preview_dir=settings.preview_dir,
        voice=VoiceFace(bank),
        checked_screen=checked_screen,
        gong=gong,
        agents=AgentDesk(store),
        tools=printer_tools,
        demo=demo,
    )
    app = _create_app(context)
    if settings.trusted_proxies:
        hops = settings.trusted_proxies
        proxied = ProxyFix(app.wsgi_app, x_for=hops, x_proto=hops, x_host=hops)
        app.wsgi_app = proxied  # type: ignore[method-assign]  # Flask's documented way
    app.register_blueprint(assets.create_blueprint(rooms))
    app.register_blueprint(kiosk.create_blueprint(KioskFace(context)))
    app.register_blueprint(display.create_blueprint(DisplayFace(context), bank, settings.media_dir))
    # The kiosk and display packages cannot import `public`: their pages show what all in the hall may see.
    for endpoint in (
        "kiosk.kiosk",
        "display.board",
        "display.basic",
        "display.bank_list",
        "display.clip",
        "display.media_list",
        "display.media",
    ):
        public(app.view_functions[endpoint])
    sio = build_socketio(app, lean=settings.transport == "lean", async_mode=async_mode)
    sockets = Sockets(sio, store, clock)
    tailer = Tailer(store, sockets, clock, context.build, printer_tools.text_trouble())
    sockets.listen(tailer, current_officer, errors.problem_of, screens.name_of_request)
    owner = own_name()
    spooler = Spooler(
        PrintQueue(store, clock, is_gone),
        owner=owner,
        spawn=_spawn,
        offload=_in_native_thread if async_mode == "gevent" else in_place,
    )
    return House(app, sio, store, clock, tailer, spooler, owner, gong, sockets.lobby, threading.Event())


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
    headers.register(app)
    for blueprint in BLUEPRINTS:
        app.register_blueprint(blueprint)
    app.register_blueprint(pages.blueprint)
    app.register_blueprint(lobby_pages.blueprint)
    app.register_blueprint(printer_pages.blueprint)
    app.register_blueprint(rule_pages.blueprint)
    app.register_blueprint(screens.blueprint)
    public(app.view_functions["openapi.spec"])
    app.spec_processor(lambda spec: complete_spec(app, spec))
    return app


def _secret(store: Store) -> str:
    # In the database, so that all workers and servers of a hall sign with one secret, without a file to copy.
    with store.read() as connection:
        return str(connection.execute(select(t.hall.c.secret)).scalar_one())


def _spawn(target: Callable[[], object], name: str = "worker") -> threading.Thread:
    thread = threading.Thread(target=target, name=name, daemon=True)
    thread.start()
    return thread


def _in_native_thread(work: Callable[[], _T]) -> _T:
    """Run CPU-bound or C-blocking `work` outside the greenlets, so that requests go on meanwhile."""
    import gevent  # not needed, and so not loaded, in the threading mode

    def caught() -> tuple[_T | None, Exception | None]:
        # Otherwise gevent's thread pool logs each exception as unhandled.
        try:
            return work(), None
        except Exception as error:
            return None, error

    result, failure = gevent.get_hub().threadpool.apply(caught)
    if failure is not None:
        raise failure
    return cast(_T, result)
