"""The voice alone: what is said, which clip says it, and what an uploaded file may be."""

from __future__ import annotations

import io
import json
import math
import struct
import sys
import wave as riff
from array import array
from pathlib import Path
from typing import Any

import pytest

from display.voice import LANGUAGES, ClipLibrary, InvalidRecording, Synthesiser, call_sentence, find_synthesiser
from display.voice.call_phrases import vocabulary
from display.voice.pronunciation import check_table
from display.voice.recording import LONGEST_SECONDS, normalise_recording
from display.voice.synthesis import SynthesisError

CASES: list[dict[str, Any]] = json.loads((Path(__file__).parent / "sentences.json").read_text("utf-8"))
NAMES = ("Disdukcapil", "Loket 3", "Loket C3", "Loket Bantuan Lansia")


def duration_seconds(data: bytes) -> float:
    """Return the length of a clean recording in seconds."""
    with riff.open(io.BytesIO(data)) as file:
        return float(file.getnframes() / file.getframerate())


def wav(length: float = 0.5, rate: int = 22_050, channels: int = 1, width: int = 2, loud: int = 9_000) -> bytes:
    """Make a WAV file: a tone between two silences of 0.2 s."""
    tone = [round(loud * math.sin(n / 8)) for n in range(round(length * rate))]
    quiet = [0] * round(0.2 * rate)
    made = io.BytesIO()
    with riff.open(made, "wb") as file:
        file.setnchannels(channels)
        file.setsampwidth(width)
        file.setframerate(rate)
        samples = array("h", [sample for sample in (*quiet, *tone, *quiet) for _ in range(channels)])
        file.writeframes(samples.tobytes() if width == 2 else bytes(len(samples) * width))
    return made.getvalue()


@pytest.fixture
def bank(tmp_path: Path) -> ClipLibrary:
    return ClipLibrary(tmp_path / "voice", lambda: NAMES)


class RecordingSynthesiser(Synthesiser):
    """Synthesiser that records the texts, and makes a tone."""

    def __init__(self) -> None:
        super().__init__("scribe", ())
        object.__setattr__(self, "said", [])

    def synthesise(self, language: str, text: str) -> bytes:
        self.said.append((language, text))
        if text == "kosong":
            raise SynthesisError("no_sound", "nothing to hear")
        return wav()


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case['language']} {case['label']} {case['counter']}")
def test_sentence(case: dict[str, Any]) -> None:
    assert call_sentence(case["language"], case["label"], case["counter"], case["agency"]) == case["words"]


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_word_of_every_sentence_is_a_word_of_the_bank(language: str) -> None:
    known = set(vocabulary(language, NAMES))
    assert 55 <= len(known) <= 75
    for number in range(1, 100):
        said = call_sentence(
            language, f"{'ABCDEFGHIJKLMNOPQRSTUVWXYZ'[number % 26]}-{number:03}", f"Loket {number}", "Disdukcapil"
        )
        assert set(said) <= known, said
    assert set(call_sentence(language, "Z-1", "Loket Bantuan Lansia", "Disdukcapil")) <= known


def test_names_that_are_spelled_need_no_clip() -> None:
    assert {"3", "C3", "Loket 3"} & set(vocabulary("id", NAMES)) == set()


class TestBank:
    """Recorded clips go before made ones; every clip is made once."""

    def test_missing_made_recorded_forgotten(self, bank: ClipLibrary) -> None:
        word = next(word for word in bank.words("id") if word.text == "loket")
        assert (word.source, word.address) == ("missing", None)
        scribe = RecordingSynthesiser()
        made, faults = bank.make_missing(scribe)
        assert (made, faults) == (sum(len(vocabulary(language, NAMES)) for language in LANGUAGES), [])
        assert ("id", "lokét") in scribe.said
        assert bank.make_missing(scribe) == (0, [])
        assert bank.manifest()["id"]["clips"]["loket"].startswith("made/id/loket-")
        assert bank.record("id", "loket", wav(0.3)).source == "recorded"
        address = bank.manifest()["id"]["clips"]["loket"]
        assert address.startswith("recorded/id/loket-")
        path = address.partition("?")[0].removesuffix(".wav").split("/")
        assert duration_seconds(bank.file(*path).read_bytes()) < 0.4
        assert bank.remove_recording("id", "loket").source == "made"
        assert bank.remove_recording("id", "loket").source == "made"

    def test_pronunciation_makes_the_clip_anew(self, bank: ClipLibrary) -> None:
        scribe = RecordingSynthesiser()
        bank.make_missing(scribe, ["id"])
        before = bank.manifest()["id"]["clips"]
        bank.set_pronunciation({"id": {"Disdukcapil": "dis-duk-ca-pil"}})
        assert "Disdukcapil" not in bank.manifest()["id"]["clips"]
        assert bank.make_missing(scribe, ["id"]) == (1, [])
        assert scribe.said[-1] == ("id", "dis-duk-ca-pil")
        assert bank.manifest()["id"]["clips"] != before

    def test_a_word_that_cannot_be_made_does_not_stop_the_others(self, bank: ClipLibrary) -> None:
        bank.set_pronunciation({"id": {"loket": "kosong"}})
        made, faults = bank.make_missing(RecordingSynthesiser(), ["id"])
        assert made == len(vocabulary("id", NAMES)) - 1
        assert [str(fault) for fault in faults] == ["id “loket”: nothing to hear"]

    def test_only_words_of_the_hall_can_be_recorded(self, bank: ClipLibrary) -> None:
        for language, text in (("id", "../../etc/passwd"), ("xx", "loket"), ("id", "")):
            with pytest.raises(KeyError):
                bank.record(language, text, wav())

    @pytest.mark.parametrize(
        "address",
        [("recorded", "id", ".."), ("made", "..", "x"), ("..", "id", "x"), ("made", "id", "a/b"), ("made", "id", "")],
    )
    def test_addresses_lead_nowhere_else(self, bank: ClipLibrary, address: tuple[str, str, str]) -> None:
        (bank.folder / "made/id").mkdir(parents=True)
        assert bank.file(*address) is None

    def test_a_broken_table_is_as_none(self, bank: ClipLibrary) -> None:
        bank.folder.mkdir()
        (bank.folder / "pronunciation.json").write_text("{", "utf-8")
        assert bank.own_pronunciation() == {}

    @pytest.mark.parametrize(
        "table",
        [
            [],
            {"fr": {}},
            {"id": []},
            {"id": {"a": 1}},
            {"id": {"a": "<audio src='x'/>"}},
            {"id": {"a": "\x01"}},
            {"id": {"a": " "}},
            {"id": {"a": "x" * 200}},
        ],
    )
    def test_tables_that_cannot_be(self, table: object) -> None:
        with pytest.raises(ValueError, match=r"^(The table|Each language|“)"):
            check_table(table)


