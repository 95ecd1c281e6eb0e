"""Every page: usable by everyone, at every width, in both themes, under the strict policy."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from typing import Any, Literal

import pytest
import pytest_asyncio
from axe_playwright_python.async_playwright import Axe
from browser.conftest import Open
from browser.every_page import NAMES, EveryPage, every_page
from browser.stage import Stage
from playwright.async_api import Page

pytestmark = [
    pytest.mark.browser,
    pytest.mark.asyncio(loop_scope="session"),
    pytest.mark.timeout(180),  # the first one starts browser and site
]

TAGS = ["wcag2a", "wcag2aa", "wcag2aaa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
CONTRAST = ["color-contrast", "color-contrast-enhanced"]
RULES = {"runOnly": TAGS, "rules": {rule: {"enabled": False} for rule in CONTRAST}}
LIMIT_BYTES, AIM_BYTES = 60_000, 25_000  # of the site's rules, for what is sent

# Drawn lines hide the colours behind words from axe: for contrast it looks without them.
WITHOUT_DRAWING = "*::before,*::after{content:none!important}svg{visibility:hidden!important}"
SPACED = (  # WCAG 1.4.12
    "*{line-height:1.5!important;letter-spacing:.12em!important;word-spacing:.16em!important}"
    "p{margin-bottom:2em!important}"
)


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def pages(site: Stage) -> AsyncIterator[EveryPage]:
    yield await every_page(site)


async def with_style(page: Page, css: str) -> None:
    """Add rules as the policy allows it: not by markup."""
    await page.evaluate(
        "css => { const s = new CSSStyleSheet(); s.replaceSync(css);"
        " document.adoptedStyleSheets = [s] }",
        css,
    )


async def violations(page: Page, options: dict[str, Any], within: Any = None) -> list[str]:
    """What axe finds, one line each."""
    options = {"resultTypes": ["violations"], **options}
    found = await Axe().run(page, context=within, options=options)
    return [
        f"{rule['id']}: {node['target']} {node['failureSummary']}"
        for rule in found.response["violations"]
        for node in rule["nodes"]
    ]


async def all_violations(page: Page, within: Any = None) -> list[str]:
    """Every rule of the standards, and contrast in both themes."""
    await page.locator("details").evaluate_all("all => all.forEach(d => { d.open = true })")
    found = await violations(page, RULES, within)
    await with_style(page, WITHOUT_DRAWING)
    themes: tuple[Literal["light", "dark"], ...] = ("light", "dark")
    for theme in themes:
        await page.emulate_media(color_scheme=theme)
        found += await violations(page, {"runOnly": CONTRAST}, within)
    return found


async def sideways(page: Page) -> int:
    """By how many pixels the page is wider than its window."""
    return int(await page.evaluate("document.documentElement.scrollWidth - innerWidth"))


@pytest.mark.parametrize("name", NAMES)
async def test_axe_finds_nothing(opened: Open, pages: EveryPage, name: str) -> None:
    page = await opened("/live")
    await pages.show(page, name)
    assert await all_violations(page) == []


@pytest.mark.parametrize("width", [1280, 390])
async def test_axe_finds_nothing_beside_an_open_passage(
    opened: Open, pages: EveryPage, width: int
) -> None:
    page = await opened(pages.paths["answer"], width)
    await page.locator("a.c[data-q]").nth(3).click()
    beside = {"include": [["#panel"], [".s.on"]]}
    assert await all_violations(page, beside) == []


async def test_axe_would_find_a_fault(opened: Open) -> None:
    page = await opened("/docs")
    await with_style(page, "p{color:#999!important}")
    await page.locator("html").evaluate("html => html.removeAttribute('lang')")
    found = " ".join(await violations(page, RULES) + await violations(page, {"runOnly": CONTRAST}))
    assert "html-has-lang" in found
    assert "color-contrast" in found


@pytest.mark.parametrize("name", NAMES)
async def test_nothing_is_cut_and_nothing_moves(opened: Open, pages: EveryPage, name: str) -> None:
    page = await opened("/live", 320)
    await pages.show(page, name)
    shifts = await page.evaluate(
        "new Promise(done => { let sum = 0; new PerformanceObserver(list => {"
        " for (const e of list.getEntries()) sum += e.value }).observe("
        "{ type: 'layout-shift', buffered: true }); setTimeout(() => done(sum), 100) })"
    )
    assert shifts == 0
    await page.locator("details").evaluate_all("all => all.forEach(d => { d.open = true })")
    assert await sideways(page) <= 0
    await with_style(page, SPACED)
    assert await sideways(page) <= 0
    await with_style(page, "html{font-size:200%}")
    await page.set_viewport_size({"width": 640, "height": 900})
    assert await sideways(page) <= 0


async def test_the_dark_switch_wins_over_the_system_and_is_remembered(opened: Open) -> None:
    page = await opened("/", 390)
    paper = "getComputedStyle(document.body).backgroundColor"
    light = await page.evaluate(paper)
    await page.get_by_role("button", name="Dark").click()
    dark = await page.evaluate(paper)
    assert dark != light
    await page.goto("/library")
    assert await page.evaluate(paper) == dark
    await page.emulate_media(color_scheme="dark")
    await page.get_by_role("button", name="Dark").click()
    assert await page.evaluate(paper) == light


async def test_a_print_has_every_passage_the_address_and_no_buttons(
    opened: Open, pages: EveryPage
) -> None:
    page = await opened(pages.paths["answer"])
    passages = await page.locator(".psg blockquote").all_inner_texts()
    await page.emulate_media(media="print")
    printed = await page.locator("body").inner_text()
    assert passages
    assert all(passage in printed for passage in passages)
    address = pages.paths["answer"].rpartition("-")[2]
    assert re.search(rf"Printed from 127\.0\.0\.1:\d+/answers/\S*{address}", printed)
    for hidden in ("nav", "button", "dialog", "form"):
        assert await page.locator(hidden).filter(visible=True).count() == 0, hidden
    assert (await page.pdf())[:5] == b"%PDF-"


@pytest.mark.parametrize("name", ["home", "answer", "record", "library"])
async def test_a_page_is_light_and_comes_from_one_place(
    opened: Open, site: Stage, pages: EveryPage, name: str
) -> None:
    page = await opened("/live")
    addresses: list[str] = []
    page.on("request", lambda request: addresses.append(request.url))
    await page.goto(pages.paths[name], wait_until="networkidle")
    assert all(address.startswith(site.url + "/") for address in addresses)
    sent = 0
    for address in addresses:
        async with site.whole.site.stream("GET", address) as reply:
            async for _ in reply.aiter_raw():
                pass
            if re.search("html|css|javascript", reply.headers["content-type"]):
                sent += reply.num_bytes_downloaded
    assert sent <= LIMIT_BYTES
    assert sent <= AIM_BYTES
