"""The voice of the hall: sentences of calls, their clips, and speech synthesis. Needs no internet."""

from .bank import Bank, Fault, Word
from .pronunciation import WrongWord
from .recording import WaveError
from .synthesis import Synthesiser, find_synthesiser
from .wording import LANGUAGES, sentence

__all__ = [
    "LANGUAGES",
    "Bank",
    "Fault",
    "Synthesiser",
    "WaveError",
    "Word",
    "WrongWord",
    "find_synthesiser",
    "sentence",
]
