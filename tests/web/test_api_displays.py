"""The displays by the API: alive or not, when a call is spoken, notices, settings."""

from __future__ import annotations

from itertools import groupby
from typing import Any

import pytest

from queue_app.background import Runtime
from queue_app.domain.clock import to_ms
from queue_app.services.accounts.sessions import authenticate
from queue_app.services.devices.voice_lease import LeaseRequest, request_voice_lease
from queue_app.services.settings.hours import set_hall_hours
from tests.conftest import Clock
from tests.web.callers import Caller, SignIn, Stop

REPORT: dict[str, Any] = {
    "zone": "utara",
    "screen": "s-0123456789ab",
    "layout": "board",
    "sound": "on",
    "shown": None,
    "width": 1920,
    "height": 1080,
    "build": "b1",
}
MINUTE = 60_000


@pytest.fixture
def admin(sign_in: SignIn) -> Caller:
    return sign_in("pengelola")


def zone(who: Caller, code: str = "utara") -> str:
    return next(row["voice"] for row in who.get("/devices").get_json()["zones"] if row["zone"] == code)


def test_displays_come_fall_silent_and_die(runtime: Runtime, officer: Caller, clock: Clock) -> None:
    assert officer.get("/devices").get_json()["displays"] == []
    assert zone(officer) == "silent"
    runtime.display_presence.report(REPORT, None)
    runtime.display_presence.speak({"zone": "utara", "screen": "s-0123456789ab-ff", "queue": [[3, 0]]}, None)
    (row,) = officer.get("/devices").get_json()["displays"]
    assert (row["alive"], row["sound"], row["speaker"], row["shown"]) == (True, "on", True, None)
    assert zone(officer) == "on"
    runtime.display_presence.report({**REPORT, "sound": "blocked"}, None)
    assert zone(officer) == "blocked"
    runtime.display_presence.report({**REPORT, "sound": "blocked", "shown": "A-001"}, None)
    assert officer.get("/devices").get_json()["displays"][0]["shown"] is None  # not urgent, so not yet
    runtime.display_presence.flush()
    assert officer.get("/devices").get_json()["displays"][0]["shown"] == "A-001"
    clock.forward(seconds=21)
    assert officer.get("/devices").get_json()["displays"][0]["alive"] is False
    assert zone(officer) == "silent"


def test_announced_in(runtime: Runtime, officer: Caller, visitor: Caller, clock: Clock) -> None:
    assert officer.get("/counters/1/announcement").get_json() == {"label": None, "state": "none", "in_s": None}
    visitor.take()
    called = officer.done("/counters/1/call-next")["ticket"]["label"]
    assert officer.get("/counters/1/announcement").get_json() == {"label": called, "state": "queued", "in_s": None}
    with runtime.store.read() as connection:
        zone_id = runtime.store.catalogue(connection).counters[1].zone_id
        seq = connection.exec_driver_sql("SELECT last_call_seq FROM ticket WHERE counter_id = 1").scalar_one()
    request_voice_lease(runtime.store, zone_id, LeaseRequest("one", queue=[(seq, 6_400)]), clock.now)
    assert officer.get("/counters/1/announcement").get_json() == {"label": called, "state": "queued", "in_s": 7}
    request_voice_lease(runtime.store, zone_id, LeaseRequest("one", spoken=[seq]), clock.now)
    assert officer.get("/counters/1/announcement").get_json()["state"] == "spoken"


def test_settings(admin: Caller, sign_in: SignIn) -> None:
    path = "/api/v1/settings/displays"
    settings = {"times": 1, "both": False, "gong": True, "agency": True, "pairing": False}
    assert admin.get("/settings/displays").get_json() == {**settings, "times": 2, "both": True}
    assert admin.call("PUT", path, json=settings).get_json() == settings
    assert admin.call("PUT", path, json={"times": 9}).get_json()["code"] == "bad_request"
    for caller in (sign_in("dukcapil1"), sign_in("penyelia")):
        assert caller.call("PUT", path, json=settings).get_json()["code"] == "not_allowed"


