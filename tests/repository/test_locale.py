"""Checks of the translation catalogues: the three languages have the same keys and facts."""

from __future__ import annotations

import json
import re

import pytest

from printer.diagnosis import ADVICE
from printer.ports import Reason
from queue_app.domain.print_outcome import CODES, ENDINGS
from tests.repository.tree import own_sources

LANGUAGES = ("id", "en", "ban")
WRONG = re.compile(r"\b(?:BadSetting|InvalidValue|InvalidDisplayConfig|InvalidPronunciation)\(\s*\"(\w+)\"")
SILENT = re.compile(r"\b(?:InvalidRecording|SynthesisError)\(\s*\"(\w+)\"")
PLACEHOLDER = re.compile(r"\{(\w+)\}")

Catalogues = dict[str, dict[str, dict[str, str]]]


@pytest.fixture(scope="module")
def catalogues() -> Catalogues:
    """Load folder → language → key → text."""
    by_language: Catalogues = {}
    for name, text in own_sources(".json").items():
        folder, _, file = name.rpartition("/")
        if folder.endswith("/locale"):
            by_language.setdefault(folder, {})[file.removesuffix(".json")] = json.loads(text)
    assert by_language
    return by_language


def test_every_language_is_there(catalogues: Catalogues) -> None:
    """Each folder has a file for each language and no other."""
    assert [folder for folder, by_language in catalogues.items() if set(by_language) != set(LANGUAGES)] == []


def test_same_keys(catalogues: Catalogues) -> None:
    """No text is missing in a language, and none is left over."""
    wrong = {
        f"{folder}/{language}": sorted(set(texts) ^ set(by_language["id"]))
        for folder, by_language in catalogues.items()
        for language, texts in by_language.items()
        if set(texts) != set(by_language["id"])
    }
    assert wrong == {}


def test_same_placeholders(catalogues: Catalogues) -> None:
    """A text has the same {placeholders} in each language."""
    wrong = [
        f"{folder}/{language}: {key}"
        for folder, by_language in catalogues.items()
        for language, texts in by_language.items()
        for key, text in texts.items()
        if set(PLACEHOLDER.findall(text)) != set(PLACEHOLDER.findall(by_language["id"].get(key, text)))
    ]
    assert wrong == []


def test_what_is_wrong_has_words(catalogues: Catalogues) -> None:
    """A wrong setting, address or picture is said in three languages, and so is what ails a printer and what to do."""
    wrong = {code for text in own_sources(".py").values() for code in WRONG.findall(text)}
    assert {"choice", "option_unknown", "picture_kind"} <= wrong
    words = {f"setting.{code}" for code in wrong} | {f"admin.printers.advice.{code}" for code in ADVICE}
    assert sorted(set(Reason) - CODES) == []
    voice = {code for text in own_sources(".py").values() for code in SILENT.findall(text)}
    assert {"silent", "no_run"} <= voice
    words |= {f"recording.{code}" for code in voice}
    words |= {f"officer.alarm.why.{code}" for code in CODES} | {f"officer.alarm.why.then.{end}" for end in ENDINGS}
    assert sorted(words - set(catalogues["queue_app/locale"]["id"])) == []


SAID = re.compile(r"\bthis\.(say|sure)\(\s*\"([\w.]+)\"")


def test_what_a_page_says_has_words(catalogues: Catalogues) -> None:
    """Keys that an administration page puts together from two parts are not left behind by a renaming."""
    sources = {name: text for name, text in own_sources(".js").items() if "/static/admin/" in name}
    keys = catalogues["queue_app/locale"]["id"]
    said = {
        f"admin.printers.{word}" if kind == "say" else f"{word}_title"
        for name, text in sources.items()
        for kind, word in SAID.findall(text)
        if kind == "sure" or name.endswith("/printers.js")
    }
    assert "admin.printers.counter_reset" in said
    assert sorted(said - set(keys)) == []


def test_a_balinese_word_is_spelled_in_one_way(catalogues: Catalogues) -> None:
    """Screens write é, as in *nénten*; slips are printed without accents, and their words have none."""
    spellings: dict[str, set[str]] = {}
    for folder, by_language in catalogues.items():
        for text in by_language["ban"].values() if folder != "printer/paper/locale" else ():
            for word in re.findall(r"\w+", re.sub(r"{\w+}|\S+://\S*", "", text).lower()):
                spellings.setdefault(word.replace("é", "e"), set()).add(word)
    assert [ways for ways in spellings.values() if len(ways) > 1] == []
    assert not any("é" in text for text in catalogues["printer/paper/locale"]["ban"].values())


_NOT_OUR_WORDS = re.compile(r"antrian|\b(?:anjungan|kiosk)\b", re.IGNORECASE)


def test_no_empty_text_and_one_word_for_a_thing(catalogues: Catalogues) -> None:
    """No text is blank; *antrian* is not the official spelling, and a kiosk is a *kios* but in English."""
    wrong = [
        f"{folder}/{language}: {key}"
        for folder, by_language in catalogues.items()
        for language, texts in by_language.items()
        for key, text in texts.items()
        if not text.strip() or (language != "en" and _NOT_OUR_WORDS.search(text))
    ]
    assert wrong == []
