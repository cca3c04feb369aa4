"""A print agent without a token: it shows a code, staff approve the code, and its token counts from then on."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable
from pathlib import Path

from printer.agent_wire import Refused, Server

LOOK_SECONDS = 3.0


def wait_for_approval(server: Server, say: Callable[[str], None] | None = None, pause: float = LOOK_SECONDS) -> str:
    """Show a code until somebody of the staff has approved it; the token. Waits for ever, whatever the server does."""
    say = say or _on_the_console
    shown, trouble = "", ""
    while True:
        try:
            told = server.pair()
        except (OSError, Refused, ValueError) as error:
            if str(error) != trouble:
                trouble = str(error)
                say(f"No code yet, trying again: {trouble}")
        else:
            if told.approved:
                say("This print agent was let in.")
                return told.token
            if told.code != shown:
                shown, trouble = told.code, ""
                say(
                    f"\n  This print agent is new. Its code is  {shown[:3]} {shown[3:]}\n"
                    f"  Let it in at  {told.address}\n"
                )
        time.sleep(pause)


def keep_token(path: Path, token: str) -> None:
    """Write the token to a file that only whoever runs the agent can read. OSError if there is a file already."""
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        file.write(f"{token}\n")


def _on_the_console(text: str) -> None:
    print(text, file=sys.stderr, flush=True)
