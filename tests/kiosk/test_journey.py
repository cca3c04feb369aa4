"""The journey as pure data: events in, state out."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

TIMINGS = {"idle": 60_000, "warning": 20_000, "number": 20_000, "paper": 5_000, "answer": 20_000, "settle": 400}
AGENCY = {"id": 1, "short": "Disdukcapil", "services": []}
PLAIN = {"id": 1, "documents": []}
PAPERS = {"id": 2, "documents": [{"name": {"id": "KTP"}}, {"name": {"id": "KK"}}]}
TICKET = {"label": "A-012", "token": "t"}
TO_CLASS = [("agency", {"agency": AGENCY}), ("service", {"service": PLAIN})]
TO_ISSUING = [*TO_CLASS, ("kind", {"kind": "regular", "key": "k1"})]
TO_NUMBER = [*TO_ISSUING, ("issued", {"key": "k1", "ticket": TICKET, "job": {"id": 1, "state": "queued"}})]

Steps = list[tuple[str, dict[str, Any]]]
Run = Callable[..., dict[str, Any]]


@pytest.fixture(scope="module")
def journey_page(browser: Any) -> Any:
    page = browser.new_page()
    yield page
    page.close()


@pytest.fixture
def run(hall: Any, journey_page: Any) -> Run:
    """Play events a second apart from a fresh journey; `at` in an event sets its own time."""
    journey_page.goto(f"{hall.url}/blank")
    script = """async ([timings, steps]) => {
      const { begin, reduce, isWarned, isPristine } = await import("/assets/dev/kiosk/journey.js");
      let now = 0;
      let state = begin("id", timings, now);
      for (const [type, facts] of steps) {
        now = facts.at ?? now + 1000;
        state = reduce(state, { type, now, ...facts });
      }
      return { ...state, warned: isWarned(state, now), pristine: isPristine(state) };
    }"""

    def play(steps: Steps, **timings: int) -> dict[str, Any]:
        return dict(journey_page.evaluate(script, [{**TIMINGS, **timings}, steps]))

    return play


def test_a_service_without_documents_skips_the_checklist(run: Run) -> None:
    assert run(TO_CLASS)["screen"] == "class"
    assert run([*TO_CLASS, ("back", {})])["screen"] == "services"


def test_the_checklist_is_marked_and_left_both_ways(run: Run) -> None:
    steps: Steps = [TO_CLASS[0], ("service", {"service": PAPERS}), ("brought", {"index": 1}), ("brought", {"index": 0})]
    assert run(steps)["brought"] == [1, 0]
    assert run([*steps, ("brought", {"index": 1})])["brought"] == [0]
    missing = run([*steps, ("incomplete", {})])
    assert (missing["screen"], missing["brought"]) == ("missing", [1, 0])
    assert run([*steps, ("incomplete", {}), ("back", {})])["screen"] == "documents"
    assert run([*steps, ("complete", {}), ("back", {})])["screen"] == "documents"


def test_the_second_touch_of_a_double_touch_chooses_nothing(run: Run) -> None:
    after = run([("agency", {"agency": AGENCY, "at": 1_000}), ("service", {"service": PLAIN, "at": 1_300})])
    assert after["screen"] == "services"
    after = run([*TO_ISSUING, ("kind", {"kind": "priority", "key": "k2"})])
    assert (after["key"], after["kind"]) == ("k1", "regular")


def test_pages_are_turned_and_remembered(run: Run) -> None:
    there = run([("page", {"page": 2}), *TO_CLASS, ("back", {}), ("back", {})])
    assert (there["screen"], there["pages"]["start"]) == ("start", 2)


def test_language_changes_anywhere_and_goes_back_with_the_visitor(run: Run) -> None:
    state = run([*TO_CLASS, ("language", {"language": "ban"})])
    assert (state["screen"], state["language"]) == ("class", "ban")
    assert run([("language", {"language": "en"}), *TO_NUMBER, ("home", {})])["language"] == "id"


@pytest.mark.parametrize("answer", ["issued", "refused", "unreachable"])
def test_an_answer_for_another_key_is_ignored(run: Run, answer: str) -> None:
    facts = {"key": "old", "ticket": TICKET, "job": None, "problem": {}}
    state = run([*TO_ISSUING, (answer, facts)])
    assert (state["screen"], state["attempt"]) == ("issuing", "first")


def test_an_unreachable_server_keeps_what_was_chosen(run: Run) -> None:
    state = run([*TO_ISSUING, ("unreachable", {"key": "k1"})])
    assert (state["attempt"], state["key"], state["service"]["id"]) == ("again", "k1", 1)
    assert run([*TO_ISSUING, ("unreachable", {"key": "k1"}), TO_NUMBER[-1]])["screen"] == "number"


def test_a_refusal_leads_on(run: Run) -> None:
    refused: Steps = [*TO_ISSUING, ("refused", {"key": "k1", "problem": {"code": "service_closed"}})]
    assert run(refused)["refusal"]["code"] == "service_closed"
    assert run([*refused, ("back", {})])["screen"] == "services"
    again = run([*refused, ("again", {})])
    assert (again["screen"], again["key"]) == ("class", None)


UNSURE: Steps = [*TO_NUMBER, ("paper", {"job": {"state": "uncertain", "detail": "", "copy": 1, "place": None}})]
PLACE = {"id": "Kios Lobi"}


def job_reported(state: str, detail: str = "", copy: int = 1, place: Any = None, taken: bool | None = None) -> Steps:
    job = {"state": state, "detail": detail, "copy": copy, "place": place, "taken": taken}
    return [("paper", {"job": job})]


@pytest.mark.parametrize(
    ("job", "known", "say"),
    [(None, "none", "none"), ("queued", "ready", "waiting"), ("queued", "trouble", "trouble")],
)
def test_paper_at_first(run: Run, job: str | None, known: str, say: str) -> None:
    facts = {"key": "k1", "ticket": TICKET, "job": job and {"id": 1, "state": job}, "known": known}
    assert run([*TO_ISSUING, ("issued", facts)])["paper"]["say"] == say


@pytest.mark.parametrize(
    ("job", "say"),
    [
        (job_reported("sending"), "waiting"),
        (job_reported("queued"), "waiting"),
        (job_reported("queued", "paper_out"), "trouble"),
        (job_reported("queued", "paper_out", place=PLACE), "elsewhere"),
        (job_reported("printed", place=PLACE), "elsewhere"),
        (job_reported("printed"), "ready"),
        (job_reported("sent", "paper_low"), "ready"),
        (job_reported("held"), "trouble"),
        (job_reported("uncertain"), "unsure"),
        (job_reported("uncertain", copy=2), "trouble"),
        (job_reported("failed"), "trouble"),
        ([*job_reported("queued", "off_line", place=PLACE), *job_reported("failed", place=PLACE)], "trouble"),
        ([*job_reported("queued", "off_line"), *job_reported("printed")], "ready"),
        (job_reported("printed", "not_taken", taken=False), "presenter"),
        (job_reported("printed", "not_taken", taken=False, place=PLACE), "elsewhere"),
        ([*job_reported("sent", "not_taken", taken=False), *job_reported("sent", "not_taken", taken=True)], "taken"),
    ],
)
def test_paper_as_it_is_heard(run: Run, job: Steps, say: str) -> None:
    assert run([*TO_NUMBER, *job])["paper"]["say"] == say


def test_no_proof_in_five_seconds_is_trouble_until_proof_comes(run: Run) -> None:
    late: Steps = [*TO_NUMBER, ("tick", {"at": 9_100})]
    assert run([*TO_NUMBER, ("tick", {"at": 8_900})])["paper"]["say"] == "waiting"
    state = run(late)
    assert (state["paper"]["say"], state["until"]) == ("trouble", 29_100)
    assert run([*late, *job_reported("printed")])["paper"]["say"] == "ready"


def test_who_forgets_the_paper_is_told_for_longer(run: Run) -> None:
    steps: Steps = [*TO_NUMBER, ("tick", {"at": 8_000}), *job_reported("printed", taken=False)]
    state = run(steps)
    assert not state["paper"]["proved"]
    assert state["until"] >= 28_000
    assert run([*steps, *job_reported("printed", taken=True)])["paper"]["proved"]


def test_it_came_out(run: Run) -> None:
    paper = run([*UNSURE, ("answer", {"came": True}), *job_reported("uncertain")])["paper"]
    assert (paper["say"], paper["answer"], paper["proved"]) == ("ready", "yes", True)


def test_it_did_not_come_out_and_is_printed_again_once(run: Run) -> None:
    again: Steps = [*UNSURE, ("answer", {"came": False})]
    paper = run([*again, ("answer", {"came": False}), *job_reported("uncertain")])["paper"]
    assert (paper["say"], paper["answer"]) == ("waiting", "again")
    assert run([*again, *job_reported("printed", copy=2)])["paper"]["say"] == "ready"
    assert run([*again, *job_reported("uncertain", copy=2)])["paper"]["say"] == "trouble"


def test_no_answer_is_none_and_is_not_asked_for_again(run: Run) -> None:
    asked = run(UNSURE)
    assert asked["until"] >= asked["paper"]["askUntil"] == 25_000
    paper = run([*UNSURE, ("tick", {"at": 25_100}), *job_reported("uncertain"), ("answer", {"came": False})])["paper"]
    assert (paper["say"], paper["answer"]) == ("trouble", None)


def test_a_list_instead_of_a_number(run: Run) -> None:
    missing: Steps = [TO_CLASS[0], ("service", {"service": PAPERS}), ("incomplete", {})]
    assert run([*missing, ("list", {})])["list"]["say"] == "waiting"
    job = {"state": "printed", "detail": "", "copy": 1, "place": None}
    assert run([*missing, ("list", {}), ("listed", {"job": job})])["list"]["say"] == "ready"
    assert run([*missing, ("list", {}), ("tick", {"at": 10_000})])["list"]["say"] == "trouble"
    assert run([*missing, ("list", {}), ("back", {})])["list"] is None
    assert run([*missing, ("listed", {"job": job})])["list"] is None, "nobody asked for it"


def test_the_number_leaves_by_itself_and_more_time_is_given(run: Run) -> None:
    assert run([*TO_NUMBER, *job_reported("printed"), ("tick", {"at": 23_900})])["screen"] == "number"
    assert run([*TO_NUMBER, *job_reported("printed"), ("tick", {"at": 24_100})])["pristine"]
    more: Steps = [*TO_NUMBER, *job_reported("printed"), ("more", {"at": 20_000})]
    assert run([*more, ("tick", {"at": 39_900})])["screen"] == "number"
    assert run([*more, ("tick", {"at": 40_100})])["ticket"] is None


def test_idle_warns_then_forgets_everything(run: Run) -> None:
    assert not run([*TO_CLASS, ("tick", {"at": 61_000})])["warned"]
    assert run([*TO_CLASS, ("tick", {"at": 62_000})])["warned"]
    assert run([*TO_CLASS, ("tick", {"at": 81_900})])["screen"] == "class"
    gone = run([*TO_CLASS, ("tick", {"at": 82_000})])
    assert gone["pristine"]
    assert gone["agency"] is None
    assert gone["service"] is None


def test_only_the_answer_ends_the_warning_and_it_may_be_given_often(run: Run) -> None:
    assert run([*TO_CLASS, ("touch", {"at": 50_000}), ("tick", {"at": 100_000})])["warned"] is False
    assert run([*TO_CLASS, ("touch", {"at": 70_000})])["warned"]
    extended: Steps = [("extend", {"at": 70_000 + 70_000 * turn}) for turn in range(12)]
    assert run([*TO_CLASS, *extended])["screen"] == "class"


def test_a_screen_nobody_touched_never_warns(run: Run) -> None:
    assert run([("tick", {"at": 10_000_000})])["pristine"]
    assert run([("language", {"language": "en"}), ("tick", {"at": 62_000})])["warned"]


def test_waiting_and_closed_come_from_the_live_state(module: Callable[..., Any]) -> None:
    agency = {"services": [{"id": 1, "open": True}, {"id": 2, "open": True}]}
    state = {"services": {"1": {"waiting": 3, "open": True}, "2": {"waiting": 4, "open": False}}}
    assert module("menu.js", "agencyNow", [agency, state]) == {"waiting": 7, "open": True, "until": None}
    assert module("menu.js", "agencyNow", [agency, {"services": {}}]) == {"waiting": None, "open": True, "until": None}
    unsaid = {"range": None, "why": None, "until": None, "occasion": None, "left": None}
    assert module("menu.js", "serviceNow", [{"id": 2, "open": True}, state]) == {"waiting": 4, "open": False, **unsaid}
    live = {"services": {"2": {"waiting": 4, "ahead": 9, "range": [20, 35], "open": True}}}
    now = module("menu.js", "serviceNow", [{"id": 2, "open": True}, live])
    assert now == {"waiting": 9, "open": True, **unsaid, "range": [20, 35]}
    assert module("menu.js", "agencyNow", [agency, live])["waiting"] == 4, "each visitor counts once"
    shut = {
        "services": {"1": {"waiting": 0, "open": False, "until": 9}, "2": {"waiting": 0, "open": False, "until": 7}}
    }
    assert module("menu.js", "agencyNow", [agency, shut]) == {"waiting": 0, "open": False, "until": 7}
    assert module("menu.js", "hallClosed", [{"opening": {"open": True}}]) is None
    assert module("menu.js", "hallClosed", [{}]) is None
    assert module("menu.js", "hallClosed", [{"opening": {"open": False, "why": "break"}}])["why"] == "break"
    assert module("menu.js", "paged", [list(range(18)), 9]) == {"items": [16, 17], "page": 2, "pages": 3}
    assert module("menu.js", "isOutdated", [{"agencies": [agency]}, state]) is False
    assert module("menu.js", "isOutdated", [{"agencies": [agency]}, {"services": {"3": {}}}]) is True
