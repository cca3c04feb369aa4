"""The commands `queue-app voice …`: make the clips, write a call to a file, list missing words."""

from __future__ import annotations

import io
import wave
from pathlib import Path

import display.voice
from queue_app.adapters.voice import open_clip_library
from queue_app.cli.database import open_database
from queue_app.config import ConfigError, Settings
from queue_app.domain.catalogue import LANGUAGES
from queue_app.store.unit_of_work import Store

NO_SYNTHESISER = (
    "there is no synthesiser: run apt install espeak-ng, or pip install 'queue-app[voice]'; or record the words. "
    "Until then displays sound their gong only."
)


def build_clips(settings: Settings, *, again: bool = False, quiet: bool = False) -> int:
    """Make the clips that are missing, with `again` all synthesised ones. Return 0 if none is missing afterwards."""
    with open_database(settings) as engine:
        bank = open_clip_library(Store(engine), settings.voice_dir)
        synthesiser = display.voice.find_synthesiser()
        if synthesiser is None:
            if quiet:
                return 1
            raise ConfigError(NO_SYNTHESISER)
        made, faults = bank.make_missing(synthesiser, again=again)
    if not quiet:
        print(f"{made} clips made by {synthesiser.name}, in {settings.voice_dir}")
        for fault in faults:
            print(f"  not made: {fault}")
    return 1 if faults else 0


def list_words(settings: Settings, language: str) -> int:
    """Print each word and the source of its clip. Return 0 if none is missing."""
    with open_database(settings) as engine:
        words = open_clip_library(Store(engine), settings.voice_dir).words(language)
    for word in words:
        print(f"{word.source:9} {word.text}")
    missing = sum(word.source == "missing" for word in words)
    print(f"\n{len(words)} words, {missing} missing")
    return 1 if missing else 0


def write_call(settings: Settings, language: str, label: str, counter: str, agency: str, file: Path) -> int:
    """Write the sentence of a call to a WAV file, from the clips displays play. Return 0 if no word was missing."""
    if language not in LANGUAGES:
        raise ConfigError(f"--language must be one of {', '.join(LANGUAGES)}.")
    texts = display.voice.call_sentence(language, label, counter, agency)
    with open_database(settings) as engine:
        bank = open_clip_library(Store(engine), settings.voice_dir)
        words_by_text = {word.text: word for word in bank.words(language)}
    paths = [bank.folder / path for text in texts if text in words_by_text and (path := words_by_text[text].path)]
    missing = [text for text in texts if text not in words_by_text or words_by_text[text].path is None]
    print(" · ".join(texts))
    if missing:
        print(f"no clip for: {', '.join(missing)}")
    if paths:
        _join(paths, file)
        print(f"written to {file}")
    return 1 if missing else 0


def _join(paths: list[Path], file: Path) -> None:
    """Join clips to one file, resampled to the rate of the first."""
    buffer = io.BytesIO()
    with wave.open(buffer, "wb") as target:
        for n, path in enumerate(paths):
            with wave.open(str(path)) as source:
                if n == 0:
                    target.setparams(source.getparams())
                frames = source.readframes(source.getnframes())
                target.writeframes(_at_rate(frames, source.getframerate(), target.getframerate()))
    file.write_bytes(buffer.getvalue())


def _at_rate(frames: bytes, rate: int, target_rate: int) -> bytes:
    if rate == target_rate:
        return frames
    count = len(frames) // 2 * target_rate // rate
    return b"".join(frames[(at := n * rate // target_rate * 2) : at + 2] for n in range(count))
