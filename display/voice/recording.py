"""Check and normalise WAV files, uploaded or synthesised: mono, 16 bit, silence trimmed.

Only files written by this module are stored, so that other content of an uploaded file is dropped.
"""

from __future__ import annotations

import io
import sys
import wave
from array import array

MAX_BYTES = 2_000_000
LONGEST_SECONDS = 12
_RATES = range(8_000, 48_001)
_QUIET = 260  # of 32,767: below this a sample counts as silence
_MARGIN_SECONDS = 0.025  # of silence that stays at both ends


class InvalidRecording(ValueError):
    """An unusable recording; the text is an English sentence, `code` a word for the reason."""

    def __init__(self, code: str, text: str) -> None:
        super().__init__(text)
        self.code = code


def normalise_recording(data: bytes) -> bytes:
    """Normalise a recording: RIFF/WAVE, PCM, mono, 16 bit. Raises WaveError."""
    rate, samples = _read(data)
    samples = _trimmed(samples, rate)
    if not samples:
        raise InvalidRecording("silent", "The recording is silent.")
    return _written(rate, samples)


def _read(data: bytes) -> tuple[int, array[int]]:
    if len(data) > MAX_BYTES:
        raise InvalidRecording("large", f"The file is larger than {MAX_BYTES // 1_000_000} MB.")
    if data[:4] != b"RIFF" or data[8:12] != b"WAVE":
        raise InvalidRecording("no_wav", "This is not a WAV file.")
    try:
        with wave.open(io.BytesIO(data)) as file:
            channels, width, rate = file.getnchannels(), file.getsampwidth(), file.getframerate()
            if width != 2 or channels not in (1, 2) or rate not in _RATES:
                raise InvalidRecording("kind", "The file must be PCM with 16 bits, one or two channels, 8 to 48 kHz.")
            # The header's count may be wrong; read the frames that are there.
            frames = file.readframes(rate * LONGEST_SECONDS + 1)
    except (wave.Error, EOFError, ArithmeticError, ValueError, MemoryError) as error:
        if isinstance(error, InvalidRecording):
            raise
        raise InvalidRecording("damaged", "The file is damaged, or not PCM.") from error
    samples = array("h", frames[: len(frames) - len(frames) % (2 * channels)])
    if sys.byteorder == "big":
        samples.byteswap()
    if channels == 2:
        samples = array("h", ((left + right) // 2 for left, right in zip(samples[::2], samples[1::2], strict=True)))
    if len(samples) > rate * LONGEST_SECONDS:
        raise InvalidRecording("long", f"The recording is longer than {LONGEST_SECONDS} seconds.")
    return rate, samples


def _trimmed(samples: array[int], rate: int) -> array[int]:
    """Trim the silence at both ends, which would separate the words of a sentence."""
    loud = [n for n, sample in enumerate(samples) if abs(sample) > _QUIET]
    if not loud:
        return array("h")
    margin = round(rate * _MARGIN_SECONDS)
    return samples[max(0, loud[0] - margin) : loud[-1] + 1 + margin]


def _written(rate: int, samples: array[int]) -> bytes:
    if sys.byteorder == "big":
        samples.byteswap()
    made = io.BytesIO()
    with wave.open(made, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(rate)
        file.writeframes(samples.tobytes())
    return made.getvalue()
