"""Checks of pages and scripts: what the content security policy or a plain-HTTP hall would refuse."""

from __future__ import annotations

import re

from tests.repository.tree import own_sources

INLINE = {
    "style attribute": re.compile(r"""\sstyle\s*=\s*["'](?!\$\{)""", re.IGNORECASE),
    "style element": re.compile(r"<style\b", re.IGNORECASE),
    "event attribute": re.compile(r"""<[^>]*\son[a-z]+\s*=\s*["']""", re.IGNORECASE),
    "address of another host": re.compile(r"""\b(?:src|href)\s*=\s*["']?(?:https?:)?//""", re.IGNORECASE),
}
SCRIPT = re.compile(r"<script\b[^>]*>", re.IGNORECASE)
MAY_BE_INLINE = re.compile(r"""\bsrc\s*=|\btype\s*=\s*["']application/json["']""", re.IGNORECASE)
NEEDS_A_SECURE_CONTEXT = re.compile(r"\b(?:randomUUID|serviceWorker|wakeLock|crypto\.subtle|getUserMedia)\b")


def test_templates_have_nothing_inline() -> None:
    """The policy blocks inline styles and scripts, and the hall may be without internet."""
    templates = list(own_sources(".html").items())
    assert templates
    assert [(name, what) for name, text in templates for what, bad in INLINE.items() if bad.search(text)] == []


def test_inline_scripts_are_data_only() -> None:
    """A script element has an address or holds JSON."""
    tags = [(name, tag) for name, text in own_sources(".html").items() for tag in SCRIPT.findall(text)]
    assert [(name, tag) for name, tag in tags if not MAY_BE_INLINE.search(tag)] == []


def test_scripts_write_no_style_attribute() -> None:
    """The policy blocks it there too; lit's styleMap goes through the CSSOM and is allowed."""
    bad = INLINE["style attribute"]
    assert [name for name, text in own_sources(".js").items() if bad.search(text)] == []


def test_scripts_need_no_secure_context() -> None:
    """A hall's server is reached by plain HTTP on its own network."""
    result = [(name, NEEDS_A_SECURE_CONTEXT.findall(text)) for name, text in own_sources(".js").items()]
    assert [(name, words) for name, words in result if words] == []