class TestNotices:
    """Plain text on the boards, for a time."""

    def put(self, who: Caller, clock: Clock, **more: Any) -> Any:
        now = to_ms(clock.now)
        body = {"text": "Layanan tutup lebih awal", "zone": "utara", "from_at": now, "until_at": now + MINUTE}
        return who.call("POST", "/api/v1/notices", json={**body, **more}).get_json()

    def test_they_stand_on_their_boards_and_end(self, sign_in: SignIn, visitor: Caller, clock: Clock) -> None:
        supervisor = sign_in("penyelia")
        made = self.put(supervisor, clock, text="  Layanan \n tutup <b>awal</b> ")["notices"]
        assert [row["text"] for row in made] == ["Layanan tutup <b>awal</b>"]
        self.put(supervisor, clock, text="Untuk semua", zone=None, until_at=to_ms(clock.now) + 9 * MINUTE)

        def shown(code: str) -> list[str]:
            state = visitor.get(f"/zones/{code}/board").get_json()["state"]
            return [notice["text"] for notice in state["notices"]]

        assert shown("utara") == ["Layanan tutup <b>awal</b>", "Untuk semua"]
        assert shown("tengah") == ["Untuk semua"]
        clock.forward(minutes=2)
        assert shown("utara") == ["Untuk semua"]
        last = supervisor.get("/notices").get_json()["notices"][-1]["id"]
        left = supervisor.call("DELETE", f"/api/v1/notices/{last}").get_json()["notices"]
        assert len(left) == 1
        assert shown("tengah") == []

    def test_what_cannot_be(self, sign_in: SignIn, clock: Clock) -> None:
        supervisor = sign_in("penyelia")
        assert self.put(supervisor, clock, zone="nowhere")["code"] == "unknown_zone"
        assert self.put(supervisor, clock, until_at=0)["code"] == "bad_setting"
        assert self.put(supervisor, clock, text=" \n ")["code"] == "bad_setting"
        assert self.put(supervisor, clock, text="x" * 301)["code"] == "bad_request"
        assert self.put(sign_in("dukcapil1"), clock)["code"] == "not_allowed"


def test_an_agency_that_gives_no_more_numbers_stands_on_the_board(visitor: Caller, stop_issuing: Stop) -> None:
    board = visitor.get("/zones/utara/board").get_json()["state"]
    assert board["stops"] == []
    agencies = visitor.get("/catalogue").get_json()["agencies"]
    (agency,) = [row for row in agencies if row["short"] == "Disdukcapil"]
    for service in agency["services"][:-1]:
        stop_issuing(service["id"])
    assert visitor.get("/zones/utara/board").get_json()["state"]["stops"] == []
    stop_issuing(agency["services"][-1]["id"])
    stops = visitor.get("/zones/utara/board").get_json()["state"]["stops"]
    assert stops == [{"agency": "Disdukcapil", "why": "stopped", "left": 0}]


def test_an_agency_that_soon_gives_no_more_numbers_stands_on_the_board(
    runtime: Runtime, officer: Caller, visitor: Caller, admin: Caller, clock: Clock, stop_issuing: Stop
) -> None:
    def stops() -> list[dict[str, Any]]:
        result: list[dict[str, Any]] = visitor.get("/zones/utara/board").get_json()["state"]["stops"]
        return [stop for stop in result if stop["agency"] == "Disdukcapil"]

    # The officer sits at counter 1 alone, and the hall closes in an hour and a quarter.
    administrator = authenticate(runtime.store, admin.token or "", clock())
    assert administrator is not None
    set_hall_hours(runtime.store, administrator, {"weekly": {"tue": ["08:00-13:15"]}}, clock())
    with runtime.store.read() as connection:
        services = runtime.store.catalogue(connection).counters[1].service_ids
    stop_issuing(6)  # served at another counter, where nobody sits: nobody could say
    seen = []
    for service in services:
        while visitor.post("/tickets", {"service": service}).status_code == 201:
            seen.append([(stop["why"], stop["left"]) for stop in stops()])
    seen.append([(stop["why"], stop["left"]) for stop in stops()])
    received = [row for row, _ in groupby(seen)]
    # In steps, so that the running text does not begin anew with each number; and then it is over.
    assert received[-1] == [("predicted_stop", 0)], received
    lefts = [row[0][1] for row in received if row]
    assert lefts == sorted(lefts, reverse=True)
    assert set(lefts) <= {10, 5, 3, 2, 1, 0}
    assert len(lefts) >= 3, received
    assert visitor.client.get("/display/utara/basic").text.count("Disdukcapil: tidak ada nomor lagi hari ini") == 1


@pytest.mark.parametrize(
    ("event", "wrong"),
    [
        ("report", {"sound": "loud"}),
        ("report", {"screen": "<script>"}),
        ("report", {"width": -1}),
        ("report", {"width": "9"}),
        ("report", {"shown": "A" * 99}),
        ("report", {"zone": "nowhere"}),
        ("report", {"zone": ["utara"]}),
        ("speak", {"screen": 5}),
        ("speak", {"spoken": "1"}),
        ("speak", {"spoken": [True]}),
        ("speak", {"spoken": [2**60]}),
        ("speak", {"queue": [[1, -5]]}),
        ("speak", {"queue": [[1, 5], 7, [1]], "spoken": [None]}),
    ],
)
def test_nonsense_from_a_socket_is_refused(runtime: Runtime, event: str, wrong: dict[str, Any]) -> None:
    from queue_app.domain.errors import Refusal

    with pytest.raises(Refusal):
        getattr(runtime.display_presence, event)({**REPORT, **wrong}, None)
