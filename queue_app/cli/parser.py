"""The command line: `queue-app serve | demo | db | staff | hall | printer | agent | voice | doctor | simulate`."""

from __future__ import annotations

import argparse
import getpass
import json
import sys
from collections.abc import Sequence
from pathlib import Path

from queue_app import __version__
from queue_app.cli import printer_options, screen_files, serve
from queue_app.config import ConfigError, Settings, load
from queue_app.simulation import command as simulation

_OPENING_HOURS = "the demo hall with its real opening hours, holidays and breaks, when it is loaded"

_OPTIONS = {
    "host": "address to listen on (127.0.0.1)",
    "port": "port to listen on (8000)",
    "data-dir": "folder of the embedded database and of previews (./data)",
    "database-url": "sqlite:///… or postgresql://…; default: SQLite in the data folder",
    "public-url": "address that phones reach the server by, for the QR code on the ticket",
    "workers": "number of worker processes; more than one needs PostgreSQL",
    "transport": "lean or stock: how messages are sent to many screens at once",
    "trusted-proxies": "number of reverse proxies in front, whose X-Forwarded-* headers are believed",
    "log-level": "debug, info, warning or error",
    "voice": "auto or off: make the displays' missing clips when the server starts",
}


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code."""
    arguments = _parser().parse_args(sys.argv[1:] if argv is None else argv)
    options = {name.replace("-", "_"): getattr(arguments, name.replace("-", "_"), None) for name in _OPTIONS}
    try:
        settings = load(options)
        return int(arguments.run(settings, arguments))
    except (ConfigError, ValueError) as error:
        print(f"queue-app: {error}", file=sys.stderr)
        return 2


def _parser() -> argparse.ArgumentParser:
    common = argparse.ArgumentParser(add_help=False)
    for name, text in _OPTIONS.items():
        common.add_argument(f"--{name}", help=text)
    parser = argparse.ArgumentParser(prog="queue-app", description="Counter queue of a public-service hall.")
    parser.add_argument("--version", action="version", version=f"queue-app {__version__}")
    commands = parser.add_subparsers(required=True, metavar="command")
    for name, run, text in (
        ("serve", _serve, "run the server"),
        ("demo", _demo, "run it with the demo hall"),
    ):
        command = commands.add_parser(name, parents=[common], help=text)
        command.add_argument("--reload", action="store_true", help="restart when a file changes (developers)")
        if run is _demo:
            command.add_argument("--opening-hours", action="store_true", help=_OPENING_HOURS)
        command.set_defaults(run=run)
    doctor = commands.add_parser("doctor", parents=[common], help="check this installation and say what to do")
    doctor.set_defaults(run=_doctor)
    simulate = commands.add_parser("simulate", help="synthetic days through the real rules: waits, promises, overtime")
    simulation.add_options(simulate)
    simulate.set_defaults(run=lambda _settings, arguments: simulation.run(arguments))
    _database_commands(commands, common)
    _people_commands(commands, common)
    _voice_commands(commands, common)
    _screen_commands(commands, common)
    printer_options.add_commands(commands, common)
    return parser


def _database_commands(
    commands: argparse._SubParsersAction[argparse.ArgumentParser], common: argparse.ArgumentParser
) -> None:
    database = commands.add_parser("db", help="database: upgrade, check").add_subparsers(
        required=True, metavar="action"
    )
    upgrade = database.add_parser("upgrade", parents=[common], help="bring the database to the newest version")
    upgrade.add_argument("--demo", action="store_true", help="load the demo hall into an empty database")
    upgrade.add_argument("--opening-hours", action="store_true", help=_OPENING_HOURS)
    upgrade.set_defaults(run=_db_upgrade)
    check = database.add_parser("check", parents=[common], help="is the database at the newest version?")
    check.set_defaults(run=_db_check)


def _people_commands(
    commands: argparse._SubParsersAction[argparse.ArgumentParser], common: argparse.ArgumentParser
) -> None:
    staff = commands.add_parser("staff", help="staff accounts: add").add_subparsers(required=True, metavar="action")
    add = staff.add_parser("add", parents=[common], help="create an account; the password is asked for")
    add.add_argument("username")
    add.add_argument("--name", required=True, help="the person's name")
    add.add_argument("--role", default="officer", choices=["officer", "supervisor", "admin"])
    add.add_argument("--agency", help="code of the agency; leave out for the whole hall")
    add.add_argument("--password-stdin", action="store_true", help="read the password from standard input")
    add.set_defaults(run=_staff_add)
    hall = commands.add_parser("hall", help="the hall's description: load").add_subparsers(
        required=True, metavar="action"
    )
    fill = hall.add_parser("load", parents=[common], help="load a hall from a JSON file into an empty database")
    fill.add_argument("file", type=Path, help="a file like queue_app/demo/mpp_tabanan.json")
    fill.add_argument("--printer-url", default="preview://", help="printer address; {code} is the printer's code")
    fill.add_argument("--password-stdin", action="store_true", help="read the first password from standard input")
    fill.set_defaults(run=_hall_load)


def _voice_commands(
    commands: argparse._SubParsersAction[argparse.ArgumentParser], common: argparse.ArgumentParser
) -> None:
    voice = commands.add_parser("voice", help="clips of the displays' voice: build, say, list").add_subparsers(
        required=True, metavar="action"
    )
    build = voice.add_parser("build", parents=[common], help="make the clips that are missing")
    build.add_argument("--again", action="store_true", help="make those anew that were made before")
    build.add_argument("--quiet", action="store_true", help="say nothing")
    build.set_defaults(run=_voice_build)
    say = voice.add_parser("say", parents=[common], help="write the sentence of a call to a WAV file")
    say.add_argument("label", help="a number such as A-012")
    say.add_argument("--counter", default="", help="name of the counter, such as 'Loket 3'")
    say.add_argument("--agency", default="", help="short name of the agency")
    say.add_argument("--language", default="id", help="id, en or ban")
    say.add_argument("--output", type=Path, default=Path("say.wav"), help="file to write (say.wav)")
    say.set_defaults(run=_voice_say)
    listing = voice.add_parser("list", parents=[common], help="every word and where its clip comes from")
    listing.add_argument("--language", default="id", choices=["id", "en", "ban"], help="id, en or ban")
    listing.set_defaults(run=_voice_list)


def _screen_commands(
    commands: argparse._SubParsersAction[argparse.ArgumentParser], common: argparse.ArgumentParser
) -> None:
    policy = commands.add_parser("kiosk-policy", parents=[common], help="print Chromium's policy file for a screen")
    unit = commands.add_parser("screen-unit", parents=[common], help="print the file that starts a screen's browser")
    for command in (policy, unit):
        command.add_argument("--server", required=True, help="address of this server in the hall's network")
    unit.add_argument("--path", default="/screen", help="what to show (/screen), such as /kiosk/utama")
    unit.add_argument("--kind", default="systemd", choices=["systemd", "labwc"], help="systemd unit or labwc autostart")
    unit.add_argument("--user", default="screen", help="account that the browser runs under (screen)")
    policy.set_defaults(run=_kiosk_policy)
    unit.set_defaults(run=_screen_unit)


def _serve(settings: Settings, arguments: argparse.Namespace) -> int:
    return serve.run_server(settings, arguments, demo=False)


def _demo(settings: Settings, arguments: argparse.Namespace) -> int:
    return serve.run_server(settings, arguments, demo=True, opening_hours=arguments.opening_hours)


def _db_upgrade(settings: Settings, arguments: argparse.Namespace) -> int:
    from queue_app.cli.database import (
        prepare_database,
    )

    password = serve.DEMO_PASSWORD if arguments.demo else None
    prepare_database(settings, demo_password=password, opening_hours=arguments.opening_hours)
    return 0


def _db_check(settings: Settings, _arguments: argparse.Namespace) -> int:
    from queue_app.cli.database import check_database

    return check_database(settings)


def _staff_add(settings: Settings, arguments: argparse.Namespace) -> int:
    from queue_app.cli.database import create_account

    password = _password(arguments, f"Password for {arguments.username}: ")
    create_account(
        settings,
        username=arguments.username,
        name=arguments.name,
        password=password,
        role=arguments.role,
        agency=arguments.agency,
    )
    print(f"{arguments.username} can sign in now.")
    return 0


def _hall_load(settings: Settings, arguments: argparse.Namespace) -> int:
    from queue_app.cli.database import load_hall_file

    try:
        plan = json.loads(arguments.file.read_text(encoding="utf-8"))
    except (OSError, json.JSONDecodeError) as error:
        raise ConfigError(f"“{arguments.file}” cannot be read: {error}.") from error
    password = _password(arguments, "First password of all staff accounts in the file: ")
    load_hall_file(settings, plan, password=password, printer_url=arguments.printer_url)
    print("The hall is loaded.")
    return 0


def _password(arguments: argparse.Namespace, prompt: str) -> str:
    if arguments.password_stdin:
        return sys.stdin.readline().rstrip("\n")
    return getpass.getpass(prompt)


def _voice_build(settings: Settings, arguments: argparse.Namespace) -> int:
    from queue_app.cli.voice import build_clips

    return build_clips(settings, again=arguments.again, quiet=arguments.quiet)


def _voice_say(settings: Settings, arguments: argparse.Namespace) -> int:
    from queue_app.cli.voice import write_call

    return write_call(
        settings, arguments.language, arguments.label, arguments.counter, arguments.agency, arguments.output
    )


def _voice_list(settings: Settings, arguments: argparse.Namespace) -> int:
    from queue_app.cli.voice import list_words

    return list_words(settings, arguments.language)


def _kiosk_policy(_settings: Settings, arguments: argparse.Namespace) -> int:
    print(screen_files.chromium_policy(arguments.server), end="")
    return 0


def _screen_unit(_settings: Settings, arguments: argparse.Namespace) -> int:
    print(screen_files.start_file(arguments.server, arguments.path, arguments.kind, arguments.user), end="")
    return 0


def _doctor(settings: Settings, _arguments: argparse.Namespace) -> int:
    from queue_app.cli.doctor import examine

    return examine(settings)
