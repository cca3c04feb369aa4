"""Opening hours over the API: everybody reads, administrators set, and words come in the caller's language."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from queue_app.background import Runtime
from queue_app.domain.clock import to_ms
from queue_app.domain.opening import ClosedReason, Opening
from queue_app.domain.role import Role
from queue_app.services.accounts.sessions import add_staff
from queue_app.web.opening_words import closed_words, when_words
from tests.web.callers import Caller, SignIn

WEEK = {day: ["08:00-15:00"] for day in ("mon", "tue", "wed", "thu", "fri")}
OFFICE = {"weekly": WEEK, "holidays": {"bali": ["galungan"]}}
BALI = "Asia/Makassar"


@pytest.fixture
def admin(runtime: Runtime, sign_in: SignIn) -> Caller:
    """Sign an administrator in."""
    add_staff(
        runtime.store, username="kepala", name="Kepala", password="antrean-tabanan", role=Role.ADMIN, agency_code=None
    )
    return sign_in("kepala")


def put(caller: Caller, path: str, body: object) -> dict[str, object]:
    """PUT something that must succeed."""
    response = caller.call("PUT", f"/api/v1{path}", json=body)
    assert response.status_code == 200, response.text
    answer: dict[str, object] = response.get_json()
    return answer


def test_everybody_is_told_when_it_opens_again(admin: Caller, visitor: Caller, clock) -> None:
    assert visitor.get("/services/1/opening").get_json()["open"] is True
    assert put(admin, "/settings/hours", {"hours": OFFICE})["hours"] == OFFICE
    clock.now = datetime(2026, 11, 28, 3, 0, tzinfo=UTC)  # Saturday
    monday = to_ms(datetime(2026, 11, 30, 0, 0, tzinfo=UTC))
    closed = {"open": False, "why": "day_off", "until": monday, "occasion": None}
    assert visitor.get("/services/1/opening").get_json() == {**closed, "numbers_left": None}
    service = visitor.get("/catalogue").get_json()["agencies"][0]["services"][0]
    assert {name: service[name] for name in closed} == closed
    state = visitor.get("/kiosks/utama").get_json()["state"]
    assert state["opening"] == closed
    assert state["services"]["1"] == {
        "waiting": 0,
        "ahead": 0,
        "range": None,
        **closed,
        "numbers_left": None,
    }
    assert visitor.get("/zones/utara/board").get_json()["state"]["opening"] == closed
    problem = visitor.refused(409, "service_closed", "/tickets", {"service": 1})
    assert problem["detail"].endswith("Hari ini tutup. Buka kembali Senin 08.00.")
    assert problem["opening"] == closed
    english = visitor.post("/tickets", {"service": 1}, headers={"Accept-Language": "en"}).get_json()
    assert english["detail"].endswith("Closed today. Opens again Monday at 08:00.")
    assert visitor.get("/services/999/opening").status_code == 404


def test_setting_a_service_and_a_roster(admin: Caller, visitor: Caller) -> None:
    own = {"weekly": {"tue": ["08:00-13:00"]}}
    assert put(admin, "/settings/services/1/hours", {"hours": own, "quota": 2}) == {"hours": own, "quota": 2}
    assert visitor.get("/kiosks/utama").get_json()["state"]["services"]["1"]["numbers_left"] == 2
    visitor.take()
    visitor.take()
    problem = visitor.refused(409, "quota_reached", "/tickets", {"service": 1})
    assert problem["detail"].endswith("paling banyak 2 nomor sehari. Kuota nomor hari ini sudah habis. "
                                      "Buka kembali Selasa, 1 Desember, 08.00.")  # fmt: skip
    assert visitor.get("/kiosks/utama").get_json()["state"]["services"]["1"]["why"] == "quota"
    lunch = {"breaks": [{"days": ["mon"], "time": "12:00-13:00"}]}
    assert put(admin, "/settings/counters/1/breaks", lunch) == lunch
    for path in ("/settings/hours", "/settings/services/1/hours", "/settings/counters/1/breaks"):
        assert admin.get(path).status_code == 200
    for path in ("/settings/services/999/hours", "/settings/counters/999/breaks"):
        assert admin.get(path).status_code == 404


def test_what_is_wrong_is_said(admin: Caller) -> None:
    response = admin.call("PUT", "/api/v1/settings/hours", json={"hours": {"weekly": {"mon": ["15:00-08:00"]}}})
    assert (response.status_code, response.get_json()["code"]) == (400, "bad_setting")
    assert response.get_json()["field"] == "weekly.mon"
    assert "“weekly.mon”: 15:00-08:00 berakhir sebelum dimulai." in response.get_json()["detail"]
    for body in ({}, {"hours": 5}, {"hours": None, "more": 1}):
        response = admin.call("PUT", "/api/v1/settings/hours", json=body)
        assert (response.status_code, response.get_json()["code"]) == (400, "bad_request")


def test_officers_and_supervisors_do_not_set(sign_in: SignIn) -> None:
    for username in ("dukcapil1", "penyelia"):
        caller = sign_in(username)
        assert caller.get("/settings/hours").status_code == 403
        for path, body in (
            ("/settings/hours", {"hours": None}),
            ("/settings/services/1/hours", {"hours": None, "quota": 1}),
            ("/settings/counters/1/breaks", {"breaks": []}),
        ):
            response = caller.call("PUT", f"/api/v1{path}", json=body)
            assert (response.status_code, response.get_json()["code"]) == (403, "not_allowed")


NOW = to_ms(datetime(2026, 11, 27, 7, 0, tzinfo=UTC))  # Friday, 15:00


@pytest.mark.parametrize(
    ("at", "indonesian", "english", "balinese"),
    [
        (datetime(2026, 11, 27, 8, 30, tzinfo=UTC), "pukul 16.30", "at 16:30", "jam 16.30"),
        (datetime(2026, 11, 28, 0, 0, tzinfo=UTC), "besok 08.00", "tomorrow at 08:00", "bénjang 08.00"),
        (datetime(2026, 11, 30, 0, 0, tzinfo=UTC), "Senin 08.00", "Monday at 08:00", "Soma 08.00"),
        (datetime(2027, 1, 3, 16, 30, tzinfo=UTC), "Senin, 4 Januari, 00.30", "Monday, 4 January, at 00:30",
         "Soma, 4 Januari, 00.30"),
    ],
)  # fmt: skip
def test_when_in_words(at: datetime, indonesian: str, english: str, balinese: str) -> None:
    for language, words in (("id", indonesian), ("en", english), ("ban", balinese)):
        assert when_words(to_ms(at), language, NOW, BALI) == words


@pytest.mark.parametrize("language", ["id", "en", "ban"])
def test_every_reason_has_words(language: str) -> None:
    name = {"id": "Galungan"}
    for why in ClosedReason:
        for opening in (Opening(False, why), Opening(False, why, NOW)):
            words = closed_words(opening, language, NOW - 1, BALI)
            assert words
            assert "closed." not in words
    for why in (ClosedReason.BREAK, ClosedReason.DAY_OFF, ClosedReason.HOLIDAY):
        assert "Galungan" in closed_words(Opening(False, why, name=name), language, NOW, BALI)
    assert closed_words(Opening(open=True), language, NOW, BALI) == ""
