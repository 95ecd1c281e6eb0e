"""From the question to the answer: with script, without, over a line that breaks."""

from __future__ import annotations

import re

import pytest
from browser.conftest import Open
from browser.stage import Line, Stage
from playwright.async_api import Page, expect

pytestmark = [
    pytest.mark.browser,
    pytest.mark.asyncio(loop_scope="session"),
    pytest.mark.timeout(180),  # the first one starts browser and site
]


async def ask(page: Page, question: str) -> None:
    await page.get_by_label("Your question").fill(question)
    await page.get_by_role("button", name="Ask").click()


async def stays(page: Page) -> None:
    """Leave something that a reload would lose."""
    await page.evaluate("window.stayed = true")


async def has_stayed(page: Page) -> bool:
    return bool(await page.evaluate("window.stayed === true"))


async def test_the_answer_comes_in_place_of_the_progress(site: Stage, opened: Open) -> None:
    question = "What is a complete response in CLL?"
    page = await opened("/")
    with site.gate.held():
        await ask(page, question)
        await expect(page.locator("[data-stage=found]")).to_have_class("done")
        await expect(page.locator("[data-stage=found] p")).to_contain_text(
            "passages, in the newest"
        )
        await expect(page.locator("[aria-current=step] h3")).to_have_text("Each sentence checked")
        await expect(page.locator("#said")).to_have_text("Step 4 of 5: Each sentence checked.")
        await expect(page.locator("h1")).to_have_text(question)  # from the asker's own tab
        assert question not in await (await page.request.get(page.url)).text()
        await stays(page)
    await expect(page.locator("#answer h1")).to_be_focused()
    assert await has_stayed(page)
    assert re.search(r"/answers/[a-z0-9-]+-[0-9a-f]{32}$", page.url)
    await expect(page.locator("#said")).to_have_text("Your answer is ready.")
    await expect(page.locator("[data-seal=done]")).to_be_visible()
    title, url = await page.title(), page.url
    await page.reload()
    assert (await page.title(), page.url) == (title, url)


async def test_a_line_that_breaks_goes_on_where_it_left_off(site: Stage, opened: Open) -> None:
    async with Line(site.url) as line:
        page = await opened(line.url)
        with site.gate.held():
            await ask(page, "What is a partial response in CLL?")
            await expect(page.locator("[data-stage=written]")).to_have_class("done")
            await stays(page)
            line.cut()
        await expect(page.locator("#answer h1")).to_be_visible()
        assert await has_stayed(page)
        assert b"last-event-id: 1.3\r\n" in line.sent.lower()


async def test_a_browser_without_events_looks_again_by_itself(site: Stage, opened: Open) -> None:
    page = await opened("/library")
    await page.add_init_script("delete window.EventSource")
    await page.goto("/")
    with site.gate.held():
        await ask(page, "What do the Rai stages mean in CLL?")
        await expect(page.locator("[data-stage=found]")).to_have_class("done")
        await stays(page)
    await expect(page.locator("#answer h1")).to_be_visible()
    assert await has_stayed(page)


async def test_everything_works_without_script(site: Stage, opened: Open) -> None:
    page = await opened("/", 390, script=False)
    with site.gate.held():
        await ask(page, "What is the first treatment for CLL with del(17p)?")
        await expect(page.locator("h1")).to_have_text("Your question")
        await page.get_by_role("link", name="Check again").click()
        await expect(page.locator("[data-stage=found]")).to_have_class("done")
    answer_id = page.url.rpartition("/")[2]
    await site.whole.answer(answer_id)
    await page.get_by_role("link", name="Check again").click()
    await expect(page.locator("#answer h1")).to_be_visible()
    assert await page.get_by_role("button").count() == 0  # none is dead, for none is shown
    marker = page.locator("a.c[data-q]").first
    await marker.click()
    target = page.locator("mark:target")
    await expect(target).to_be_in_viewport()
    claim = page.locator(".s").first
    assert (await target.inner_text()).strip(".") in await claim.inner_text()


async def test_a_refused_question_keeps_its_text_and_takes_the_focus(opened: Open) -> None:
    page = await opened("/", 390)
    text = "My mail is someone@example.org, what is CLL?"
    await ask(page, text)
    await expect(page.get_by_role("alert")).to_be_focused()
    assert (await page.title()).startswith("Error: ")
    await page.get_by_role("alert").get_by_role("link").click()
    await expect(page.get_by_label("Your question")).to_be_focused()
    await expect(page.get_by_label("Your question")).to_have_value(text)
    await page.goto("/ask")
    assert page.url.endswith("/#ask")


async def test_an_urgent_card_comes_first_whatever_else_the_page_says(
    site: Stage, opened: Open
) -> None:
    page = await opened("/", 390)
    with site.gate.held():
        await ask(page, "I have a fever of 39 since my chemotherapy, what should I do?")
        card = page.get_by_role("heading", name="Call your cancer helpline now")
        await expect(card).to_be_in_viewport()
        await expect(page.locator("main :is(h1, h2)").first).to_have_text(await card.inner_text())
        await expect(page.get_by_role("link", name="Call 999")).to_have_attribute("href", "tel:999")
