"""A sentence beside its passage: opened by pointer, by keyboard, wide and narrow."""

from __future__ import annotations

import pytest
from browser.conftest import Open
from playwright.async_api import Page, expect
from system.conftest import SEED

pytestmark = [
    pytest.mark.browser,
    pytest.mark.asyncio(loop_scope="session"),
    pytest.mark.timeout(180),  # the first one starts browser and site
]

MARKER_PX = 24  # WCAG 2.2, 2.5.8: the least size of a target


@pytest.fixture
def panel_is_modal() -> dict[int, bool]:
    return {1280: False, 390: True, 320: True}  # from 70 em it stands beside the text


async def seed_answer(opened: Open, width: int) -> Page:
    page = await opened("/", width)
    await page.get_by_label("Your question").fill(SEED)
    await page.keyboard.press("Tab")
    await page.keyboard.press("Enter")  # keyboard only, as far as the answer
    await expect(page.locator("#answer h1")).to_be_visible()
    return page


@pytest.mark.parametrize("width", [1280, 390, 320])
async def test_a_marker_opens_the_passage_with_its_words_marked(
    opened: Open, panel_is_modal: dict[int, bool], width: int
) -> None:
    page = await seed_answer(opened, width)
    sentence = page.locator("[data-claim]").first
    marker = sentence.locator("a.c").first
    await marker.click()
    panel = page.get_by_role("dialog")
    await expect(panel.get_by_role("heading")).to_be_focused()
    assert await panel.evaluate("e => e.matches(':modal')") is panel_is_modal[width]
    marked = "".join(await panel.locator("mark.on").all_inner_texts())
    own = await sentence.evaluate(
        "e => { const c = e.cloneNode(true); c.querySelectorAll('[data-aside]')"
        ".forEach(a => a.remove()); return c.textContent }"
    )
    assert marked == own  # this claim is word for word
    assert marked in await panel.locator("blockquote").inner_text()
    await expect(panel).to_contain_text("Word for word.")
    await expect(marker).to_have_attribute("aria-expanded", "true")
    await page.keyboard.press("Escape")
    await expect(panel).to_be_hidden()
    await expect(marker).to_be_focused()


async def test_keyboard_alone_reaches_a_passage_and_comes_back(opened: Open) -> None:
    page = await opened("/", 1280)
    await page.keyboard.press("Tab")
    await expect(page.get_by_role("link", name="Skip to the main part")).to_be_focused()
    await page.keyboard.press("Enter")
    await page.keyboard.press("Tab")
    await expect(page.get_by_label("Your question")).to_be_focused()
    await page.keyboard.type(SEED)
    await page.keyboard.press("Tab")
    await page.keyboard.press("Space")
    await expect(page.locator("#answer h1")).to_be_visible()
    await page.keyboard.press("Tab")
    await page.keyboard.press("Enter")
    for _ in ("topics", "the proof", "the first marker"):
        await page.keyboard.press("Tab")
    marker = page.locator("a.c[data-q]").first
    await expect(marker).to_be_focused()
    for key in ("Enter", "Space"):
        await page.keyboard.press(key)
        await expect(page.get_by_role("dialog").get_by_role("heading")).to_be_focused()
        await page.keyboard.press("Tab")
        await expect(page.get_by_role("button", name="Close")).to_be_focused()
        await page.keyboard.press("Enter")
        await expect(marker).to_be_focused()


async def test_next_and_previous_walk_through_every_marker(opened: Open) -> None:
    page = await seed_answer(opened, 390)
    markers = page.locator("a.c[data-q]")
    count = await markers.count()
    await markers.nth(count - 2).click()
    await expect(page.locator(".pos")).to_have_text(f"{count - 1} of {count}")
    await page.get_by_role("button", name="Next").click()
    await expect(page.locator(".pos")).to_have_text(f"{count} of {count}")
    await expect(page.get_by_role("button", name="Next")).to_be_disabled()
    await page.get_by_role("button", name="Previous").click()
    await expect(page.locator(".pos")).to_have_text(f"{count - 1} of {count}")


async def test_markers_are_large_enough_and_lead_to_their_words(opened: Open) -> None:
    page = await seed_answer(opened, 320)
    found = await page.locator("a.c[data-q]").evaluate_all(
        "all => all.map(a => [a.getBoundingClientRect().width, a.getBoundingClientRect().height,"
        " a.dataset.q.split(' ').every(q => document.getElementById('q' + q)?.matches('mark'))])"
    )
    assert found
    assert all(w >= MARKER_PX and h >= MARKER_PX and leads for w, h, leads in found)
