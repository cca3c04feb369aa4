"""Synthetic days: nobody is lost, the same seed gives the same figures, and the published tables are those figures."""

from __future__ import annotations

import io
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from queue_app.cli import parser
from queue_app.domain.discipline import Discipline
from queue_app.domain.estimates import MINUTE_MS
from queue_app.domain.ticket import TicketClass
from queue_app.simulation import study_tables
from queue_app.simulation.study import quantile
from queue_app.simulation.synthetic_day import CLOSES_AT, NO_SHOW_MS, Scenario, StopRule, generate_visitors, run_day
from tests.repository.tree import ROOT

if TYPE_CHECKING:
    from pathlib import Path

PUBLISHED = ROOT / "docs" / "queue-discipline.md"
SMALL = Scenario(counters=2, promises=False)


def between_marks(text: str) -> str:
    """Return the text between the marks of a page."""
    return text.partition(study_tables.MARKS[0])[2].partition(study_tables.MARKS[1])[0].strip()


@pytest.fixture(scope="module")
def figures() -> study_tables.Figures:
    """Compute the figures of the page, once for this module."""
    return study_tables.published_figures()


@pytest.mark.slow
@pytest.mark.timeout(600)  # half a minute of work for one processor, which a busy machine shares out
def test_the_published_tables_are_reproduced(figures: study_tables.Figures) -> None:
    """To bring them up to date: `queue-app simulate --write docs/queue-discipline.md`."""
    assert between_marks(PUBLISHED.read_text("utf-8")) == study_tables.format_tables(figures).strip()


def test_the_goals_for_promises(figures: study_tables.Figures) -> None:
    """4 counters at load 0.97: off by 7 minutes or less, and the 80 % range holds for 78 to 85 of 100."""
    (base,) = (promises for promises in figures.promises if promises.scenario == study_tables.BASE)
    assert base.ours <= 7
    assert 0.78 <= base.coverage <= 0.85
    assert base.ours < min(base.queue_times_mean, base.head_of_line, base.last_to_enter, base.average_today)


def test_the_goal_for_overtime_where_days_differ(figures: study_tables.Figures) -> None:
    """As many served (within 2 %), at most 40 % of the overtime. On days all alike it is missed; the page says so."""
    scenario = Scenario(counters=2, load=0.9, day_variation=0.2)
    (stops,) = (stops for stops in figures.stops if stops.predicted.scenario == scenario)
    assert abs(stops.clock.served / stops.predicted.served - 1) <= 0.02
    assert stops.ratio <= 0.4


@pytest.mark.parametrize("discipline", list(Discipline))
@pytest.mark.parametrize("stop", list(StopRule))
def test_everybody_is_served_or_told(discipline: Discipline, stop: StopRule) -> None:
    scenario = replace(SMALL, discipline=discipline, stop=stop, load=1.2)
    came = generate_visitors(scenario, 7, 1)
    day = run_day(scenario, 7, 1)
    assert len(day.outcomes) + day.refused == len(came)
    assert all(outcome.waited_ms >= 0 for outcome in day.outcomes)
    ends = [outcome.visitor.at + outcome.waited_ms + outcome.visitor.takes_ms for outcome in day.outcomes]
    assert day.ended_at == max(ends)
    assert day.overtime_ms == max(0, day.ended_at - CLOSES_AT)


def test_no_counter_serves_two_at_once() -> None:
    day = run_day(SMALL, 7, 2)
    steps = [(outcome.visitor.at + outcome.waited_ms, 1) for outcome in day.outcomes]
    steps += [(at + outcome.visitor.takes_ms, -1) for (at, _), outcome in zip(list(steps), day.outcomes, strict=True)]
    busy = 0
    for _, step in sorted(steps):
        busy += step
        assert 0 <= busy <= 2


def test_the_first_come_are_the_first_called_under_fifo() -> None:
    day = run_day(replace(SMALL, discipline=Discipline.FIFO), 7, 3)
    called = [outcome.visitor.at + outcome.waited_ms for outcome in day.outcomes]
    assert called == sorted(called)


