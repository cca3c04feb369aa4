"""Checks of the sources: what must stay in one place, and how large a file may grow."""

from __future__ import annotations

import ast

import pytest

from tests.order import LONG
from tests.repository.tree import INSTALLED, ROOT, own_sources

LONGEST_FILE = 450
LONGEST_LINE = 120
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


def test_the_long_files_are_there() -> None:
    """A renamed file would begin late, and a processor would wait for it at the end."""
    assert [path for path in LONG if not path.exists()] == []


@pytest.mark.parametrize("name", STARTS_ANYWHERE)
def test_old_pythons_can_parse_the_start(name: str) -> None:
    """An old Python must get as far as the sentence that it is too old."""
    ast.parse((ROOT / name).read_text("utf-8"), feature_version=(3, 7))
