"""The page as the server sends it: data, escaping, unknown kiosks, words."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from kiosk import create_blueprint

KIOSK = Path(__file__).parents[2] / "kiosk"
LANGUAGES = ("id", "en", "ban")
WORDS = {name: json.loads((KIOSK / "locale" / f"{name}.json").read_text(encoding="utf-8")) for name in LANGUAGES}


@pytest.fixture
def client(hall: Any) -> Any:
    app = Flask("page_only")
    app.register_blueprint(create_blueprint(hall))
    return app.test_client()


def boot_of(body: str) -> dict[str, Any]:
    match = re.search(r'<script type="application/json" id="boot">(.*?)</script>', body, re.S)
    assert match
    return dict(json.loads(match[1]))


def test_boot_carries_what_the_page_starts_from(client: Any, hall: Any) -> None:
    answer = client.get("/kiosk/utama")
    boot = boot_of(answer.text)
    assert answer.status_code == 200
    assert answer.headers["Cache-Control"] == "no-store"
    assert boot["assets"] == "/assets/dev"
    assert boot["state"] == hall.kiosk_state
    assert boot["catalogue"] == hall.catalogue
    assert boot["timings"]["idle"] == hall.timings.idle
    assert boot["languages"] == list(LANGUAGES)
    assert boot["text"] == WORDS


def test_a_name_cannot_end_the_script(client: Any, hall: Any) -> None:
    evil = "</script><script>alert(1)</script>"
    hall.catalogue["agencies"][0]["short"] = evil
    hall.catalogue["hall"]["name"] = evil
    body = client.get("/kiosk/utama").text
    assert evil not in body
    assert boot_of(body)["catalogue"]["agencies"][0]["short"] == evil


def test_an_unknown_kiosk_says_so(client: Any) -> None:
    answer = client.get("/kiosk/nowhere")
    assert answer.status_code == 404
    assert WORDS["id"]["unknown.title"] in answer.text
    assert "nowhere" in answer.text


def test_the_source_has_no_inline_script_or_style(client: Any) -> None:
    body = client.get("/kiosk/utama").text
    assert not re.search(r"<style|\sstyle=|\son\w+=|<script(?![^>]*(src=|application/json))", body)


def test_all_languages_have_the_same_keys_and_places() -> None:
    for language in LANGUAGES[1:]:
        assert list(WORDS[language]) == list(WORDS["id"])
        for key, text in WORDS["id"].items():
            assert set(re.findall(r"\{\w+\}", WORDS[language][key])) == set(re.findall(r"\{\w+\}", text)), key


def test_every_key_the_page_uses_exists_and_every_key_is_used() -> None:
    source = "".join(path.read_text(encoding="utf-8") for path in KIOSK.glob("static/*.js"))
    source += "".join(path.read_text(encoding="utf-8") for path in KIOSK.glob("templates/**/*.html"))
    plain = {key.removesuffix(".one").removesuffix(".other") for key in WORDS["id"]}
    used = set(re.findall(r'view\.t\("([\w.]+)"', source)) | set(re.findall(r'words\["([\w.]+)"\]', source))
    assert used <= plain
    built = tuple(re.findall(r"`([\w.]+)\$\{", source))
    unused = {key for key in plain - used if f'"{key}"' not in source and not key.startswith(built)}
    assert unused == set()
