"""Texts about printers: advice and reasons in the reader's language."""

from __future__ import annotations

from queue_app.domain.print_detail import FaultDetail, parse_detail
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
    reason = parse_detail(text)
    return text if reason is None or reason.code == "other" else reason_words(reason, chosen_language())


def reason_json(detail: str) -> Json | None:
    """Describe why a print job or printer is not simply well, for the API: a sentence in the caller's language too."""
    reason = parse_detail(detail)
    if reason is None:
        return None
    return {"code": reason.code, "facts": dict(reason.facts), "sentence": reason_words(reason, chosen_language())}


def with_reason(job: Json) -> Json:
    """Add `reason` to a print job of the API."""
    return {**job, "reason": reason_json(str(job["detail"]))}


def reason_words(reason: FaultDetail, language: str) -> str:
    """Describe a reason as words to stand behind a colon or between brackets."""
    text = translate(f"officer.alarm.why.{reason.code}", language)
    if "why" in reason.facts:
        text = f"{text} ({reason.facts['why']})"
    if "then" in reason.facts:
        text = f"{text}; {translate('officer.alarm.why.then.' + reason.facts['then'], language)}"
    return text
