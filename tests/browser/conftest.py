"""One browser and one site for all browser tests; a page that complains fails its test."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack
from typing import Any

import pytest
import pytest_asyncio
from browser.chromium import chromium
from browser.stage import Stage, stage
from playwright.async_api import Browser, ConsoleMessage, Page
from system.conftest import GUIDELINES

SIZES = {1280: 900, 390: 844, 320: 640}  # of the site's rules: desktop, phone, the narrowest
EXPECTED = (
    "Failed to load resource: the server responded with a status of 4",  # a refusal
    "Failed to load resource: net::ERR_INCOMPLETE_CHUNKED_ENCODING",  # a line that was cut
)

Open = Callable[..., Awaitable[Page]]


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def browser() -> AsyncIterator[Browser]:
    async with chromium() as started:
        yield started


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def site(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Stage]:
    async with stage(tmp_path_factory.mktemp("browser") / "home", GUIDELINES) as running:
        yield running


@pytest_asyncio.fixture(loop_scope="session")
async def opened(browser: Browser, site: Stage) -> AsyncIterator[Open]:
    """Opens a path of the site, or an address, in a context of its own."""
    complaints: list[str] = []

    def heard(message: ConsoleMessage) -> None:
        if message.type in ("error", "warning") and not message.text.startswith(EXPECTED):
            complaints.append(message.text)

    async with AsyncExitStack() as contexts:

        async def open_page(
            path: str, width: int = 1280, theme: Any = "light", *, script: bool = True
        ) -> Page:
            context = await contexts.enter_async_context(
                await browser.new_context(
                    base_url=site.url,
                    viewport={"width": width, "height": SIZES[width]},
                    color_scheme=theme,
                    reduced_motion="reduce",
                    java_script_enabled=script,
                )
            )
            page = await context.new_page()
            page.set_default_timeout(15_000)
            page.on("console", heard)
            page.on("pageerror", lambda error: complaints.append(str(error)))
            await page.goto(path)
            return page

        yield open_page
    assert complaints == []