class TestWave:
    """What an uploaded file may be."""

    @pytest.mark.parametrize("shape", [{}, {"channels": 2}, {"rate": 8_000}, {"rate": 48_000, "channels": 2}])
    def test_good(self, shape: dict[str, int]) -> None:
        made = normalise_recording(wav(**shape))
        assert made[:4] == b"RIFF"
        with riff.open(io.BytesIO(made)) as file:
            assert (file.getnchannels(), file.getsampwidth()) == (1, 2)
        assert duration_seconds(made) == pytest.approx(0.55, abs=0.02)  # its silence is cut off
        assert normalise_recording(made) == made

    def test_what_else_the_file_carries_is_left_behind(self) -> None:
        data = wav()
        extra = b"LIST" + struct.pack("<I", 12) + b"<script>!!!!"
        tainted = data[:12] + extra + data[12:]
        tainted = tainted[:4] + struct.pack("<I", len(tainted) - 8) + tainted[8:]
        assert b"script" not in normalise_recording(tainted)

    @pytest.mark.parametrize(
        ("data", "why"),
        [
            (b"", "not a WAV"),
            (b"<html>", "not a WAV"),
            (b"RIFF\xff\xff\xff\xffWAVE", "damaged"),
            (b"RIFF\x00\x00\x00\x00WAVEfmt \xff\xff\xff\xff", "damaged"),
            (wav()[:30], "damaged"),
            (wav()[:36], "damaged"),
            (wav(width=1), "PCM with 16 bits"),
            (wav(rate=96_000), "PCM with 16 bits"),
            (wav(channels=3), "PCM with 16 bits"),
            (wav(loud=0), "silent"),
            (wav(length=LONGEST_SECONDS + 1, rate=8_000), "longer than"),
            (bytes(3_000_000), "larger than"),
            (wav().replace(b"\x01\x00\x01\x00", b"\x03\x00\x01\x00", 1), "damaged"),  # floating point
        ],
        ids=lambda value: value if isinstance(value, str) else "",
    )
    def test_bad(self, data: bytes, why: str) -> None:
        with pytest.raises(InvalidRecording, match=why):
            normalise_recording(data)

    def test_a_header_that_lies_about_its_length(self) -> None:
        data = wav()
        lying = data[:40] + struct.pack("<I", 0x7FFFFFFF) + data[44:]
        assert duration_seconds(normalise_recording(lying)) == pytest.approx(0.55, abs=0.02)


class TestSynthesis:
    """The real programs."""

    def test_espeak_says_something(self) -> None:
        found = find_synthesiser()
        assert found is not None
        assert found.name == "espeak-ng"
        for language in LANGUAGES:
            assert 0.2 < duration_seconds(normalise_recording(found.synthesise(language, "lokét"))) < 2

    def test_neither_is_there(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("PATH", "/nowhere")
        monkeypatch.setitem(sys.modules, "espeakng_loader", None)
        monkeypatch.setattr("importlib.util.find_spec", lambda _name: None)
        assert find_synthesiser() is None

    def test_the_library_is_used_where_there_is_no_program(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("PATH", "/nowhere")
        monkeypatch.setattr("importlib.util.find_spec", lambda _name: object())
        found = find_synthesiser()
        assert found is not None
        assert found.command[0] == sys.executable
        assert "espeakng_loader" not in sys.modules

    @pytest.mark.parametrize("command", [("/nowhere/espeak",), ("/bin/false",), ("/bin/true",)])
    def test_a_program_that_fails(self, command: tuple[str, ...]) -> None:
        with pytest.raises(SynthesisError):
            Synthesiser("broken", command).synthesise("id", "loket")
