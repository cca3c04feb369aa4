"""Tripwires about where files are: few loose modules, no base name for two things, no import cycle."""

from __future__ import annotations

import ast
from collections import Counter
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

from tests.repository.tree import PACKAGES, ROOT, files, own_sources

MAX_LOOSE_MODULES = 8
# Names that mean the same to Python, pytest or a reader wherever they are.
BY_CONVENTION = {"__init__.py", "__main__.py", "conftest.py", "README.md", "ports.py"}
# The same entity at another layer: a service, its adapter, snapshot, API, page, command and tests.
ENTITIES = {
    "agents",
    "boards",
    "calling_rules",
    "catalogue",
    "counter_actions",
    "counters",
    "database",
    "display_presence",
    "display_settings",
    "displays",
    "errors",
    "explanations",
    "hall",
    "hall_state_machine",
    "hours",
    "kiosk",
    "notices",
    "opening",
    "outlook",
    "pairing",
    "permissions",
    "preview",
    "print_jobs",
    "printers",
    "printing",
    "service_stop",
    "ticket",
    "tickets",
    "voice",
}


def test_few_loose_modules() -> None:
    """What belongs to a room is in it."""
    assert len(list((ROOT / "queue_app").glob("*.py"))) <= MAX_LOOSE_MODULES


def test_a_base_name_recurs_only_for_the_same_entity() -> None:
    """Somebody who opens a file by its name finds the one that was meant."""
    names = Counter(
        path.name
        for path in files(*PACKAGES, "migrations", "docs", "tests")
        if path.suffix != ".LICENSE" and not {"vendor", "locale"} & set(path.parts)
    )
    recurring = {name for name, count in names.items() if count > 1} - BY_CONVENTION
    assert sorted(name for name in recurring if Path(name).stem.removeprefix("test_") not in ENTITIES) == []


def test_no_import_cycle() -> None:
    """Not between two files of a room either, and not for types alone: each module can be read after those it needs."""
    sources = own_sources(".py", PACKAGES)
    modules = {_module(path): path for path in sources}
    imports = {name: _imports(ast.parse(sources[path]), name, path, modules) for name, path in modules.items()}
    try:
        TopologicalSorter(imports).prepare()
    except CycleError as error:
        raise AssertionError(" ← ".join(error.args[1])) from None


def _module(path: str) -> str:
    return path.removesuffix(".py").removesuffix("/__init__").replace("/", ".")


def _imports(tree: ast.Module, name: str, path: str, modules: dict[str, str]) -> set[str]:
    """Return the modules of the product that a module imports, also inside functions and for type checking."""
    found: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            found.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            package = name.split(".") if path.endswith("__init__.py") else name.split(".")[:-1]
            above = package[: len(package) - node.level + 1] if node.level else []
            base = ".".join([*above, *([node.module] if node.module else [])])
            members = {f"{base}.{alias.name}" for alias in node.names}
            found.update(members & modules.keys() or {base})
    return (found & modules.keys()) - {name}
