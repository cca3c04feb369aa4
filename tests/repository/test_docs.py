"""The documentation says what the code does: settings, commands, routes, refusals, facts, moves, links."""

from __future__ import annotations

import argparse
import json
import re
from dataclasses import fields
from functools import cache
from typing import TYPE_CHECKING

import pytest

from printer.transport import transports
from queue_app import __version__
from queue_app.cli.parser import _parser
from queue_app.cli.serve import DEMO_PASSWORD, _welcome
from queue_app.config import ENVIRONMENT_PREFIX, Settings
from queue_app.domain.discipline import DEFAULT_WEIGHTS, Discipline
from queue_app.domain.events import FactKind
from queue_app.domain.permissions import GRANTS, Grant, Reach
from queue_app.domain.policy import LIMITS, CallingPolicy
from queue_app.domain.role import Role
from queue_app.domain.ticket import MOVES, Move
from queue_app.live.rooms import RoomKind
from queue_app.web.errors import STATUS
from queue_app.web.pages.admin import PAGES as ADMIN_PAGES
from queue_app.web.permissions import access_of
from tests.repository.tree import ROOT

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from queue_app.background import Runtime

README = ROOT / "README.md"
DOCS = ROOT / "docs"
API = DOCS / "api.md"
ARCHITECTURE = DOCS / "architecture.md"
COMMANDS = DOCS / "commands.md"
HALL = DOCS / "hall.md"
INDEX = DOCS / "README.md"
PRINTING = DOCS / "printing.md"
PRODUCTION = DOCS / "production.md"
SETTINGS = DOCS / "settings.md"
DECISIONS = DOCS / "decisions"
DECISION_PARTS = ["Status", "Context", "Decision", "Consequences"]
PICTURES = DOCS / "pictures"
PAGES = [README, ROOT / "CHANGELOG.md", *sorted(DOCS.rglob("*.md"))]
MOST_PICTURE_BYTES = 1_500_000
MOST_README_LINES = 200
LONGEST_LINE = 120
# Written by a program: the whole page, and what stands between these marks.
GENERATED = DOCS / "performance.md"
SIMULATED = re.compile(r"<!-- simulated: begin -->.*?<!-- simulated: end -->", re.DOTALL)

CODE = re.compile(r"^```.*?^```", re.DOTALL | re.MULTILINE)
LINK = re.compile(r"""(?:\]\(|\b(?:src|href)=")([^)"\s]+)""")
HEADING = re.compile(r"^#+ (.+)$", re.MULTILINE)
RELEASE = re.compile(r"^## (.+)$", re.MULTILINE)
# A file or folder of the repository, named in the text.
PLACE = re.compile(r"`((?:queue_app|kiosk|display|printer|migrations|tests|docs)/[\w./-]*|setup\.cfg)`")
MACHINE = re.compile(r"(?<![\w.])/(?:work|tmp|root|home|Users)/\w")
REGISTRY = re.compile(r"pypi\.org|pythonhosted|npmjs|jsdelivr|unpkg|cdnjs|registry\.\w")
# What any fault is answered with; no rule refuses it, so it is not among the refusals.
FAULT = {"internal": 500}


@cache
def text(path: Path) -> str:
    """A page."""
    return path.read_text("utf-8")


def rows(path: Path, *head: str) -> list[list[str]]:
    """The cells of the table with this head, without the signs of code."""
    lines = iter(text(path).splitlines())
    for line in lines:
        if cells(line) == list(head):
            next(lines)
            return list(table(lines))
    pytest.fail(f"{path.name} has no table with the head {head}")


def cells(line: str) -> list[str]:
    """The cells of one line of a table."""
    return [cell.strip().replace("`", "") for cell in line.strip().strip("|").split("|")]


def table(lines: Iterator[str]) -> Iterator[list[str]]:
    """The lines of a table, to its end."""
    for line in lines:
        if not line.startswith("|"):
            return
        yield cells(line)


def name(path: Path) -> str:
    """A page as it is named in a failure."""
    return path.relative_to(ROOT).as_posix()


# --- the introduction, and the pages of commands and settings, against the command line


def test_the_two_commands() -> None:
    """One starts the product, the other tests it; each is a line of its own in a code block."""
    blocks = [block for found in CODE.findall(text(README)) for block in found.splitlines()[1:-1]]
    assert "python3 -m queue_app demo" in blocks
    assert "python3 -m tests" in blocks


def test_settings_table() -> None:
    """Each setting once, in the order of the code, with its option, variable and default; none that is not there."""
    documented = [row[:3] for row in rows(SETTINGS, "option", "variable", "default", "meaning")]
    expected = [
        [f"--{field.name.replace('_', '-')}", ENVIRONMENT_PREFIX + field.name.upper(), str(field.default) or "not set"]
        for field in fields(Settings)
    ]
    assert documented == expected


