"""The voice of the hall: sentences of calls, their clips, and speech synthesis. Needs no internet."""

from display.voice.call_phrases import LANGUAGES, call_sentence
from display.voice.clip_library import Clip, ClipFault, ClipLibrary

from .pronunciation import InvalidPronunciation
from .recording import InvalidRecording
from .synthesis import Synthesiser, find_synthesiser

__all__ = [
    "LANGUAGES",
    "Clip",
    "ClipFault",
    "ClipLibrary",
    "InvalidPronunciation",
    "InvalidRecording",
    "Synthesiser",
    "call_sentence",
    "find_synthesiser",
]
