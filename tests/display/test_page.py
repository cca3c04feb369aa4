"""The board's page as the server makes it."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

LOCALES = Path(__file__).resolve().parents[2] / "display/locale"


def boot_of(text: str) -> dict[str, Any]:
    found = re.search(r'<script type="application/json" id="boot">(.*?)</script>', text, re.DOTALL)
    assert found
    boot: dict[str, Any] = json.loads(found[1])
    return boot


def test_page_has_state_and_texts(house: Any) -> None:
    house.call("A-012", "3")
    answer = house.app.test_client().get("/display/a")
    assert answer.status_code == 200
    boot = boot_of(answer.text)
    assert boot["zone"] == {"code": "a", "name": house.zone}
    assert (boot["seq"], boot["state"]["calls"][0]["label"]) == (101, "A-012")
    assert (boot["assets"], boot["build"], boot["language"]) == ("/assets/b1", "b1", "id")
    assert boot["languages"] == ["id", "en", "ban"]
    assert set(boot["text"]) == {"id", "en", "ban"}
    assert '<html lang="id">' in answer.text
    assert "/assets/b1/kit/tokens.css" in answer.text


def test_names_cannot_end_the_script(house: Any) -> None:
    house.hall = "</script><script>alert(1)</script>&'\""
    text = house.app.test_client().get("/display/a").text
    assert "<script>alert" not in text
    assert boot_of(text)["hall"]["name"] == house.hall


def test_policy_needs_no_inline_script_or_style(house: Any) -> None:
    text = house.app.test_client().get("/display/a").text
    scripts = re.findall(r"<script([^>]*)>", text)
    assert all("src=" in script or "application/json" in script for script in scripts)
    assert "<style" not in text
    assert "style=" not in text


def test_unknown_zone(house: Any) -> None:
    assert house.app.test_client().get("/display/zz").status_code == 404


def test_name_falls_back_to_indonesian(house: Any) -> None:
    house.language = "ban"
    assert "<title>Zona A · MPP Tabanan</title>" in house.app.test_client().get("/display/a").text


@pytest.mark.parametrize("language", ["en", "ban"])
def test_catalogues_have_the_same_keys_and_places(language: str) -> None:
    first, other = (json.loads((LOCALES / f"{code}.json").read_text("utf-8")) for code in ("id", language))
    assert list(first) == list(other)
    for key, text in first.items():
        assert sorted(re.findall(r"\{\w+\}", text)) == sorted(re.findall(r"\{\w+\}", other[key])), key
        assert other[key].strip()


def test_every_text_the_board_asks_for_exists() -> None:
    code = (LOCALES.parent / "static/board.js").read_text("utf-8")
    asked = set(re.findall(r'"(board\.(?!reloaded)\w+)"', code))
    known = set(json.loads((LOCALES / "id.json").read_text("utf-8")))
    assert asked <= known
    assert known - asked == {"board.script"}