def commands(parser: argparse.ArgumentParser, words: str = "") -> Iterator[tuple[str, argparse.ArgumentParser]]:
    """Every command with its parser."""
    nested = [action for action in parser._actions if isinstance(action, argparse._SubParsersAction)]
    if not nested:
        yield words.strip(), parser
    for action in nested:
        for word, inner in action.choices.items():
            yield from commands(inner, f"{words} {word}")


def test_every_command_and_option() -> None:
    """Each command is shown, and each option that only it has is named."""
    settings = {f"--{field.name.replace('_', '-')}" for field in fields(Settings)}
    found = list(commands(_parser()))
    assert len(found) > 5
    missing = [words for words, _ in found if f"queue_app {words}" not in text(COMMANDS)]
    missing += [
        option
        for _, parser in found
        for action in parser._actions
        for option in action.option_strings
        if option not in settings | {"-h", "--help"} and option not in text(COMMANDS)
    ]
    assert missing == []


def test_printer_addresses() -> None:
    """Each kind of printer address is explained."""
    assert [scheme for scheme in transports._SCHEMES if f"`{scheme}://" not in text(PRINTING)] == []


def test_demo_accounts() -> None:
    """The password and the accounts that `demo` prints are those of the README."""
    welcome = _welcome(Settings(), demo=True)
    for word in (DEMO_PASSWORD, "dukcapil1", "penyelia", "/kiosk/utama", "/display/utara", "/preview"):
        assert word in welcome
        assert word in text(README)


def test_nginx_is_what_is_tested() -> None:
    """The nginx lines for production are those of the test with two workers."""
    tested = re.findall(r"proxy_[^;{]+;", text(ROOT / "tests" / "e2e" / "test_workers.py"))
    wanted = [line for line in tested if not line.startswith(("proxy_temp_path", "proxy_pass"))]
    assert len(wanted) > 5
    assert [line for line in wanted if line not in text(PRODUCTION)] == []


def test_pages_of_administration() -> None:
    """Each page on which a hall is set is explained, in the order of the navigation."""
    assert [row[0] for row in rows(HALL, "page", "what is set there")] == [page.path for page in ADMIN_PAGES]


# --- the API, the log, and the tables of rules


def test_refusals_table() -> None:
    """Each code with its status, and none that cannot happen."""
    documented = {row[1]: int(row[0]) for row in rows(API, "status", "code", "when")}
    assert documented == {**STATUS, **FAULT}


@pytest.mark.parametrize("language", ["id", "en", "ban"])
def test_refusals_have_words(language: str) -> None:
    """Each code has a title and a sentence in each language."""
    words = json.loads(text(ROOT / "queue_app" / "locale" / f"{language}.json"))
    wanted = {f"refusal.{code}.{part}" for code in STATUS | FAULT for part in ("title", "detail")}
    assert sorted(wanted - set(words)) == []


def test_permissions_table() -> None:
    """Each permission, the least role that has it, and what officers reach with it."""
    least = {Role.OFFICER: "staff", Role.SUPERVISOR: "supervisors", Role.ADMIN: "administrators"}
    reach = {
        Reach.HALL: "the hall",
        Reach.AGENCY: "agency",
        Reach.AGENCY_AND_SHARED: "agency, shared",
        Reach.AGENCY_IF_ANY: "agency, if any",
    }

    def described(grant: Grant) -> list[str]:
        return [
            next(least[role] for role in Role if role in grant.roles),
            reach[grant.reach] if Role.OFFICER in grant.roles else "",
        ]

    documented = [row[:3] for row in rows(API, "permission", "roles", "of officers", "for")]
    assert documented == [[permission.value, *described(grant)] for permission, grant in GRANTS.items()]


