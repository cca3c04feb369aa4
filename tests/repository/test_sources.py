"""Checks of the sources: what must stay in one place, and how large a file may grow."""

from __future__ import annotations

import ast
import re

import pytest

from tests.order import LONG
from tests.repository.tree import INSTALLED, ROOT, files, own_sources

LONGEST_FILE = 450
LONGEST_LINE = 120
LONG_FUNCTION = 20
FEWEST_FUNCTIONS = 500
FUNCTION = re.compile(
    r"^( *)(?:export )?(?:(?:async )?function\b|const \w+ = .*=> \{$"
    r"|(?:static |async |get )*(?!(?:if|for|while|switch|catch|return|await|super)\b)#?\w+\((?!.*;$))"
)
# A fixed wait is too short on a busy machine and too long on any other; `tests/waiting.py` waits for what is awaited.
FIXED_WAIT = re.compile(r"\bsleep\(|\bwait_for_timeout\(|\bsetTimeout\(")
MAY_LET_TIME_PASS = {
    "tests/waiting.py": "the one place that asks again after a moment",
    "tests/benchmarks/": "a load has a pace, and what is measured is time",
    "tests/kit/clock.mjs": "takes the page's clock away, and lets promises settle meanwhile",
    "tests/live/transport_server.py": "emits at a pace, as a busy hall does",
    "tests/printer/test_transports.py": "plays a USB printer that takes nothing for as long as it is asked to",
}
STARTS_ANYWHERE = ("queue_app/__init__.py", "queue_app/__main__.py", "queue_app/bootstrap.py")


def calls(method: str) -> list[str]:
    """List the files that call a function or method of this name, once for each call."""
    result = []
    for name, text in own_sources(".py").items():
        for node in ast.walk(ast.parse(text)):
            if isinstance(node, ast.Call):
                called = getattr(node.func, "attr", getattr(node.func, "id", None))
                result += [name] * (called == method)
    return result


def test_one_commit_site() -> None:
    """A second place that commits would bypass the hall's lock and its log."""
    assert calls("commit") == ["queue_app/store/unit_of_work.py"]


def test_only_the_tailer_emits() -> None:
    """Messages sent from elsewhere are not in the log, so a client that reconnects never gets them."""
    assert not [path for path in calls("emit") if not path.startswith("queue_app/live/")]


def test_no_test_waits_for_a_while() -> None:
    """Each exception is still one, and says why."""
    kinds = {".py", ".mjs", ".js", ".cjs"}
    waits = {
        path.as_posix()
        for path in files("tests")
        if path.suffix in kinds and FIXED_WAIT.search((ROOT / path).read_text("utf-8"))
    }
    used = {name for name in MAY_LET_TIME_PASS if any(path.startswith(name) for path in waits)}
    assert used == set(MAY_LET_TIME_PASS)
    assert [path for path in sorted(waits) if not path.startswith(tuple(MAY_LET_TIME_PASS))] == []


def test_roles_are_compared_in_one_place() -> None:
    """A comparison elsewhere would be a second table of permissions."""
    comparing = {
        name
        for name, text in own_sources(".py").items()
        for node in ast.walk(ast.parse(text))
        if isinstance(node, ast.Compare)
        if any(isinstance(part, ast.Attribute) and part.attr == "role" for part in ast.walk(node))
    }
    assert comparing == {"queue_app/domain/permissions.py"}


def test_only_marks_ask_who_is_signed_in() -> None:
    """A page that asks by itself would be public and yet not for everybody."""
    # Staff may use any kiosk; the sign-in form leads on whoever is signed in already.
    elsewhere = {"queue_app/web/device_auth.py", "queue_app/web/pages/sign_in.py"}
    assert set(calls("current_officer")) == {"queue_app/web/permissions.py"} | elsewhere


def test_no_file_too_long() -> None:
    """A file that passes the limit is to be split."""
    lines = {name: text.count("\n") for name, text in {**own_sources(".py"), **own_sources(".js")}.items()}
    assert {name: count for name, count in lines.items() if count > LONGEST_FILE} == {}


@pytest.mark.parametrize("suffix", [".py", ".js", ".mjs", ".cjs", ".ts", ".css", ".html", ".mako"])
def test_no_line_too_long(suffix: str) -> None:
    """The formatters leave text in quotes and templates alone, and none of them reads HTML."""
    sources = own_sources(suffix, (*INSTALLED, "tests"))
    lines = [(name, at, line) for name, text in sources.items() for at, line in enumerate(text.splitlines(), 1)]
    assert [f"{name}:{at}" for name, at, line in lines if len(line) > LONGEST_LINE] == []


def function_lengths(text: str) -> list[int]:
    """The lines of each function and method of a formatted script: it ends at the indentation it begins at."""
    lines = text.splitlines()
    lengths = []
    for at, line in enumerate(lines):
        if found := FUNCTION.match(line):
            indent = found[1]
            ends = (n for n in range(at + 1, len(lines)) if lines[n].startswith((f"{indent}}}", f"{indent})")))
            end = next((n for n in ends if not lines[n].endswith("{")), at)
            if lines[end] in (f"{indent}}}", f"{indent}}};"):
                lengths.append(end - at + 1)
    return lengths


def test_functions_of_the_browsers_side_are_short() -> None:
    """Nine of ten fit into twenty lines; one that does not is to be split before it is joined by others."""
    lengths = sorted(length for text in own_sources(".js").values() for length in function_lengths(text))
    assert len(lengths) > FEWEST_FUNCTIONS, "the measure no longer finds them"
    assert lengths[len(lengths) * 9 // 10] <= LONG_FUNCTION


def test_the_long_files_are_there() -> None:
    """A renamed file would begin late, and a processor would wait for it at the end."""
    assert [path for path in LONG if not path.exists()] == []


@pytest.mark.parametrize("name", STARTS_ANYWHERE)
def test_old_pythons_can_parse_the_start(name: str) -> None:
    """An old Python must get as far as the sentence that it is too old."""
    ast.parse((ROOT / name).read_text("utf-8"), feature_version=(3, 7))
