"""The board's page as the server makes it."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

LOCALES = Path(__file__).resolve().parents[2] / "display/locale"


def boot_of(text: str) -> dict[str, Any]:
    match = re.search(r'<script type="application/json" id="boot">(.*?)</script>', text, re.DOTALL)
    assert match
    boot: dict[str, Any] = json.loads(match[1])
    return boot


def test_page_has_state_and_texts(fake_app: Any) -> None:
    fake_app.call("A-012", "3")
    answer = fake_app.app.test_client().get("/display/a")
    assert answer.status_code == 200
    boot = boot_of(answer.text)
    assert boot["zone"] == {"code": "a", "name": fake_app.zone}
    assert (boot["seq"], boot["state"]["calls"][0]["label"]) == (101, "A-012")
    assert (boot["assets"], boot["build"], boot["language"]) == ("/assets/b1", "b1", "id")
    assert boot["languages"] == ["id", "en", "ban"]
    assert set(boot["text"]) == {"id", "en", "ban"}
    assert '<html lang="id">' in answer.text
    assert "/assets/b1/kit/tokens.css" in answer.text


def test_names_cannot_end_the_script(fake_app: Any) -> None:
    fake_app.hall = "</script><script>alert(1)</script>&'\""
    text = fake_app.app.test_client().get("/display/a").text
    assert "<script>alert" not in text
    assert boot_of(text)["hall"]["name"] == fake_app.hall


def test_policy_needs_no_inline_script_or_style(fake_app: Any) -> None:
    text = fake_app.app.test_client().get("/display/a").text
    scripts = re.findall(r"<script([^>]*)>", text)
    assert all("src=" in script or "application/json" in script for script in scripts)
    assert "<style" not in text
    assert "style=" not in text


def test_unknown_zone(fake_app: Any) -> None:
    assert fake_app.app.test_client().get("/display/zz").status_code == 404


def test_name_falls_back_to_indonesian(fake_app: Any) -> None:
    fake_app.language = "ban"
    assert "<title>Zona A · MPP Tabanan</title>" in fake_app.app.test_client().get("/display/a").text


@pytest.mark.parametrize("language", ["en", "ban"])
def test_catalogues_have_the_same_keys_and_places(language: str) -> None:
    first, other = (json.loads((LOCALES / f"{code}.json").read_text("utf-8")) for code in ("id", language))
    assert list(first) == list(other)
    for key, text in first.items():
        assert sorted(re.findall(r"\{\w+\}", text)) == sorted(re.findall(r"\{\w+\}", other[key])), key
        assert other[key].strip()


STOPS = ("stopped", "quota", "predicted_stop")


def test_every_text_the_board_asks_for_exists() -> None:
    sources = [*(LOCALES.parent / "static").glob("*.js"), LOCALES.parent / "templates/display/basic.html"]
    code = "".join(path.read_text("utf-8") for path in sources)
    asked = set(re.findall(r'"(board\.(?!reloaded)\w+)"', code)) | {f"board.stop_{why}" for why in STOPS}
    keys = set(json.loads((LOCALES / "id.json").read_text("utf-8")))
    assert asked <= keys
    assert keys - asked == {"board.script"}


@pytest.mark.parametrize(
    ("query", "shown"),
    [
        ("", {"layout": "board", "theme": "dark", "voice": True, "volume": 80, "languages": []}),
        (
            "?layout=split&theme=light&voice=off&volume=30",
            {"layout": "split", "theme": "light", "voice": False, "volume": 30},
        ),
        (
            "?layout=nothing&volume=x&distance_m=1e9&inches=-1&languages=fr&colour=red",
            {"layout": "board", "volume": 80},
        ),
        ("?languages=en,ban&distance_m=12.5", {"languages": ["en", "ban"], "distance_m": 12.5}),
        ("?also=b,zz,b", {"also": ["b", "zz"]}),
        ("?also=b&layout=sign&counter=3", {"also": [], "layout": "sign"}),
        (f"?also={','.join('abcdefgh')}", {"also": []}),
    ],
)
def test_the_address_says_how_a_display_is(fake_app: Any, query: str, shown: dict[str, Any]) -> None:
    boot = boot_of(fake_app.app.test_client().get(f"/display/a{query}").text)
    assert {name: boot["screen"][name] for name in shown} == shown
    if "languages=en" in query:
        assert (boot["language"], boot["second"], boot["voice"]["language"]) == ("en", "ban", "id")


def test_a_display_may_show_further_zones(fake_app: Any) -> None:
    """Those that are there; the plain page too, and it says where each counter is."""
    fake_app.call("A-012", "3")
    fake_app.calls_of_b = [{**fake_app.call("B-001", "9"), "label": "B-001"}]
    fake_app.calls = fake_app.calls[1:]
    boot = boot_of(fake_app.app.test_client().get("/display/a?also=b,zz,a").text)
    (other,) = boot["others"]
    assert (boot["zone"]["code"], other["zone"]["code"], other["seq"]) == ("a", "b", 7)
    assert [call["label"] for call in other["state"]["calls"]] == ["B-001"]
    plain = fake_app.app.test_client().get("/display/a/basic?also=b").text
    assert "<b>Zona A · Zona B</b>" in plain
    assert plain.index("B-001") < plain.index("A-012"), "the newest call of all first"
    assert "<td>Loket 9 <small>Zona B</small></td>" in plain
    assert "Zona B" not in fake_app.app.test_client().get("/display/a/basic").text


def test_basic_page_is_plain_and_comes_again(fake_app: Any) -> None:
    fake_app.call("A-012", "3")
    fake_app.missed = ["A-004"]
    fake_app.hall = "<MPP>"
    answer = fake_app.app.test_client().get("/display/a/basic")
    assert answer.status_code == 200
    assert '<meta http-equiv="refresh" content="5">' in answer.text
    assert "<script" not in answer.text
    assert "<td>A-012</td><td>Loket 3</td>" in answer.text
    assert "&lt;MPP&gt;" in answer.text
    assert "A-004" in answer.text
    fake_app.opening = {"open": False, "why": "after_hours", "until": None, "occasion": None}
    assert "Tutup" in fake_app.app.test_client().get("/display/a/basic").text
    assert fake_app.app.test_client().get("/display/zz/basic").status_code == 404


@pytest.mark.parametrize("name", ["../secret.png", "a.html", ".hidden.png", "a.svg"])
def test_media_are_pictures_and_videos_of_one_folder(fake_app: Any, name: str) -> None:
    fake_app.media.mkdir()
    (fake_app.media / name.replace("../", "")).write_bytes(b"x")
    (fake_app.media.parent / "secret.png").write_bytes(b"x")
    assert fake_app.app.test_client().get(f"/display/media/{name}").status_code == 404
    listed = fake_app.app.test_client().get("/display/media.json").get_json()["media"]
    assert f"/{name}" not in str(listed)