def test_every_route(runtime: Runtime) -> None:
    """Each address of the API stands in its table with its method and who may call it."""
    documented = [(row[0], row[1], row[2]) for row in rows(API, "method", "path", "who", "what")]
    routes = [
        (method, re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", rule.rule), runtime.app.view_functions[rule.endpoint])
        for rule in runtime.app.url_map.iter_rules()
        if rule.rule.startswith("/api/v1/")
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
    ]
    expected = [(method, path, str(access_of(view).needs)) for method, path, view in routes]
    assert sorted(documented) == sorted(expected)


def test_every_fact() -> None:
    """Each kind of fact in the log is explained."""
    documented = [row[0] for row in rows(ARCHITECTURE, "fact", "when")]
    assert documented == [kind.value for kind in FactKind]


def _leads(move: Move) -> list[str]:
    """Where a verb leads, in the order of its sources; “the same” where it changes no state."""
    ordered = sorted(move.leads.items(), key=lambda one: one[0].value)
    return ["the same" if len(ordered) > 1 and source is target else target.value for source, target in ordered]


def test_table_of_moves() -> None:
    """The life of a ticket as drawn for people is the one that the code obeys."""
    documented = {row[0]: row[1:] for row in rows(ARCHITECTURE, "verb", "from", "to", "who")}
    expected = {
        verb.value: [
            ", ".join(sorted(state.value for state in move.sources)),
            ", ".join(dict.fromkeys(_leads(move))),
            ", ".join(sorted(actor.value for actor in move.actors)),
        ]
        for verb, move in MOVES.items()
    }
    assert documented == expected


def test_policy_table() -> None:
    """Each setting of calling with its default and its limits."""
    documented = [row[:4] for row in rows(DOCS / "calling.md", "setting", "default", "least", "most", "meaning")]
    defaults = CallingPolicy().as_json()
    expected = [
        [name, str(value).lower(), *(str(limit) for limit in LIMITS.get(name, ("", "")))]
        for name, value in defaults.items()
    ]
    assert documented == expected
    disciplines = [row[0] for row in rows(DOCS / "calling.md", "discipline", "who is next")]
    assert disciplines == [one.value for one in Discipline]


def test_weights() -> None:
    """The tour names the weights that are in force."""
    sentence = ", ".join(f"{kind.value} {weight}" for kind, weight in DEFAULT_WEIGHTS.items())
    assert sentence in text(ARCHITECTURE)


def test_every_room() -> None:
    """Each kind of room has its section in the API's page."""
    sections = HEADING.findall(text(API))
    assert [
        kind.value.prefix for kind in RoomKind if not any(s.startswith(f"`{kind.value.prefix}:") for s in sections)
    ] == []


def test_json_examples_can_be_read() -> None:
    """Every block marked as JSON is JSON."""
    found = [(name(page), block) for page in PAGES for block in CODE.findall(text(page)) if block.startswith("```json")]
    assert found
    for where, block in found:
        try:
            json.loads("\n".join(block.splitlines()[1:-1]))
        except ValueError as error:
            pytest.fail(f"{where}: {error}\n{block}")


# --- the pages themselves


def slug(heading: str) -> str:
    """The anchor that a heading gets."""
    return re.sub(r"[^\w\- ]", "", heading.lower().replace("`", "")).replace(" ", "-")


def test_every_link_leads_somewhere() -> None:
    """Each relative link and picture exists, and each anchor has its heading."""
    broken = []
    for page in PAGES:
        for link in LINK.findall(CODE.sub("", text(page))):
            if re.match(r"[a-z]+:", link):
                continue
            target, _, anchor = link.partition("#")
            path = (page.parent / target) if target else page
            headings = {slug(h) for h in HEADING.findall(CODE.sub("", text(path)))} if path.suffix == ".md" else set()
            if not path.exists() or (anchor and anchor not in headings):
                broken.append(f"{name(page)} → {link}")
    assert broken == []


def test_every_place_exists() -> None:
    """Each file and folder that a page names is there, so that nobody is sent to one that was moved."""
    found = [(name(page), place) for page in PAGES for place in PLACE.findall(text(page))]
    assert len(found) > 50
    assert [(where, place) for where, place in found if not (ROOT / place).exists()] == []


def test_the_readme_is_an_introduction() -> None:
    """It is read in five minutes; what is longer has its own page."""
    assert text(README).count("\n") < MOST_README_LINES


def test_the_index_has_every_page() -> None:
    """Each page below docs is linked from the index, a decision from the list of decisions."""
    pages = [page for page in DOCS.glob("*.md") if page != INDEX]
    assert [page.name for page in pages if f"({page.name})" not in text(INDEX)] == []
    assert "(decisions/README.md)" in text(INDEX)


def test_no_line_too_long() -> None:
    """A page can be read beside its source; what a program wrote is as wide as its tables."""
    found = [
        f"{name(page)}: {line[:60]}…"
        for page in PAGES
        if page != GENERATED
        for line in SIMULATED.sub("", text(page)).splitlines()
        if len(line) > LONGEST_LINE
    ]
    assert found == []


def test_no_machine_and_no_registry() -> None:
    """No page names the machine it was written on, nor where packages come from."""
    rules = (MACHINE, REGISTRY)
    found = [(name(page), bad.group()) for page in PAGES for rule in rules for bad in rule.finditer(text(page))]
    assert found == []


def test_pictures_are_used_and_small() -> None:
    """Each picture is shown somewhere, and all together stay small."""
    shown = {link.rpartition("/")[2] for page in PAGES for link in LINK.findall(text(page))}
    pictures = [path for path in PICTURES.iterdir() if path.is_file()]
    assert [path.name for path in pictures if path.name not in shown] == []
    assert sum(path.stat().st_size for path in pictures) < MOST_PICTURE_BYTES


def test_decisions() -> None:
    """Numbered without a gap, each with its four parts, each in the list."""
    pages = sorted(DECISIONS.glob("[0-9]*.md"))
    assert [int(page.name[:3]) for page in pages] == list(range(1, len(pages) + 1))
    for page in pages:
        assert HEADING.findall(text(page))[1:] == DECISION_PARTS, page.name
        assert f"({page.name})" in text(DECISIONS / "README.md")


def test_changelog_knows_this_version() -> None:
    """The newest entry is the version of the code; above it there may be what is not released yet."""
    entries = [heading.split(" ")[0] for heading in RELEASE.findall(text(ROOT / "CHANGELOG.md"))]
    assert next(entry for entry in entries if entry != "Unreleased") == __version__
