"""Which Chromium the tests drive: the system's, else Playwright's own."""

from __future__ import annotations

import os
import shutil
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from playwright.async_api import Browser, Error, Playwright, async_playwright

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
HOW_TO_GET = (
    "no Chromium that starts: apt-get install chromium, or python -m playwright install chromium"
)


def candidates(playwright: Playwright) -> Iterator[str]:
    """Programs that may be a Chromium, the system's first."""
    yield from (found for name in NAMES if (found := shutil.which(name)))
    if Path(own := playwright.chromium.executable_path).exists():
        yield own


async def _started(playwright: Playwright) -> Browser | None:
    for program in candidates(playwright):
        try:
            return await playwright.chromium.launch(executable_path=program)
        except Error:
            continue  # a stub that only says how to install it, or one that lacks a library
    return None


@asynccontextmanager
async def chromium() -> AsyncIterator[Browser]:
    """A headless browser; where there is none, a skip, or in CI a failure, that says what to do."""
    async with async_playwright() as playwright:
        browser = await _started(playwright)
        if browser is None:
            (pytest.fail if os.environ.get("CI") == "true" else pytest.skip)(HOW_TO_GET)
        yield browser
        await browser.close()
