"""The voice by its API: an administrator records words, sets how they are said, and hears a call."""

from __future__ import annotations

import io
import wave
from array import array
from typing import Any

import pytest

from display.voice import Synthesiser
from queue_app.background import Runtime
from tests.web.callers import Caller, SignIn

RECORDING = "/api/v1/voice/recording"


def wav(rate: int = 16_000) -> bytes:
    buffer = io.BytesIO()
    with wave.open(buffer, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(rate)
        file.writeframes(array("h", [9_000, -9_000] * (rate // 4)).tobytes())
    return buffer.getvalue()


@pytest.fixture
def admin(sign_in: SignIn) -> Caller:
    return sign_in("pengelola")


def record(caller: Caller, data: bytes, mimetype: str = "audio/wav", **asked: str) -> Any:
    query = {"language": "id", "text": "loket", **asked}
    return caller.call("PUT", RECORDING, query_string=query, data=data, content_type=mimetype)


def word(admin: Caller, text: str, language: str = "id") -> dict[str, Any]:
    result = admin.get("/voice/words").get_json()["languages"][language]
    (row,) = [word for word in result if word["text"] == text]
    return dict(row)


def test_a_recording_is_served_and_can_be_removed(admin: Caller, runtime: Runtime) -> None:
    assert word(admin, "loket") == {"text": "loket", "source": "missing", "url": None}
    url = record(admin, wav()).get_json()["url"]
    assert word(admin, "loket") == {"text": "loket", "source": "recorded", "url": url}
    clip = runtime.app.test_client().get(url)
    assert (clip.status_code, clip.mimetype) == (200, "audio/wav")
    assert {"immutable", "max-age=31536000", "public"} <= set(clip.headers["Cache-Control"].split(", "))
    bank = runtime.app.test_client().get("/display/voice/bank.json").get_json()
    assert bank["clips"] + bank["languages"]["id"]["clips"]["loket"] == url
    removed = admin.call("DELETE", RECORDING, query_string={"language": "id", "text": "loket"})
    assert removed.get_json()["source"] == "missing"
    assert runtime.app.test_client().get(url).status_code == 404


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"RIFF....WAVE", "bad_recording"),
        (b"<script>", "bad_recording"),
        (b"", "bad_recording"),
        (bytes(2_100_000), "too_large"),
    ],
)
def test_bad_files(admin: Caller, data: bytes, code: str) -> None:
    assert record(admin, data).get_json()["code"] == code
    assert word(admin, "loket")["source"] == "missing"


def test_other_words_and_kinds_are_refused(admin: Caller) -> None:
    assert record(admin, wav(), text="../loket").get_json()["code"] == "unknown_clip"
    assert record(admin, wav(), text="loket\0").get_json()["code"] == "unknown_clip"
    assert record(admin, wav(), language="fr").get_json()["code"] == "bad_request"
    assert record(admin, wav(), mimetype="text/html").get_json()["code"] == "unsupported_media"


def test_agencies_and_named_counters_are_words(admin: Caller) -> None:
    assert word(admin, "Disdukcapil")["source"] == "missing"
    response = admin.call(
        "GET", "/api/v1/voice/sentence", query_string={"language": "ban", "label": "A-012", "counter": "Loket 3"}
    ).get_json()
    assert [row["text"] for row in response["words"]][:5] == ["nomer antrean", "A", "nol", "siki", "kalih"]


def test_pronunciation(admin: Caller) -> None:
    table = {"id": {"Disdukcapil": "dis duk capil"}}
    assert admin.call("PUT", "/api/v1/voice/pronunciation", json={"table": table}).get_json() == {"table": table}
    assert admin.get("/voice/pronunciation").get_json() == {"table": table}
    refused = admin.call("PUT", "/api/v1/voice/pronunciation", json={"table": {"id": {"x": "<audio/>"}}}).get_json()
    assert refused["code"] == "bad_setting"
    assert (refused["field"], "“x”: ada tanda yang tidak dapat diucapkan." in refused["detail"]) == ("x", True)


def test_build_makes_what_is_missing(admin: Caller, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("display.voice.clip_library.vocabulary", lambda _language, _names: ["loket", "A"])
    built = admin.call("POST", "/api/v1/voice/build", json={}).get_json()
    assert built == {"made": 6, "faults": []}
    assert word(admin, "loket")["source"] == "made"
    assert admin.call("POST", "/api/v1/voice/build", json={}).get_json() == {"made": 0, "faults": []}


def test_what_could_not_be_made_is_said_in_the_callers_language(admin: Caller, monkeypatch: pytest.MonkeyPatch) -> None:
    broken = Synthesiser("espeak-ng", ("/bin/sh", "-c", "echo no voice >&2; exit 1"))
    monkeypatch.setattr("display.voice.find_synthesiser", lambda: broken)
    monkeypatch.setattr(
        "display.voice.clip_library.vocabulary", lambda language, _names: ["nol"] if language == "ban" else []
    )
    sentence = {
        "id": "Bali “nol”: espeak-ng tidak menghasilkan suara (no voice).",
        "en": "Bali “nol”: espeak-ng made no sound",
    }
    for language, words in sentence.items():
        (fault,) = admin.call("POST", f"/api/v1/voice/build?language={language}", json={}).get_json()["faults"]
        assert (fault["code"], fault["word"], fault["sentence"].startswith(words)) == ("no_sound", "nol", True), fault


def test_only_administrators(sign_in: SignIn) -> None:
    for caller in (sign_in("dukcapil1"), sign_in("penyelia")):
        assert caller.get("/voice/words").get_json()["code"] == "not_allowed"
        assert record(caller, wav()).get_json()["code"] == "not_allowed"
        assert caller.call("POST", "/api/v1/voice/build", json={}).get_json()["code"] == "not_allowed"
