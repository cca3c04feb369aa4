"""The command `queue-app simulate`."""

from __future__ import annotations

import argparse
from dataclasses import replace
from pathlib import Path

from queue_app.domain.discipline import Discipline
from queue_app.simulation import study_tables
from queue_app.simulation.synthetic_day import Scenario, StopRule

_SCENARIO_OPTIONS = (
    "load",
    "priority_share",
    "no_show_share",
    "mean_minutes",
    "day_variation",
    "discipline",
    "early_minutes",
)


def add_options(parser: argparse.ArgumentParser) -> None:
    """Add the command's options; without any option of a scenario the published tables are printed."""
    parser.add_argument("--days", type=int, default=study_tables.DAYS, help=f"days of each study ({study_tables.DAYS})")
    parser.add_argument("--seed", type=int, default=study_tables.SEED, help="the same seed gives the same days")
    parser.add_argument("--counters", type=_numbers, help="how many, or several such as 1,4,8 (4)")
    parser.add_argument("--load", type=float, help="expected work ÷ time of the counters (0.97)")
    parser.add_argument("--priority-share", type=float, help="of all visitors (0.12)")
    parser.add_argument("--no-show-share", type=float, help="of all numbers (0.06)")
    parser.add_argument("--mean-minutes", type=float, help="of a service (8)")
    parser.add_argument("--day-variation", type=float, help="of the number of visitors from day to day (0)")
    parser.add_argument("--discipline", type=Discipline, choices=list(Discipline), help="who is next (accumulating)")
    parser.add_argument("--stop", type=StopRule, choices=list(StopRule), help="when issuing stops (predicted)")
    parser.add_argument("--early-minutes", type=int, help="clock stop: so long before closing time (0)")
    parser.add_argument("--no-lunch", action="store_true", help="all counters stay over lunch")
    parser.add_argument("--write", type=Path, metavar="FILE", help="also put the tables between the marks of a page")


def _numbers(text: str) -> list[int]:
    try:
        return [int(number) for number in text.split(",")]
    except ValueError as error:
        raise argparse.ArgumentTypeError(f"“{text}” is not a number, nor numbers with commas") from error


def run(arguments: argparse.Namespace) -> int:
    """Simulate, print (and write) the tables, and return the exit code. Raises ValueError for a bad scenario."""
    if arguments.days < 1:
        raise ValueError("--days must be 1 or more.")
    text = _tables(arguments)
    print(text, end="")
    if arguments.write:
        try:
            study_tables.write(arguments.write, text)
        except OSError as error:
            raise ValueError(f"“{arguments.write}” cannot be written: {error.strerror}.") from error
    return 0


def _tables(arguments: argparse.Namespace) -> str:
    changes = {name: getattr(arguments, name) for name in _SCENARIO_OPTIONS if getattr(arguments, name) is not None}
    if not changes and not (arguments.counters or arguments.stop or arguments.no_lunch):
        return study_tables.format_tables(study_tables.published_figures(arguments.days, arguments.seed))
    if arguments.early_minutes is not None and arguments.stop is not StopRule.CLOCK:
        raise ValueError("--early-minutes is for --stop clock.")
    base = replace(Scenario(lunch=not arguments.no_lunch, stop=arguments.stop or StopRule.PREDICTED), **changes)
    scenarios = [replace(base, counters=number) for number in arguments.counters or [4]]
    if arguments.stop is StopRule.CLOCK:
        return "\n".join(
            study_tables.clock_stop_tables(scenario, arguments.days, arguments.seed) for scenario in scenarios
        )
    return study_tables.format_tables(study_tables.run_studies(scenarios, scenarios, arguments.days, arguments.seed))
