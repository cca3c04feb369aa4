"""Gunicorn's configuration: the gevent worker, no control socket, a stop within moments instead of half a minute."""

from __future__ import annotations

import gc
import os
import resource
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from gunicorn.app.base import BaseApplication
from gunicorn.workers.ggevent import GeventWorker

from queue_app.config import Settings

# At gunicorn's default of 1,000 the next client hangs without any message.
WORKER_CONNECTIONS = 10_000
BACKLOG = 4_096
GRACEFUL_SECONDS = 5


def _watched_files() -> list[str]:
    """List the files besides Python whose change restarts the worker under `--reload`, for a new build of pages."""
    root = Path(__file__).resolve().parent.parent
    rooms = ("queue_app", "kiosk", "display", "printer")
    kinds = (".html", ".json", ".js", ".css", ".svg")
    return [str(path) for room in rooms for path in (root / room).rglob("*") if path.suffix in kinds]


class QueueWorker(GeventWorker):  # type: ignore[misc]  # gunicorn publishes no types
    """A gevent worker that closes its websockets on SIGTERM, and shares the loop fairly."""

    def handle_exit(self, sig: int, frame: Any) -> None:
        """Handle SIGTERM: stop accepting, and close the sockets that would hold the worker back."""
        import gevent  # only inside the worker, after it has patched the standard library

        super().handle_exit(sig, frame)
        runtime = getattr(self, "runtime", None)
        if runtime is not None:
            gevent.spawn(runtime.stop)

    def handle_request(self, listener_name: Any, req: Any, sock: Any, addr: Any) -> Any:
        """Handle one request, then yield: else a busy keep-alive client would starve the others."""
        import gevent

        try:
            return super().handle_request(listener_name, req, sock, addr)
        finally:
            gevent.sleep(0)


class Server(BaseApplication):  # type: ignore[misc]  # gunicorn publishes no types
    """The gunicorn application for one set of settings; `run` returns once the server has stopped."""

    def __init__(self, settings: Settings, on_ready: Callable[[], None], *, demo: bool, reload: bool) -> None:
        self._demo = demo
        self._settings = settings
        self._on_ready = on_ready
        self._reload = reload
        super().__init__()

    def load_config(self) -> None:
        """Fill in gunicorn's settings."""
        for name, value in self._options().items():
            self.cfg.set(name, value)

    def _options(self) -> Mapping[str, object]:
        settings = self._settings
        host = f"[{settings.host}]" if ":" in settings.host else settings.host
        return {
            "bind": f"{host}:{settings.port}",
            "workers": settings.workers,
            "worker_class": "queue_app.server.QueueWorker",
            "worker_connections": WORKER_CONNECTIONS,
            "backlog": BACKLOG,
            "graceful_timeout": GRACEFUL_SECONDS,
            "keepalive": 30,
            "timeout": 60,
            "control_socket_disable": True,
            "accesslog": None,
            "errorlog": "-",
            "loglevel": "info" if settings.log_level == "debug" else settings.log_level,
            "reload": self._reload,
            "reload_extra_files": _watched_files() if self._reload else [],
            "proc_name": "queue-app",
            "post_worker_init": self._started,
        }

    def load(self) -> Any:
        """Build the app in the worker process."""
        import logging

        from queue_app.app import create_runtime  # after the worker has patched the standard library

        logging.basicConfig(level=self._settings.log_level.upper(), stream=sys.stderr)
        self._runtime = create_runtime(self._settings, demo=self._demo)
        return self._runtime.app

    def _started(self, worker: Any) -> None:
        worker.runtime = self._runtime
        self._runtime.start()
        # Exempt what was loaded until now from garbage collection: a full pass in the middle of a request takes 100 ms.
        gc.collect()
        gc.freeze()
        if worker.age == 1:
            self._on_ready()


def _raise_file_limit() -> None:
    """Raise the limit of open files: every screen is one, and the usual soft limit of 1,024 would refuse the next."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    target = WORKER_CONNECTIONS + 500 if hard == resource.RLIM_INFINITY else min(WORKER_CONNECTIONS + 500, hard)
    if soft != resource.RLIM_INFINITY and soft < target:
        resource.setrlimit(resource.RLIMIT_NOFILE, (target, hard))


def serve(settings: Settings, on_ready: Callable[[], None], *, demo: bool, reload: bool) -> None:
    """Run the server until it is stopped. Ends the process with gunicorn's exit code."""
    # Otherwise gunicorn would read the command line and environment itself.
    os.environ.pop("GUNICORN_CMD_ARGS", None)
    _raise_file_limit()
    sys.argv = ["queue-app"]
    Server(settings, on_ready, demo=demo, reload=reload).run()
