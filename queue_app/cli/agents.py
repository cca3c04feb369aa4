"""The commands `queue-app agent …`; each returns its exit code."""

from __future__ import annotations

import argparse
import sys

from printer.diagnosis import trouble_words
from queue_app.cli.console import ago, confirm, now, open_hall, print_table
from queue_app.config import Settings, command
from queue_app.domain.clock import to_ms
from queue_app.domain.device import DeviceKind
from queue_app.services.devices import tokens
from queue_app.services.printing import print_jobs
from queue_app.services.printing.printer_health import AGENT_TIMEOUT_SECONDS, agent_of


def agent_list(settings: Settings, _arguments: argparse.Namespace) -> int:
    """Print all print agents. Return 1 if one that should be there is away or lacks something."""
    with open_hall(settings) as store:
        listed = tokens.devices(store, DeviceKind.AGENT)
        all_printers = print_jobs.printers(store)
    if not listed:
        print(f"There is no print agent yet. Let one in: {command('agent add CODE')}")
        return 0
    printers = {
        agent.code: [each.code for each in all_printers if agent_of(each.url) == agent.code] for agent in listed
    }
    rows = [(agent.code, agent.name, _last_seen(agent), ", ".join(printers[agent.code]) or "-") for agent in listed]
    print_table(("code", "name", "state", "printers"), rows)
    for agent in listed:
        if agent.trouble and agent.revoked_at is None:
            print(f"\n{agent.code}: {trouble_words(agent.trouble)}")
    return 0 if all(agent.revoked_at is not None or _is_well(agent) for agent in listed) else 1


def _last_seen(agent: tokens.Device) -> str:
    if agent.revoked_at is not None:
        return "revoked"
    if agent.last_seen_at is None:
        return "never seen"
    return f"{'' if _is_connected(agent) else 'away, '}seen {ago(agent.last_seen_at)} ago"


def _is_connected(agent: tokens.Device) -> bool:
    return agent.last_seen_at is not None and to_ms(now()) - agent.last_seen_at < AGENT_TIMEOUT_SECONDS * 1000


def _is_well(agent: tokens.Device) -> bool:
    return _is_connected(agent) and not agent.trouble


def agent_add(settings: Settings, arguments: argparse.Namespace) -> int:
    """Pair a print agent and print its token, which is shown once."""
    with open_hall(settings) as store:
        token = tokens.add_device(store, DeviceKind.AGENT, arguments.code, arguments.name or arguments.code, now())
    server = settings.public_url or "http://THIS-SERVER:8000"
    print(token)
    print(
        f"\nThis is the token of {arguments.code}, shown this once. On the PC with the printer, put it into a file\n"
        f"that only its owner may read, and start:\n\n"
        f"  queue-printer --server {server} --token-file queue-printer.token --printer usb=usb://04b8:0e28\n\n"
        f"Then add the printer here: {command(f'printer add CODE agent://{arguments.code}/usb')}",
        file=sys.stderr,
    )
    return 0


def agent_revoke(settings: Settings, arguments: argparse.Namespace) -> int:
    """Revoke a print agent's token, after a question. Return 1 if the answer is no."""
    with open_hall(settings) as store:
        own = [printer.code for printer in print_jobs.printers(store) if agent_of(printer.url) == arguments.code]
        lost = f" Printer {', '.join(own)} then prints nothing." if own else ""
        if not confirm(f"Lock print agent {arguments.code} out?{lost}", yes=arguments.yes):
            return 1
        tokens.revoke_device(store, DeviceKind.AGENT, arguments.code, now())
    print(f"{arguments.code} is revoked: its next request is refused.")
    return 0
