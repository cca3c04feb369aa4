"""Texts about printers: advice and reasons in the reader's language."""

from __future__ import annotations

from queue_app.domain.print_outcome import Outcome, parse_outcome
from queue_app.web.ports import Advice, Json
from queue_app.web.texts import chosen_language, setting_words, translate


def advice_json(advice: Advice | None) -> Json | None:
    """Describe advice for the API, its sentence in the caller's language."""
    if advice is None:
        return None
    words = {**advice.facts, **({"why": _why(advice, advice.facts["why"])} if "why" in advice.facts else {})}
    sentence = translate(f"admin.printers.advice.{advice.code}", chosen_language(), **words)
    return {"code": advice.code, "facts": dict(advice.facts), "sentence": sentence}


def _why(advice: Advice, text: str) -> str:
    """Return the reason in the caller's language; an unknown reason stays as the system or the printer said it."""
    if advice.mistake is not None:
        return setting_words(advice.mistake.code, advice.mistake.facts)
    reason = parse_outcome(text)
    return text if reason is None or reason.code == "other" else outcome_words(reason, chosen_language())


def reason_json(outcome: Outcome | None) -> Json | None:
    """Describe why a print job or printer is not simply well, for the API: a sentence in the caller's language too."""
    if outcome is None:
        return None
    return {"code": outcome.code, "facts": dict(outcome.facts), "sentence": outcome_words(outcome, chosen_language())}


def with_sentence(job: Json) -> Json:
    """Add the sentence in the caller's language to the reason of a print job of the API."""
    if job["reason"] is None:
        return job
    return {**job, "reason": reason_json(Outcome(**job["reason"], ending=job["ending"]))}


def outcome_words(outcome: Outcome, language: str) -> str:
    """Describe an outcome as words to stand behind a colon or between brackets."""
    text = translate(f"officer.alarm.why.{outcome.code}", language)
    if "why" in outcome.facts:
        text = f"{text} ({outcome.facts['why']})"
    if outcome.ending is not None:
        text = f"{text}; {translate('officer.alarm.why.then.' + outcome.ending, language)}"
    return text
