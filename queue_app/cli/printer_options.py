"""The arguments of `queue-app printer …` and `queue-app agent …`."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from pathlib import Path
from typing import Any

from queue_app.config import Settings

_ADDRESS = "such as tcp://10.0.0.5:9100, usb://04b8:0e28, file:///dev/usb/lp0 or agent://kiosk-1/usb"
_YES = "do it without asking"

Commands = Any  # argparse has no public name for the type of its sub-commands


def add_commands(commands: Commands, common: argparse.ArgumentParser) -> None:
    """Add the commands `printer` and `agent` with their actions."""
    printer = commands.add_parser("printer", help="printers: list, add, set, probe, test, logo, remove, discover")
    _printer(printer.add_subparsers(required=True, metavar="action"), common)
    agent = commands.add_parser("agent", help="print agents on kiosks' own PCs: list, add, revoke")
    _agent(agent.add_subparsers(required=True, metavar="action"), common)


def _printer(actions: Commands, common: argparse.ArgumentParser) -> None:
    listing = actions.add_parser("list", parents=[common], help="all printers and their status")
    listing.set_defaults(run=_run("printer_list"))
    add = actions.add_parser("add", parents=[common], help="add a printer")
    add.add_argument("code", help="a short name such as utama")
    add.add_argument("address", help=_ADDRESS)
    _settings(add)
    add.set_defaults(run=_run("printer_add"))
    change = actions.add_parser("set", parents=[common], help="change what is named, and nothing else")
    change.add_argument("code", help="the printer's short name")
    change.add_argument("--address", help=_ADDRESS)
    _settings(change)
    change.set_defaults(run=_run("printer_set"))
    probe = actions.add_parser("probe", parents=[common], help="check the status of a printer; prints nothing")
    probe.add_argument("printer", help="its short name, or an address that is not added yet")
    probe.set_defaults(run=_run("printer_probe"))
    test = actions.add_parser("test", parents=[common], help="print a test, and say what became of it")
    test.add_argument("code", help="the printer's short name")
    test.add_argument("--language", default="id", choices=["id", "en", "ban"], help="of the test (id)")
    test.add_argument("--wait", type=int, default=30, metavar="SECONDS", help="wait so long for it (30)")
    test.set_defaults(run=_run("printer_test"))
    remove = actions.add_parser("remove", parents=[common], help="take a printer out of use")
    remove.add_argument("code", help="the printer's short name")
    remove.add_argument("--yes", action="store_true", help=_YES)
    remove.set_defaults(run=_run("printer_remove"))
    logo = actions.add_parser("logo", parents=[common], help="put a PNG file at the top of tickets, or take it away")
    logo.add_argument("file", nargs="?", type=Path, help="the PNG file; dark on white or transparent")
    logo.add_argument("--agency", metavar="CODE", help="on the tickets of one agency; without: of the whole hall")
    logo.add_argument("--width", type=int, default=256, metavar="DOTS", help="width, 64 to 576; 8 dots are 1 mm (256)")
    logo.add_argument("--dither", action="store_true", help="grey becomes dots instead of black or white")
    logo.add_argument("--threshold", type=int, default=128, help="what is darker is black, 1 to 255 (128)")
    logo.add_argument("--remove", action="store_true", help="take the logo away")
    logo.set_defaults(run=_run("printer_logo"))
    discover = actions.add_parser("discover", parents=[common], help="discover printers that could be added")
    discover.add_argument(
        "hosts", nargs="*", metavar="HOST[:PORT]", help="computers and printers of the network to try"
    )
    discover.set_defaults(run=_run("printer_discover"))


def _settings(command: argparse.ArgumentParser) -> None:
    command.add_argument("--paper", type=int, choices=[80, 58], help="width of the paper in millimetres (80)")
    command.add_argument("--kiosk", action="append", metavar="CODE", help="a kiosk that prints here; once for each")
    command.add_argument("--zone", metavar="CODE", help="where its visitors are, if not where its kiosks are")
    command.add_argument("--fallback", metavar="CODE", help="the printer that takes its jobs over first")
    command.add_argument("--place", metavar="WORDS", help="where a visitor finds it, in Indonesian")
    command.add_argument("--roll", type=int, metavar="METRES", help="length of a new roll, to estimate what is left")


def _agent(actions: Commands, common: argparse.ArgumentParser) -> None:
    listing = actions.add_parser("list", parents=[common], help="all print agents, and when each was last seen")
    listing.set_defaults(run=_run("agent_list"))
    add = actions.add_parser("add", parents=[common], help="pair a print agent; its token is printed once")
    add.add_argument("code", help="a short name such as kiosk-1")
    add.add_argument("--name", help="what people call the PC (the short name)")
    add.set_defaults(run=_run("agent_add"))
    revoke = actions.add_parser("revoke", parents=[common], help="revoke a print agent's token")
    revoke.add_argument("code", help="the agent's short name")
    revoke.add_argument("--yes", action="store_true", help=_YES)
    revoke.set_defaults(run=_run("agent_revoke"))


def _run(verb: str) -> Callable[[Settings, argparse.Namespace], int]:
    def run(settings: Settings, arguments: argparse.Namespace) -> int:
        # Only these commands load the database and the printer package.
        from queue_app.cli import agents, printers

        module = agents if verb.startswith("agent_") else printers
        exit_code: int = getattr(module, verb)(settings, arguments)
        return exit_code

    return run
