"""The voice of the hall: what is said, the clips it is said with, and how they are made. Needs no internet."""

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
