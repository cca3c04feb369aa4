"""Translated texts of the pages and of the refusals, from `queue_app/locale`."""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import cache
from importlib.resources import files

import flask

from queue_app.domain.catalogue import LANGUAGES

DEFAULT_LANGUAGE = "id"
LANGUAGE_COOKIE = "queue_language"


@cache
def all_texts(language: str) -> Mapping[str, str]:
    """Return all texts in one language."""
    text = files("queue_app").joinpath("locale", f"{language}.json").read_text(encoding="utf-8")
    loaded: dict[str, str] = json.loads(text)
    return loaded


@cache
def texts_for(*prefixes: str) -> Mapping[str, Mapping[str, str]]:
    """Return the texts a page needs, in every language: those whose key begins with one of `prefixes`."""
    return {
        language: {key: text for key, text in all_texts(language).items() if key.startswith(prefixes)}
        for language in LANGUAGES
    }


class _Facts(dict[str, object]):
    def __missing__(self, key: str) -> str:
        return "…"


def translate(key: str, language: str, **facts: object) -> str:
    """Return the text of `key` with its {facts} filled in; the key itself if it is not translated."""
    text = all_texts(language if language in LANGUAGES else DEFAULT_LANGUAGE).get(key)
    return key if text is None else text.format_map(_Facts(facts))


def chosen_language() -> str:
    """Return the language of this request: of the address, the cookie, or the browser; else Indonesian."""
    request = flask.request
    for asked in (request.args.get("language"), request.cookies.get(LANGUAGE_COOKIE)):
        if asked in LANGUAGES:
            return str(asked)
    return request.accept_languages.best_match(LANGUAGES, DEFAULT_LANGUAGE) or DEFAULT_LANGUAGE


def setting_words(wrong: str, facts: Mapping[str, object]) -> str:
    """Explain what is wrong with a setting, and what may have been meant, in the caller's language."""
    language = chosen_language()
    words = translate(f"setting.{wrong}", language, **facts)
    return f"{words} {translate('setting.nearest', language, **facts)}" if facts.get("nearest") else words
