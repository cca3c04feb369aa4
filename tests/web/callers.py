"""Callers of the API: every response is checked against the OpenAPI document."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import jsonschema
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from queue_app.background import Runtime
from queue_app.store import tables as t
from queue_app.store.unit_of_work import Store

Json = dict[str, Any]
Everything = Mapping[str, tuple[Any, ...]]


def _closed(schema: Any) -> Any:
    """Forbid members that the schema does not name."""
    if isinstance(schema, list):
        return [_closed(part) for part in schema]
    if not isinstance(schema, dict):
        return schema
    made = {key: _closed(part) for key, part in schema.items()}
    if isinstance(schema.get("properties"), dict) and "additionalProperties" not in schema:
        made["additionalProperties"] = False
    return made


class Contract:
    """The OpenAPI document as a check of single responses."""

    def __init__(self, document: Json) -> None:
        self.document = document
        self._closed = _closed(document)

    def check(self, response: TestResponse, rule: str, method: str) -> None:
        """Assert that status, content type and shape are documented, and that the response has no other members."""
        where = f"{method} {rule} → {response.status_code}"
        path = re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", rule)
        documented = self._closed["paths"][path][method.lower()]["responses"]
        assert str(response.status_code) in documented, f"{where} is not documented"
        content = documented[str(response.status_code)].get("content")
        if content is None:
            assert response.data == b"", where
            return
        assert response.mimetype in content, f"{where}: {response.mimetype}"
        if not response.is_json:
            return  # a picture
        schema = {**content[response.mimetype]["schema"], "components": self._closed["components"]}
        jsonschema.Draft202012Validator(schema).validate(response.json)


@dataclass
class Caller:
    """A client of the API, signed in by bearer token or not."""

    runtime: Runtime
    contract: Contract
    client: FlaskClient
    token: str | None = None

    def call(self, method: str, path: str, *, key: str | None = None, **options: Any) -> TestResponse:
        """Send one request and check the response against the contract."""
        headers = dict(options.pop("headers", {}))
        if self.token is not None:
            headers["Authorization"] = f"Bearer {self.token}"
        if key is not None:
            headers["Idempotency-Key"] = key
        response = self.client.open(path, method=method, headers=headers, **options)
        rule, _ = self.runtime.app.url_map.bind("localhost").match(path.partition("?")[0], method, return_rule=True)
        self.contract.check(response, rule.rule, method)
        return response

    def get(self, path: str, **options: Any) -> TestResponse:
        """GET."""
        return self.call("GET", f"/api/v1{path}", **options)

    def post(self, path: str, body: Any = None, **options: Any) -> TestResponse:
        """POST a JSON body."""
        if "data" not in options:
            options["json"] = {} if body is None else body
        return self.call("POST", f"/api/v1{path}", **options)

    def take(self, service: int = 1, **body: Any) -> Json:
        """Issue a ticket and return it."""
        response = self.post("/tickets", {"service": service, **body})
        assert response.status_code == 201, response.text
        ticket: Json = response.get_json()["ticket"]
        return ticket

    def done(self, path: str, body: Any = None, **options: Any) -> Json:
        """POST something that must succeed. Return the response's JSON."""
        response = self.post(path, body, **options)
        assert response.status_code == 200, response.text
        answer: Json = response.get_json()
        return answer

    def refused(self, status: int, code: str, path: str, body: Any = None, **options: Any) -> Json:
        """POST something that must be refused and change nothing."""
        before = everything(self.runtime.store)
        response = self.post(path, body, **options)
        sent = f"{path} {body!r:.200} {options!r:.200}"
        assert (response.status_code, response.get_json()["code"]) == (status, code), f"{sent}: {response.text}"
        assert everything(self.runtime.store) == before, sent
        problem: Json = response.get_json()
        return problem

    def refused_sign_in(self, status: int, code: str, username: str, password: str) -> Json:
        """Try to sign in, which must be refused."""
        response = self.post("/session", {"username": username, "password": password})
        assert (response.status_code, response.get_json()["code"]) == (status, code), response.text
        problem: Json = response.get_json()
        return problem


def everything(store: Store) -> Everything:
    """Return every row of every table."""
    with store.read() as connection:
        return {
            table.name: tuple(tuple(map(repr, row)) for row in connection.execute(select(table)))
            for table in t.metadata.sorted_tables
        }


def csrf_of(page: str) -> str:
    """Return the CSRF token in a page's head."""
    result = re.search(r'<meta name="csrf" content="([^"]+)">', page)
    assert result is not None
    return result[1]


def boot_of(page: str) -> Json:
    """Return the boot data of the page's script."""
    result = re.search(r'<script type="application/json" id="boot">(.*?)</script>', page, re.DOTALL)
    assert result is not None
    boot: Json = json.loads(result[1])
    return boot


@dataclass
class Browser:
    """An officer's browser: cookies, and the CSRF token of the page it shows."""

    client: FlaskClient
    csrf: str

    def submit(self, path: str, form: Json, *, csrf: bool = True) -> TestResponse:
        """Send a form of the page."""
        fields = {**form, "csrf_token": self.csrf} if csrf else form
        return self.client.post(path, data=fields, headers={"Accept": "text/html"})


SignIn = Callable[[str], Caller]
Stop = Callable[[int], None]
OpenBrowser = Callable[[], Browser]
