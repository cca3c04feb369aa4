"""A program of its own, never imported: text on standard input → WAV, by the library that espeakng-loader brings.

    python -P espeak_child.py VOICE WORDS_A_MINUTE FILE

espeak-ng is under the GPL; this process uses it and ends, as the program `espeak-ng` would.
"""

from __future__ import annotations

import ctypes
import sys
import wave
from typing import Any

_SYNCHRONOUS = 2
_UTF8 = 1
_RATE = 1
_CALLBACK = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.POINTER(ctypes.c_short), ctypes.c_int, ctypes.c_void_p)


def main(voice: str, rate: int, file: str) -> int:
    """Synthesise the text on standard input into a WAV file, and return the exit code: 0 if there is sound."""
    import espeakng_loader  # type: ignore[import-not-found,unused-ignore]  # an optional extra

    library: Any = ctypes.CDLL(espeakng_loader.get_library_path())
    hertz = library.espeak_Initialize(_SYNCHRONOUS, 0, str(espeakng_loader.get_data_path()).encode(), 0)
    if hertz <= 0:
        print("the library does not start", file=sys.stderr)
        return 1
    chunks: list[bytes] = []

    def take(samples: Any, count: int, _events: Any) -> int:
        if samples and count > 0:
            chunks.append(ctypes.string_at(samples, count * 2))
        return 0

    callback = _CALLBACK(take)  # kept in a variable: the library holds no reference
    library.espeak_SetSynthCallback(callback)
    if library.espeak_SetVoiceByName(voice.encode()) != 0:
        print(f"there is no voice {voice}", file=sys.stderr)
        return 1
    library.espeak_SetParameter(_RATE, rate, 0)
    text = sys.stdin.buffer.read() + b"\0"
    library.espeak_Synth(text, ctypes.c_size_t(len(text)), 0, 0, 0, _UTF8, None, None)
    library.espeak_Synchronize()
    with wave.open(file, "wb") as made:
        made.setnchannels(1)
        made.setsampwidth(2)
        made.setframerate(hertz)
        made.writeframes(b"".join(chunks))
    return 0 if chunks else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], int(sys.argv[2]), sys.argv[3]))
