"""A display that runs through thousands of calls keeps its memory."""

from __future__ import annotations

from typing import Any

from playwright.sync_api import CDPSession, Page, expect

from tests.display.conftest import catch_up

CALLS, BATCH = 2_000, 20
MOST_GROWTH_BYTES = 1_000_000


def heap(tools: CDPSession) -> int:
    """Bytes in use after everything unused was thrown away."""
    for _ in range(2):
        tools.send("HeapProfiler.collectGarbage")
    used: int = tools.send("Runtime.getHeapUsage")["usedSize"]
    return used


def run_through(board: Page, house: Any, count: int) -> None:
    """So many calls, shown and announced to the last one."""
    for _ in range(count // BATCH):
        house.push(*(house.call(f"A-{(house.seq + 1) % 1000:03}", str(house.seq % 9)) for _ in range(BATCH)))
        catch_up(board)
    last = house.calls[0]["label"]
    expect(board.locator(".row .label").first).to_have_text(last, timeout=20_000)
    expect(board.locator(".hero .label")).to_have_text(last, timeout=60_000)


def test_two_thousand_calls_leave_nothing_behind(board: Page, house: Any) -> None:
    house.turn_ms = 0
    board.goto(f"{board.url}?voice=off")
    tools = board.context.new_cdp_session(board)
    run_through(board, house, 200)
    before = heap(tools)
    run_through(board, house, CALLS)
    grown = heap(tools) - before
    assert grown < MOST_GROWTH_BYTES, f"{grown} bytes more after {CALLS} calls"
    print(f"heap {before} → {before + grown} bytes after {CALLS} calls")
    assert board.evaluate("document.querySelectorAll('*').length") < 400
    assert board.evaluate("window.__sounds.length") == 0
