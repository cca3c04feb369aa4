"""The kit's modules, tested in the browser that runs them."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Browser

HELPERS = {"check.mjs", "clock.mjs"}
MODULES = sorted(path.name for path in Path(__file__).parent.glob("*.mjs") if path.name not in HELPERS)


@pytest.mark.parametrize("module", MODULES)
def test_module(module: str, browser: Browser, kit_url: str) -> None:
    page = browser.new_page()
    try:
        page.goto(kit_url)
        # A sound needs a gesture first.
        page.mouse.click(1, 1)
        result = page.evaluate(
            """async (module) => {
              const { run } = await import("/tests/kit/check.mjs");
              await import(`/tests/kit/${module}`);
              return run();
            }""",
            module,
        )
    finally:
        page.close()
    assert result["faults"] == []
    assert result["count"] > 0
