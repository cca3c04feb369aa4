"""The voice's words and clips, for administrators: missing words, recordings, pronunciation."""

from __future__ import annotations

from typing import Annotated, Any, Literal

import flask
from apiflask import APIBlueprint
from pydantic import BaseModel, Field

from queue_app.domain.catalogue import LANGUAGES
from queue_app.domain.errors import Refusal
from queue_app.domain.permissions import Permission
from queue_app.web.api.responses import STAFF, json_response, refusals
from queue_app.web.api.schemas.common import Language, Strict
from queue_app.web.context import current_context
from queue_app.web.permissions import needs
from queue_app.web.ports import ClipFault, Word
from queue_app.web.request_bodies import body_limit
from queue_app.web.texts import chosen_language, translate

blueprint = APIBlueprint("voice", __name__, url_prefix="/api/v1/voice", tag="voice")

MAX_RECORDING_BYTES = 2_000_000
_TEXT = Annotated[str, Field(min_length=1, max_length=120)]


class WordOut(BaseModel):
    """A word; `url` is its clip, null where it is missing."""

    text: str
    source: Literal["recorded", "made", "missing"]
    url: str | None


class VoiceOut(BaseModel):
    """All words by language, and the program that makes clips (null: there is none)."""

    synthesiser: str | None
    languages: dict[str, list[WordOut]]


class SentenceQuery(BaseModel):
    """A call whose sentence is wanted."""

    language: Language
    label: Annotated[str, Field(max_length=12)]
    counter: Annotated[str, Field(max_length=60)] = ""
    agency: Annotated[str, Field(max_length=60)] = ""


class SentenceOut(BaseModel):
    """The words of a call, in order."""

    words: list[WordOut]


class WordQuery(BaseModel):
    """A word of the voice."""

    language: Language
    text: _TEXT


class PronunciationIn(Strict):
    """The hall's own table: language → word → how to say it."""

    table: dict[str, dict[str, str]]


class PronunciationOut(BaseModel):
    """The hall's own table."""

    table: dict[str, dict[str, str]]


class VoiceFaultOut(BaseModel):
    """A word whose clip could not be made: the reason as a code, and as a sentence in the caller's language."""

    language: Language
    word: str
    code: str
    sentence: str


class BuiltOut(BaseModel):
    """Number of clips made, and the faults of those that could not be."""

    made: int
    faults: list[VoiceFaultOut]


def _word(word: Word) -> dict[str, Any]:
    url = None if word.address is None else current_context().voice.clips_url + word.address
    return {"text": word.text, "source": word.source, "url": url}


@blueprint.get("/words")
@needs(Permission.MANAGE_VOICE)
@blueprint.output(VoiceOut)
@blueprint.doc(summary="Words of the voice", security=STAFF, responses=refusals(staff=True))
def words() -> flask.Response:
    """List every word of each language, with its clip or without."""
    voice = current_context().voice
    languages = {language: [_word(word) for word in voice.words(language)] for language in LANGUAGES}
    return json_response({"synthesiser": voice.synthesiser(), "languages": languages})


@blueprint.get("/sentence")
@needs(Permission.MANAGE_VOICE)
@blueprint.input(SentenceQuery, location="query", arg_name="asked")
@blueprint.output(SentenceOut)
@blueprint.doc(summary="Words of a call", security=STAFF, responses=refusals(staff=True))
def sentence(asked: SentenceQuery) -> flask.Response:
    """Return the words of a call, in order."""
    words = current_context().voice.sentence(asked.language, asked.label, asked.counter, asked.agency)
    return json_response({"words": [_word(word) for word in words]})


@blueprint.put("/recording")
@needs(Permission.MANAGE_VOICE)
@body_limit(MAX_RECORDING_BYTES)
@blueprint.input(WordQuery, location="query", arg_name="asked")
@blueprint.output(WordOut)
@blueprint.doc(
    summary="Record a word",
    security=STAFF,
    responses=refusals("unknown_clip", "bad_recording", body=True, staff=True),
)
def record(asked: WordQuery) -> flask.Response:
    """Save a recording of a word: the body is a WAV file (`audio/wav`; PCM, 16 bit, at most 12 s and 2 MB)."""
    if flask.request.mimetype not in ("audio/wav", "audio/x-wav", "audio/wave", "audio/vnd.wave"):
        raise Refusal("unsupported_media")
    return json_response(_word(current_context().voice.record(asked.language, asked.text, flask.request.get_data())))


@blueprint.delete("/recording")
@needs(Permission.MANAGE_VOICE)
@blueprint.input(WordQuery, location="query", arg_name="asked")
@blueprint.output(WordOut)
@blueprint.doc(summary="Remove a recording", security=STAFF, responses=refusals("unknown_clip", staff=True))
def remove_recording(asked: WordQuery) -> flask.Response:
    """Remove the recording of a word; the synthesised clip is used again."""
    return json_response(_word(current_context().voice.remove_recording(asked.language, asked.text)))


@blueprint.get("/pronunciation")
@needs(Permission.MANAGE_VOICE)
@blueprint.output(PronunciationOut)
@blueprint.doc(summary="Pronunciation", security=STAFF, responses=refusals(staff=True))
def pronunciation() -> flask.Response:
    """Return the hall's own pronunciation table, which overrides the built-in one."""
    return json_response(
        {"table": {language: dict(words) for language, words in current_context().voice.pronunciation().items()}}
    )


@blueprint.put("/pronunciation")
@needs(Permission.MANAGE_VOICE)
@blueprint.input(PronunciationIn, arg_name="body")
@blueprint.output(PronunciationOut)
@blueprint.doc(
    summary="Change the pronunciation", security=STAFF, responses=refusals("bad_setting", body=True, staff=True)
)
def set_pronunciation(body: PronunciationIn) -> flask.Response:
    """Replace the hall's own table. Build the clips afterwards."""
    current_context().voice.set_pronunciation(body.table)
    return pronunciation()


@blueprint.post("/build")
@needs(Permission.MANAGE_VOICE)
@blueprint.output(BuiltOut)
@blueprint.doc(summary="Make missing clips", security=STAFF, responses=refusals("unsupported_media", staff=True))
def build() -> flask.Response:
    """Make the clips that are neither recorded nor made. Takes some seconds the first time."""
    count, faults = current_context().voice.build()
    return json_response({"made": count, "faults": [_fault(fault) for fault in faults]})


def _fault(fault: ClipFault) -> dict[str, str]:
    language = chosen_language()
    reason = translate(f"recording.{fault.code}", language, **fault.facts)
    names = {"tongue": translate(f"language.{fault.language}", language), "word": fault.word}
    sentence = translate("admin.voice.fault", language, **names, why=reason)
    return {"language": fault.language, "word": fault.word, "code": fault.code, "sentence": sentence}
