"""Every route with every kind of caller: each gets what the table of permissions says, before anything else."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from flask.testing import FlaskClient
from werkzeug.routing import Rule
from werkzeug.test import TestResponse

from queue_app.adapters.voice import VoiceAdapter
from queue_app.background import Runtime
from queue_app.domain.device import DeviceKind
from queue_app.domain.permissions import GRANTS, Permission, Reach
from queue_app.domain.role import Role
from queue_app.services.devices import tokens
from queue_app.web.permissions import DEVICE, PUBLIC, Access, access_of
from tests.web.callers import Caller, SignIn, everything

PASSWORD = "antrean-tabanan"
CALLERS = {"anonymous": None, "device": None, "officer": "dukcapil1", "neighbour": "bpjskes1"} | {
    "supervisor": "penyelia",
    "administrator": "pengelola",
}
ROLES = {"officer": Role.OFFICER, "neighbour": Role.OFFICER, "supervisor": Role.SUPERVISOR, "administrator": Role.ADMIN}
# Counter 1 and service 1, and the tickets there, are of the officer's agency and not of the neighbour's.
NAMES_A_THING = {"counter_id", "service_id"}
NAMES_IT_IN_THE_BODY = {"/api/v1/staff/reprints"}
NAME = {"id": "Layanan"}
WEIGHTS = {"regular": 1, "priority": 4, "appointment": 3, "transferred": 2}
PAIRING = {"code": "123456", "name": "x"}
PRINTER = {"url": "file:///dev/null"}
# What a request must have to be understood: so a check behind the mark would show. `{}` is for all others.
BODIES: dict[str, dict[str, Any]] = {
    "/api/v1/tickets": {"service": 1},
    "/api/v1/settings/hall": {
        "name": "MPP",
        "full_name": {"id": "MPP"},
        "address": "",
        "time_zone": "Asia/Makassar",
        "language": "id",
        "footer": {},
    },
    "/api/v1/counters/<int:counter_id>/call": {"label": "A-002"},
    "/api/v1/counters/<int:counter_id>/transfer": {"ticket": 1, "service": 2},
    "/api/v1/counters/<int:counter_id>/change": {"ticket": 1, "files": 2},
    "/api/v1/counters/<int:counter_id>/cancel": {"ticket": 1, "reason": "left"},
    "/api/v1/counters/<int:counter_id>/note": {"ticket": 1, "text": "x"},
    "/api/v1/counters/<int:counter_id>/serve-direct": {"service": 1},
    "/api/v1/counters/<int:counter_id>/pause": {"reason": "meal"},
    **{
        f"/api/v1/counters/<int:counter_id>/{act}": {"ticket": 1}
        for act in ("recall", "start", "complete", "no-show", "hold", "resume", "return", "undo")
    },
    "/api/v1/staff/tickets": {"service": 1},
    "/api/v1/staff/reprints": {"ticket": 1, "reason": "lost"},
    "/api/v1/staff/summary": {"printer": "utama"},
    "/api/v1/settings/policy": {"policy": {}},
    "/api/v1/settings/groups/<code>": {
        "name": NAME,
        "discipline": "fifo",
        "weights": WEIGHTS,
        "ratio": 4,
        "services": [1],
    },
    "/api/v1/settings/counters/<int:counter_id>/preference": {"tiers": [[1]], "help_after_minutes": None},
    "/api/v1/settings/hours": {"hours": None},
    "/api/v1/settings/services/<int:service_id>/hours": {"hours": None, "quota": None},
    "/api/v1/settings/counters/<int:counter_id>/breaks": {"breaks": []},
    "/api/v1/settings/printers": {"code": "baru", **PRINTER},
    "/api/v1/settings/printers/<code>": PRINTER,
    "/api/v1/settings/ticket-template": {"template": {}},
    "/api/v1/settings/ticket-template/logo": {"picture": "eA=="},
    "/api/v1/devices": {**PAIRING, "kind": "kiosk", "place": "utama"},
    "/api/v1/devices/displays": {**PAIRING, "zone": "utara"},
    "/api/v1/devices/displays/<int:device_id>": {"name": "x", "zone": "utara"},
    "/api/v1/devices/agents": {"code": "pc-2", "name": "x"},
    "/api/v1/notices": {"text": "x", "from_at": 0, "until_at": 1},
    "/api/v1/voice/pronunciation": {"table": {}},
    "/api/v1/agent/jobs/<int:job_id>/report": {"state": "printed", "detail": ""},
    "/api/v1/agent/health": {"printers": [], "trouble": None},
}
QUERIES: dict[str, dict[str, Any]] = {
    "/api/v1/counters/<int:counter_id>/why": {"ticket": 2},
    "/api/v1/voice/sentence": {"language": "id", "label": "A-001"},
    "/api/v1/voice/recording": {"language": "id", "text": "satu"},
}
# The one setting that is made by a file: not a picture at all, so it is understood and then refused.
NOT_A_PICTURE = "/api/v1/settings/ticket-template/logo"


@dataclass(frozen=True)
class Route:
    """A method of an address, and what it needs."""

    rule: Rule
    method: str
    access: Access
    path: str

    @property
    def name(self) -> str:
        """How a failure names it."""
        return f"{self.method} {self.rule.rule}"

    def refusal(self, caller: str) -> int | None:
        """The status with which this caller must be refused; 302 leads to the sign-in form."""
        if self.access.needs == PUBLIC:
            return None
        if self.access.needs == DEVICE:
            return None if caller == "device" else 401
        if caller not in ROLES:
            return 302 if self.access.page else 401
        assert self.access.permission is not None
        grant = GRANTS[self.access.permission]
        named = bool(self.rule.arguments & NAMES_A_THING) or self.rule.rule in NAMES_IT_IN_THE_BODY
        walled = caller == "neighbour" and named and grant.reach is not Reach.HALL
        return 403 if ROLES[caller] not in grant.roles or walled else None


def routes(runtime: Runtime) -> Iterator[Route]:
    """Every route of the application with each of its methods."""
    address = runtime.app.url_map.bind("localhost")
    for rule in runtime.app.url_map.iter_rules():
        access = access_of(runtime.app.view_functions[rule.endpoint])
        assert access is not None, f"{rule.rule} does not say what it needs"
        for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}):
            yield Route(rule, method, access, address.build(rule.endpoint, dict.fromkeys(rule.arguments, 1)))


def send(client: FlaskClient, route: Route, token: str | None, *, understood: bool) -> TestResponse:
    """Send a request: one that can be understood, or an empty one."""
    headers = {} if token is None else {"Authorization": f"Bearer {token}"}
    options: dict[str, Any] = {"json": BODIES.get(route.rule.rule, {}) if understood else {}}
    if route.name == "PUT /api/v1/voice/recording" and understood:
        options = {"data": b"RIFF", "content_type": "audio/wav"}
    if route.method == "GET":
        options = {}
    query = QUERIES.get(route.rule.rule) if understood else None
    return client.open(route.path, method=route.method, headers=headers, query_string=query, buffered=True, **options)


def code_of(response: TestResponse) -> str:
    """The code of a refusal; empty for other responses."""
    is_problem = response.status_code >= 400 and response.is_json
    return str(response.get_json()["code"]) if is_problem else ""


@pytest.fixture
def hall(runtime: Runtime, officer: Caller, visitor: Caller, monkeypatch: pytest.MonkeyPatch) -> Runtime:
    """A real hall, not the demo, in which the officer of counter 1 has called a ticket and another one waits."""
    context = runtime.app.extensions["queue_app"]
    runtime.app.extensions["queue_app"] = dataclasses.replace(context, demo=False)
    monkeypatch.setattr(VoiceAdapter, "build", lambda _voice: (0, []))  # takes seconds
    visitor.take()
    visitor.take()
    officer.done("/counters/1/call-next")
    return runtime


def test_every_route_says_what_it_needs(runtime: Runtime) -> None:
    needed = {route.access.needs for route in routes(runtime)}
    assert needed <= {PUBLIC, DEVICE, *Permission}
    inside = {Permission.CHANGE_NOTES, Permission.VIEW_NAMES}  # of a ticket, whatever the route
    assert set(Permission) - needed == inside


@pytest.mark.parametrize("caller", CALLERS)
def test_every_route(hall: Runtime, sign_in: SignIn, caller: str) -> None:
    client, username = hall.app.test_client(), CALLERS[caller]
    token = None if username is None else sign_in(username).token
    if caller == "device":
        token = tokens.add_device(hall.store, DeviceKind.AGENT, "pc-1", "PC", hall.clock())
    wrong: list[str] = []
    for route in routes(hall):
        used = token
        if route.access.permission is Permission.SIGN_OUT and username is not None:
            used = sign_in(username).token  # it ends this session, which others need
        expected = route.refusal(caller)
        response = send(client, route, used, understood=expected in (None, 403))
        status, code = response.status_code, code_of(response)
        to_sign_in = status == 302 and response.location.startswith("/counter/sign-in")
        if expected is None:
            # A sign-in form has no right to anything, but a token against forgery.
            right = not to_sign_in and code not in ("sign_in_needed", "not_allowed")
            if route.access.needs != PUBLIC and route.rule.rule != NOT_A_PICTURE:
                right = right and code not in ("bad_request", "bad_setting")  # it reached what it is for
        else:
            reasons = {302: to_sign_in, 401: code == "sign_in_needed", 403: code == "not_allowed"}
            right = status == expected and reasons[expected]
        if not right:
            wrong.append(f"{route.name} needs {route.access.needs}: {status} {code}; expected {expected or 'a way in'}")
    assert wrong == []


@pytest.mark.parametrize("caller", [name for name in CALLERS if name != "administrator"])
def test_who_is_refused_is_so_before_the_request_is_read(hall: Runtime, sign_in: SignIn, caller: str) -> None:
    """An empty request to change something gets the same refusal, and changes nothing."""
    client, username = hall.app.test_client(), CALLERS[caller]
    token = None if username is None else sign_in(username).token
    before = everything(hall.store)
    for route in routes(hall):
        expected, permission = route.refusal(caller), route.access.permission
        if permission is None or expected is None or (expected == 403 and ROLES[caller] in GRANTS[permission].roles):
            continue  # whose thing it is, is known once the request is read
        assert send(client, route, token, understood=False).status_code == expected, route.name
    assert everything(hall.store) == before


def test_in_the_demo_everybody_sees_what_says_so(runtime: Runtime) -> None:
    client = runtime.app.test_client()
    opened = [route for route in routes(runtime) if route.access.public_in_demo]
    assert {route.path for route in opened} == {"/preview", "/preview.json", "/preview/1.png"}
    assert [send(client, route, None, understood=True).status_code for route in opened] == [200, 200, 404]
