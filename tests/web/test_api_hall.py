"""The hall's own settings over the API."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import select

from queue_app.background import Runtime
from queue_app.domain.events import FactKind
from queue_app.domain.role import Role
from queue_app.services.accounts.sessions import add_staff
from queue_app.store import tables as t
from tests.web.callers import Caller, SignIn

PATH = "/api/v1/settings/hall"


@pytest.fixture
def admin(runtime: Runtime, sign_in: SignIn) -> Caller:
    """Sign an administrator in."""
    add_staff(
        runtime.store, username="kepala", name="Kepala", password="antrean-tabanan", role=Role.ADMIN, agency_code=None
    )
    return sign_in("kepala")


def test_a_new_name_is_in_the_offer_and_in_the_log(runtime: Runtime, admin: Caller, visitor: Caller) -> None:
    before = admin.get("/settings/hall").get_json()
    wanted = {**before, "name": "MPP Singasana", "full_name": {"id": "Mal Singasana"}, "time_zone": "Asia/Jakarta"}
    with runtime.store.read() as connection:
        version = connection.execute(select(t.hall.c.catalogue_version)).scalar_one()
    assert admin.call("PUT", PATH, json=wanted).get_json() == wanted
    offer = visitor.get("/catalogue").get_json()["hall"]
    assert (offer["name"], offer["full_name"], offer["time_zone"]) == (
        "MPP Singasana",
        {"id": "Mal Singasana"},
        "Asia/Jakarta",
    )
    with runtime.store.read() as connection:
        assert connection.execute(select(t.hall.c.catalogue_version)).scalar_one() == version + 1
        fact = connection.execute(select(t.log).order_by(t.log.c.seq.desc()).limit(1)).one()
    assert (fact.kind, fact.payload["setting"]) == (FactKind.CATALOGUE_CHANGED.value, "hall")
    assert (fact.payload["before"]["name"], fact.payload["after"]["name"]) == (before["name"], wanted["name"])


@pytest.mark.parametrize(
    ("field", "wrong"),
    [
        ("name", {"name": " "}),
        ("name", {"name": "x" * 61}),
        ("full_name.id", {"full_name": {"en": "Hall"}}),
        ("full_name.fr", {"full_name": {"id": "Mal", "fr": "Salle"}}),
        ("footer.ban", {"footer": {"ban": "x" * 241}}),
        ("time_zone", {"time_zone": "Asia/Tabanan"}),
        ("language", {"language": "fr"}),
    ],
)
def test_what_is_wrong_is_named(admin: Caller, field: str, wrong: dict[str, Any]) -> None:
    before = admin.get("/settings/hall").get_json()
    response = admin.call("PUT", PATH, json={**before, **wrong})
    assert response.status_code == 400
    problem = response.get_json()
    assert (problem["code"], problem["field"]) == ("bad_setting", field)
    assert f"“{field}”" in problem["detail"]
    assert admin.get("/settings/hall").get_json() == before


def test_only_administrators_see_it(visitor: Caller) -> None:
    assert visitor.get("/settings/hall").status_code == 401
