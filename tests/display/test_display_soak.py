"""A display that runs through thousands of calls keeps its memory."""

from __future__ import annotations

from typing import Any

from playwright.sync_api import CDPSession, Page, expect

from tests.display.conftest import catch_up

CALLS, BATCH = 2_000, 20
MOST_GROWTH_BYTES = 1_000_000


def heap(tools: CDPSession) -> int:
    """Return the heap in bytes after garbage collection."""
    for _ in range(2):
        tools.send("HeapProfiler.collectGarbage")
    used: int = tools.send("Runtime.getHeapUsage")["usedSize"]
    return used


def run_through(board: Page, fake_app: Any, count: int) -> None:
    """Make calls, and wait until the last one is shown and announced."""
    for _ in range(count // BATCH):
        fake_app.push(
            *(fake_app.call(f"A-{(fake_app.seq + 1) % 1000:03}", str(fake_app.seq % 9)) for _ in range(BATCH))
        )
        catch_up(board)
    last = fake_app.calls[0]["label"]
    expect(board.locator(".row .label").first).to_have_text(last, timeout=20_000)
    expect(board.locator(".hero .label")).to_have_text(last, timeout=60_000)


def test_two_thousand_calls_leave_nothing_behind(board: Page, fake_app: Any) -> None:
    fake_app.turn_ms = 0
    board.goto(f"{board.url}?voice=off")
    tools = board.context.new_cdp_session(board)
    run_through(board, fake_app, 200)
    before = heap(tools)
    run_through(board, fake_app, CALLS)
    grown = heap(tools) - before
    assert grown < MOST_GROWTH_BYTES, f"{grown} bytes more after {CALLS} calls"
    print(f"heap {before} → {before + grown} bytes after {CALLS} calls")
    assert board.evaluate("document.querySelectorAll('*').length") < 400
    assert board.evaluate("window.__sounds.length") == 0
