"""Pairing of a print agent without a token: staff approve the code that the agent shows, and its token is valid."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable
from pathlib import Path

from printer.agent.server_client import RequestRefused, ServerClient

POLL_SECONDS = 3.0


def wait_for_approval(
    server: ServerClient, say: Callable[[str], None] | None = None, pause: float = POLL_SECONDS
) -> str:
    """Show a code until staff have approved it, and return the token. Waits for ever, whatever the server does."""
    say = say or _on_the_console
    shown, trouble = "", ""
    while True:
        try:
            pairing = server.pair()
        except (OSError, RequestRefused, ValueError) as error:
            if str(error) != trouble:
                trouble = str(error)
                say(f"No code yet, trying again: {trouble}")
        else:
            if pairing.approved:
                say("This print agent was approved.")
                return pairing.token
            if pairing.code != shown:
                shown, trouble = pairing.code, ""
                say(
                    f"\n  This print agent is new. Its code is  {shown[:3]} {shown[3:]}\n"
                    f"  Approve it at  {pairing.address}\n"
                )
        time.sleep(pause)


def keep_token(path: Path, token: str) -> None:
    """Write the token to a file that only the agent's account can read. Raises OSError if the file exists already."""
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        file.write(f"{token}\n")


def _on_the_console(text: str) -> None:
    print(text, file=sys.stderr, flush=True)
