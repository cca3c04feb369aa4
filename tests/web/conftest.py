"""Fixtures: the application with its callers."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import update

from queue_app.app import create_runtime
from queue_app.background import Runtime
from queue_app.config import Settings
from queue_app.store import tables as t
from tests.web.callers import Browser, Caller, Contract, OpenBrowser, SignIn, Stop, csrf_of

PASSWORD = "antrean-tabanan"


@pytest.fixture(scope="session")
def contracts() -> dict[str, Contract]:
    """Make the contract of this build, once for all tests."""
    return {}


@pytest.fixture
def contract(runtime: Runtime, contracts: dict[str, Contract]) -> Contract:
    """Return the contract."""
    if "v1" not in contracts:
        answer = runtime.app.test_client().get("/api/v1/openapi.json")
        contracts["v1"] = Contract(answer.get_json())
    return contracts["v1"]


@pytest.fixture
def visitor(runtime: Runtime, contract: Contract) -> Caller:
    """Return a caller without an account."""
    return Caller(runtime, contract, runtime.app.test_client())


@pytest.fixture
def sign_in(runtime: Runtime, contract: Contract) -> SignIn:
    """Return a function that signs an account in by the API."""

    def sign(username: str) -> Caller:
        caller = Caller(runtime, contract, runtime.app.test_client())
        answer = caller.done("/session", {"username": username, "password": PASSWORD})
        caller.token = answer["token"]
        return caller

    return sign


@pytest.fixture
def officer(sign_in: SignIn) -> Caller:
    """Sign in an officer of Disdukcapil at counter 1, with nobody waiting."""
    caller = sign_in("dukcapil1")
    caller.done("/counters/1/open")
    return caller


@pytest.fixture
def stop_issuing(runtime: Runtime) -> Stop:
    """Close a service for new numbers, as staff will."""

    def stop(service_id: int) -> None:
        with runtime.store.transaction() as connection:
            connection.execute(update(t.service).where(t.service.c.id == service_id).values(issuing=False))
            connection.execute(update(t.hall).values(catalogue_version=t.hall.c.catalogue_version + 1))

    return stop


@pytest.fixture
def any_house(hall_url: str, clock: Callable[[], Any], tmp_path: Path) -> Iterator[Runtime]:
    """Compose the application on SQLite and on PostgreSQL, for what the databases may handle differently."""
    runtime = create_runtime(Settings(database_url=hall_url, data_dir=tmp_path), clock=clock, async_mode="threading")
    yield runtime
    runtime.store.engine.dispose()


@pytest.fixture
def open_browser(runtime: Runtime) -> OpenBrowser:
    """Open the sign-in page in a new browser."""

    def open_page() -> Browser:
        client = runtime.app.test_client()
        return Browser(client, csrf_of(client.get("/counter/sign-in").text))

    return open_page
