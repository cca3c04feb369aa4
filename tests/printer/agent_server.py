"""A minimal server for print agents, for tests of the agent."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Mapping
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

TOKEN = "the-device-token"


class _Listener(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False

    def handle_error(self, *_: object) -> None:
        """Ignore errors: an agent that is killed leaves its connection open."""


class AgentServer:
    """Hands out jobs and keeps reports; a context manager. It may be stopped and started again."""

    def __init__(self) -> None:
        self.printers: list[dict[str, object]] = []
        self.queue: list[dict[str, object]] = []
        self.given: dict[int, dict[str, object]] = {}
        """Jobs of which no report came yet."""
        self.reports: list[tuple[int, str, str]] = []
        self.health: list[dict[str, Any]] = []
        self.have: list[list[int]] = []
        self.asked: list[str | None] = []
        """Tokens of pairing requests."""
        self.approved = False
        self.answers: dict[str, int] = {}
        """End of a path → status that is answered instead."""
        self.changed = threading.Condition()
        self.port = 0
        self._server: ThreadingHTTPServer | None = None

    @property
    def url(self) -> str:
        """Its address."""
        return f"http://127.0.0.1:{self.port}"

    def __enter__(self) -> AgentServer:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def start(self) -> None:
        """Listen on the port of the previous start."""
        self._server = _Listener(("127.0.0.1", self.port), _handler(self))
        self.port = self._server.server_port
        threading.Thread(target=self._server.serve_forever, args=(0.01,), daemon=True).start()

    def stop(self) -> None:
        """Stop listening."""
        if self._server is not None:
            server, self._server = self._server, None
            server.shutdown()
            server.server_close()
            with self.changed:
                self.changed.notify_all()

    def add(self, job_id: int, slip: Mapping[str, object], *, printer: int = 1, expires_in: int = 120) -> None:
        """Queue a job."""
        job = {"id": job_id, "copy_no": 1, "printer": printer, "slip": dict(slip), "options": {}, "clean_first": False}
        with self.changed:
            self.queue.append({**job, "expires_in": expires_in})
            self.changed.notify_all()

    def until(self, what: Callable[[], bool], seconds: float = 40) -> bool:
        """Wait for a condition, checked at each report."""
        with self.changed:
            return self.changed.wait_for(what, seconds)

    def pair(self, token: str | None) -> object:
        """Return the response to a pairing request."""
        self.asked.append(token)
        state, code = ("approved", None) if self.approved and token == TOKEN else ("waiting", "123456")
        return {"state": state, "code": code, "token": TOKEN, "address": f"{self.url}/admin/displays?code=123456"}

    def answer(self, path: str, body: dict[str, Any]) -> tuple[int, object]:
        """Return status and body of the response."""
        with self.changed:
            status = next((status for end, status in self.answers.items() if path.endswith(end)), None)
            if status is not None:
                self.changed.notify_all()
                return status, None
            if path.endswith("/claim"):
                return 200, {"printers": self.printers, "job": self._next(body["wait"], body["have"])}
            if path.endswith("/report"):
                self.given.pop(int(path.split("/")[-2]), None)
                self.reports.append((int(path.split("/")[-2]), body["state"], body["detail"]))
            else:
                self.health.append(body)
            self.changed.notify_all()
            return 204, None

    def _next(self, wait: int, have: list[int]) -> dict[str, object] | None:
        """Return a job whose delivery was lost, else the oldest job."""
        self.have.append(have)
        self.changed.notify_all()
        lost = next((job for number, job in self.given.items() if number not in have), None)
        if lost is not None:
            return lost
        own_claim = len(self.have)  # a newer claim of the agent ends this one: the agent began anew
        self.changed.wait_for(lambda: self.queue or self._server is None or len(self.have) > own_claim, wait)
        if not self.queue or len(self.have) > own_claim:
            return None
        job = self.queue.pop(0)
        self.given[int(str(job["id"]))] = job
        return job


def _handler(server: AgentServer) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            status, answer = 401, None
            if self.path.endswith("/pairing"):
                status, answer = 200, server.pair(body["token"])
            elif self.headers["Authorization"] == f"Bearer {TOKEN}":
                status, answer = server.answer(self.path, body)
            data = b"" if answer is None else json.dumps(answer).encode()
            self.send_response(status)
            self.send_header("Content-Length", str(len(data)))
            self.end_headers()
            self.wfile.write(data)

        def log_message(self, *_: object) -> None:
            pass

    return Handler