def test_the_same_seed_gives_the_same_day_under_any_rule() -> None:
    assert generate_visitors(SMALL, 7, 4) == generate_visitors(
        replace(SMALL, discipline=Discipline.STRICT, stop=StopRule.CLOCK), 7, 4
    )
    assert generate_visitors(SMALL, 7, 4) != generate_visitors(SMALL, 8, 4)
    assert run_day(SMALL, 7, 4) == run_day(SMALL, 7, 4)


def test_visitors_are_as_described() -> None:
    scenario = Scenario(counters=8)
    arrivals = [visitor for number in range(40) for visitor in generate_visitors(scenario, 1, number)]
    assert len(arrivals) / 40 == pytest.approx(scenario.visitors, rel=0.02)
    assert sum(visitor.ticket_class is TicketClass.PRIORITY for visitor in arrivals) / len(arrivals) == pytest.approx(
        0.12, abs=0.01
    )
    assert sum(visitor.takes_ms == NO_SHOW_MS for visitor in arrivals) / len(arrivals) == pytest.approx(0.06, abs=0.01)
    assert sum(visitor.takes_ms for visitor in arrivals) / len(arrivals) == pytest.approx(scenario.mean_ms, rel=0.03)
    assert all(0 <= visitor.at < CLOSES_AT for visitor in arrivals)


def test_a_clock_stop_stops_by_the_clock() -> None:
    day = run_day(replace(SMALL, stop=StopRule.CLOCK, early_minutes=60), 7, 5)
    assert all(outcome.visitor.at < CLOSES_AT - 60 * MINUTE_MS for outcome in day.outcomes)


@pytest.mark.parametrize(("share", "value"), [(0.5, 3), (0.9, 5), (0.2, 1), (0.21, 2), (1, 5)])
def test_quantiles(share: float, value: float) -> None:
    assert quantile([5, 1, 4, 2, 3], share) == value
    assert quantile([], share) == 0


# --- the command


def test_one_scene(capsys: pytest.CaptureFixture[str]) -> None:
    assert parser.main(["simulate", "--days", "1", "--counters", "1,2", "--discipline", "fifo", "--no-lunch"]) == 0
    shown = capsys.readouterr().out
    assert all(head in shown for head in ("### Waits", "### Promises", "### Overtime"))
    assert shown.count("| fifo ") == 4
    assert parser.main(["simulate", "--days", "1", "--counters", "1", "--stop", "clock", "--early-minutes", "30"]) == 0
    assert "clock, 30 min early" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        (["--days", "0"], "--days must be 1 or more"),
        (["--counters", "0"], "counters must be from 1 to 60"),
        (["--priority-share", "2"], "priority share must be from 0 to 1"),
        (["--early-minutes", "5"], "--early-minutes is for --stop clock"),
        (["--days", "1", "--counters", "1", "--write", "nowhere/page.md"], "cannot be written"),
    ],
)
def test_what_cannot_be_is_said(options: list[str], sentence: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert parser.main(["simulate", *options]) == 2
    assert sentence in capsys.readouterr().err


def test_writing_keeps_what_people_wrote(tmp_path: Path) -> None:
    file = tmp_path / "page.md"
    file.write_text(f"before\n{study_tables.MARKS[0]}\nold\n{study_tables.MARKS[1]}\nafter\n", "utf-8")
    study_tables.write(file, "new\n")
    assert file.read_text("utf-8") == f"before\n{study_tables.MARKS[0]}\n\nnew\n\n{study_tables.MARKS[1]}\nafter\n"
    file.write_text("no marks", "utf-8")
    with pytest.raises(ValueError, match="no lines"):
        study_tables.write(file, "new\n")


def test_the_bar_is_for_terminals_only() -> None:
    class Terminal(io.StringIO):
        def isatty(self) -> bool:
            return True

    for stream, seen in ((Terminal(), "day 1 of 2"), (io.StringIO(), "")):
        bar = study_tables.ProgressBar(2, stream)
        bar.tick()
        bar.tick()
        assert seen in stream.getvalue()
        assert bool(stream.getvalue()) is bool(seen)
