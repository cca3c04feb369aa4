"""Accounts, sign-ins and sessions."""

import pytest
from sqlalchemy import select

from queue_app.cli.database import demo_plan
from queue_app.domain.errors import Refusal
from queue_app.domain.role import Role
from queue_app.services.accounts import sessions
from queue_app.services.settings import hall_file
from queue_app.store import migrate
from queue_app.store import tables as t
from queue_app.store.database import open_engine
from queue_app.store.unit_of_work import Store

RIGHT, WRONG, HERE = "antrean-tabanan", "not-the-password", "127.0.0.1"
COSTLY = "scrypt:32768:8:1$"


def sign_in_code(store, clock, username, password, address=HERE):
    try:
        sessions.sign_in(store, username, password, address, clock())
    except Refusal as refusal:
        return refusal.code
    return "ok"


def test_a_session_works_until_it_ends(store, clock) -> None:
    token, officer = sessions.sign_in(store, " DUKCAPIL1 ", RIGHT, HERE, clock())
    assert sessions.authenticate(store, token, clock()) == officer
    sessions.sign_out(store, officer, clock())
    assert sessions.authenticate(store, token, clock()) is None


def test_a_session_lasts_half_a_day(store, clock) -> None:
    token, _officer = sessions.sign_in(store, "dukcapil1", RIGHT, HERE, clock())
    assert sessions.authenticate(store, token, clock.forward(hours=11, minutes=59))
    assert sessions.authenticate(store, token, clock.forward(minutes=2)) is None


def test_which_sessions_still_hold(store, clock) -> None:
    _token, old = sessions.sign_in(store, "dukcapil1", RIGHT, HERE, clock())
    clock.forward(hours=11)
    _token, fresh = sessions.sign_in(store, "dukcapil2", RIGHT, HERE, clock())
    _token, ended = sessions.sign_in(store, "dukcapil3", RIGHT, HERE, clock())
    sessions.sign_out(store, ended, clock())
    ids = {officer.session_id for officer in (old, fresh, ended)}
    assert sessions.valid_sessions(store, ids, clock()) == {old.session_id, fresh.session_id}
    assert sessions.valid_sessions(store, ids, clock.forward(hours=2)) == {fresh.session_id}


@pytest.mark.parametrize("token", ["", "x", "x" * 43, "x" * 10_000])
def test_what_is_no_session(store, clock, token) -> None:
    assert sessions.authenticate(store, token, clock()) is None


def test_wrong_passwords_and_unknown_names_look_alike(store, clock) -> None:
    assert sign_in_code(store, clock, "dukcapil1", WRONG) == "wrong_sign_in"
    assert sign_in_code(store, clock, "nobody", WRONG) == "wrong_sign_in"


def test_five_wrong_passwords_close_the_account_for_a_while(store, clock) -> None:
    codes = [sign_in_code(store, clock, "dukcapil1", WRONG) for _ in range(6)]
    assert codes == ["wrong_sign_in"] * 5 + ["too_many_attempts"]
    assert sign_in_code(store, clock, "dukcapil1", RIGHT) == "too_many_attempts"
    assert sign_in_code(store, clock, "dukcapil2", RIGHT) == "ok"
    clock.forward(minutes=16)
    assert sign_in_code(store, clock, "dukcapil1", RIGHT) == "ok"


def test_one_address_cannot_try_everybody(sqlite_store, clock, monkeypatch) -> None:
    monkeypatch.setattr(sessions, "check_password_hash", lambda _hash, _password: False)
    codes = [sign_in_code(sqlite_store, clock, f"guess-{number}", WRONG) for number in range(51)]
    assert codes == ["wrong_sign_in"] * 50 + ["too_many_attempts"]
    assert sign_in_code(sqlite_store, clock, "dukcapil1", WRONG, "10.0.0.9") == "wrong_sign_in"


def test_passwords_and_tokens_are_not_stored(store, clock) -> None:
    token, _officer = sessions.sign_in(store, "dukcapil1", RIGHT, HERE, clock())
    with store.read() as connection:
        stored = str(connection.execute(select(t.staff)).all()) + str(connection.execute(select(t.staff_session)).all())
    assert RIGHT not in stored
    assert token not in stored
    assert "scrypt:" in stored


def test_a_closed_account_is_out_at_once(store, clock) -> None:
    token, officer = sessions.sign_in(store, "dukcapil1", RIGHT, HERE, clock())
    with store.transaction() as connection:
        connection.execute(t.staff.update().where(t.staff.c.id == officer.id).values(active=False))
    assert sessions.authenticate(store, token, clock()) is None
    assert sign_in_code(store, clock, "dukcapil1", RIGHT) == "wrong_sign_in"


def account(**changes):
    values = {
        "username": "baru",
        "name": "Baru",
        "password": "a-long-password",
        "role": Role.OFFICER,
        "agency_code": None,
    }
    return values | changes


def test_adding_an_account(store, clock) -> None:
    sessions.add_staff(store, **account(agency_code="disdukcapil"))
    _token, officer = sessions.sign_in(store, "baru", "a-long-password", HERE, clock())
    assert officer.role is Role.OFFICER
    with store.read() as connection:
        hashed = connection.execute(select(t.staff.c.password_hash).where(t.staff.c.id == officer.id)).scalar_one()
    assert hashed.startswith(COSTLY)
    assert sessions._DUMMY_HASH.startswith(COSTLY), "a name that does not exist is refused as slowly"
    with pytest.raises(ValueError, match="taken"):
        sessions.add_staff(store, **account())


def test_a_loaded_hall_has_costly_hashes(sqlite_url, clock) -> None:
    """The tests' own hall has cheap hashes."""
    engine = open_engine(sqlite_url)
    migrate.upgrade(engine)
    hall_file.load_hall(Store(engine), demo_plan(), clock(), password=RIGHT, printer_url="file:///dev/null")
    with engine.connect() as connection:
        hashes = connection.execute(select(t.staff.c.password_hash)).scalars().all()
    engine.dispose()
    assert hashes
    assert all(hashed.startswith(COSTLY) for hashed in hashes)


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [({"password": "short"}, "at least 10"), ({"agency_code": "nowhere"}, "no agency"), ({"username": ""}, "username")],
)
def test_an_account_that_cannot_be(sqlite_store, changes, sentence) -> None:
    with pytest.raises(ValueError, match=sentence):
        sessions.add_staff(sqlite_store, **account(**changes))


def test_old_sessions_are_forgotten(store, clock) -> None:
    sessions.sign_in(store, "dukcapil1", RIGHT, HERE, clock())
    sign_in_code(store, clock, "dukcapil1", WRONG)
    sessions.purge_old_sessions(store, clock.forward(days=3))
    with store.read() as connection:
        assert connection.execute(select(t.staff_session)).all() == []
        assert connection.execute(select(t.sign_in_attempt)).all() == []
