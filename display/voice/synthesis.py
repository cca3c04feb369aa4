"""Make clips by espeak-ng: the program, or the library that the package espeakng-loader brings.

Both are GPL and run in a separate process; nothing of them is imported here. Where neither is found, calls
have their gong only, until somebody records the words.
"""

from __future__ import annotations

import importlib.util
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

# espeak-ng has no Balinese; Indonesian sounds come nearest.
VOICES = {"id": "id", "en": "en-gb", "ban": "id"}
WORDS_A_MINUTE = 135
_SECONDS = 20
_BYTES_OF_TEXT = 400


class SynthesisError(Exception):
    """The synthesiser failed: the reason as a code with facts; the text is English, for logs and consoles."""

    def __init__(self, code: str, text: str, **facts: str) -> None:
        super().__init__(text)
        self.code = code
        self.facts = facts


@dataclass(frozen=True)
class Synthesiser:
    """A way to synthesise speech; `command` gets {voice}, {rate} and {file}, and the text on standard input."""

    name: str
    command: Sequence[str]

    def synthesise(self, language: str, text: str) -> bytes:
        """Synthesise a text as a WAV file. Raises SynthesisError."""
        with tempfile.TemporaryDirectory(prefix="queue-voice-") as folder:
            target = Path(folder, "clip.wav")
            facts = {"voice": VOICES[language], "rate": WORDS_A_MINUTE, "file": target}
            command = [part.format(**facts) for part in self.command]
            try:
                done = subprocess.run(
                    command, input=text.encode()[:_BYTES_OF_TEXT], capture_output=True, timeout=_SECONDS, check=False
                )
                if done.returncode == 0 and target.exists():
                    return target.read_bytes()
            except (OSError, subprocess.SubprocessError) as error:
                text = f"{self.name} does not run: {error}"
                raise SynthesisError("no_run", text, program=self.name, why=str(error)) from error
        output = done.stderr.decode(errors="replace").strip()[-200:]
        text = f"{self.name} ended with {done.returncode}: {output}"
        raise SynthesisError("no_sound", text, program=self.name, why=output or str(done.returncode))


def find_synthesiser() -> Synthesiser | None:
    """Return the program on PATH, else the library of espeakng-loader, else None."""
    program = shutil.which("espeak-ng")
    if program:
        return Synthesiser("espeak-ng", (program, "-v", "{voice}", "-s", "{rate}", "-w", "{file}", "--stdin"))
    # find_spec looks for the package without running any of it.
    if importlib.util.find_spec("espeakng_loader") is not None:
        child = str(Path(__file__).with_name("espeak_child.py"))
        return Synthesiser("espeakng-loader", (sys.executable, "-P", child, "{voice}", "{rate}", "{file}"))
    return None
