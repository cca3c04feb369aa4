"""Serves the kit's modules and their tests to a browser."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask, Response, jsonify, request, send_from_directory
from werkzeug.serving import make_server

from queue_app.domain.ticket import CURRENT_STATES, Actor, states_by_verb

ROOT = Path(__file__).resolve().parents[2]


def make_app(over: threading.Event) -> Flask:
    """Build the modules' server, with a few answers for the requests that the tests make; `over` when they end."""
    app = Flask("kit")

    @app.get("/")
    def page() -> str:
        return "<!doctype html><title>kit</title>"

    @app.get("/kit/<path:path>")
    def kit(path: str) -> Response:
        return send_from_directory(ROOT / "queue_app/web/static/kit", path)

    @app.get("/officer/<path:path>")
    def officer(path: str) -> Response:
        return send_from_directory(ROOT / "queue_app/web/static/officer", path)

    @app.get("/life.json")
    def life() -> Response:
        return jsonify(moves=states_by_verb(Actor.OFFICER), in_hand=sorted(CURRENT_STATES))

    @app.get("/tests/<path:path>")
    def tests(path: str) -> Response:
        return send_from_directory(ROOT / "tests", path)

    @app.route("/echo", methods=["GET", "POST"])
    def echo() -> Response:
        headers = request.headers
        return jsonify(
            method=request.method,
            body=request.get_json(silent=True),
            key=headers.get("Idempotency-Key"),
            csrf=headers.get("X-CSRFToken"),
            language=headers.get("Accept-Language"),
        )

    @app.delete("/empty")
    def empty() -> tuple[str, int]:
        return "", 204

    @app.post("/refused")
    def refused() -> tuple[Response, int]:
        return jsonify(code="nobody_waiting", title="Nobody", status=409), 409

    @app.get("/broken")
    def broken() -> tuple[str, int]:
        return "<h1>Bad gateway</h1>", 502

    @app.get("/slow")
    def slow() -> str:
        over.wait()
        return "{}"

    return app


@pytest.fixture
def kit_url() -> Iterator[str]:
    """Serve the modules; return the server's address."""
    over = threading.Event()
    server = make_server("127.0.0.1", 0, make_app(over), threaded=True)
    threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}/"
    over.set()
    server.shutdown()
