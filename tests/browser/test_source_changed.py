"""A guideline gets a new edition while a reader has the page open, or comes back to it."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

import pytest
import pytest_asyncio
from browser.conftest import Open
from browser.stage import Stage, stage
from browser.test_every_page import all_violations, sideways
from playwright.async_api import Browser, Page, expect

from plumbline_embedded.ingesting import open_ingester
from plumbline_pages import claim_texts

pytestmark = [
    pytest.mark.browser,
    pytest.mark.asyncio(loop_scope="session"),
    pytest.mark.timeout(180),
]

GUIDE = """# {disease}: judging response

## Full answer

Full answer means that no glorps are left in {disease}.
In a full answer, the zilt level in {disease} is below 12 zorks.

## Pain

Pain in {disease} is treated with warm stones.

## Sleep

People with {disease} sleep for 9 hours on most nights.
"""
PAIN = GUIDE[GUIDE.index("## Pain") : GUIDE.index("## Sleep")]
OLD, NEW = "below 12 zorks", "below 15 zorks"
CHECKED_AGAIN = "Being checked again"
QUESTIONS = {
    "full": "What is full answer in {disease}?",
    "pain": "How is pain in {disease} treated?",
    "sleep": "How long do people with {disease} sleep?",
}


@dataclass
class Guideline:
    """A guideline of an illness of its own, and answers that rest on it."""

    site: Stage
    folder: Path
    disease: str

    async def published(self) -> dict[str, str]:
        """Its first edition is there and its questions are answered: name → path."""
        await self._edition(1, GUIDE)
        paths = {}
        for name, question in QUESTIONS.items():
            answer = await self.site.whole.ask(question.format(disease=self.disease))
            assert answer["status"] == "published", name
            await self.site.whole.sealed(answer["answer_id"])
            paths[name] = "/" + str(answer["url"]).split("/", 3)[3]
        return paths

    async def changes(self) -> None:
        """Its second edition has another number and says nothing of pain."""
        await self._edition(2, GUIDE.replace(OLD, NEW).replace(PAIN, ""))

    async def remade(self, path: str) -> None:
        """Until the answer has its second version."""
        async with asyncio.timeout(30):
            while (await self.site.whole.answer(path[-32:]))["revision"] < 2:  # noqa: ASYNC110 (soon)
                await asyncio.sleep(0.05)

    async def _edition(self, version: int, text: str) -> None:
        folder = self.folder / str(version)
        folder.mkdir(parents=True)
        (folder / "guide.md").write_text(text.format(disease=self.disease))
        manifest = folder / "guideline.toml"
        manifest.write_text(
            f'id = "{self.disease.split()[0]}"\ntitle = "Guide to {self.disease}"\n'
            f'publisher = "D"\nversion = "{version}"\neffective_date = {2019 + version}-01-01\n'
            'licence = "CC-BY-4.0"\nfiles = ["guide.md"]\n'
            f'[scope]\ndisease = "{self.disease}"\n'
        )
        home = self.site.whole.home
        async with open_ingester(home.ingest_socket, self.site.url) as ingester:
            assert (await ingester.hand_in(manifest))["status"] == "ingested"


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def site(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Stage]:
    """One site without any guideline for this module; the fixture `opened` looks at it."""
    async with stage(tmp_path_factory.mktemp("changing") / "home", None) as running:
        yield running


async def seen(page: Page) -> str:
    return await page.locator("body").inner_text()


async def test_an_open_page_gets_its_banner_and_then_its_new_version(
    site: Stage, opened: Open, tmp_path: Path
) -> None:
    guide = Guideline(site, tmp_path, "zorvic syndrome")
    path = (await guide.published())["full"]
    page = await opened(path)
    await page.evaluate("window.stayed = true")
    await page.set_viewport_size({"width": 1280, "height": 400})
    heading = page.locator("#passages")
    await heading.scroll_into_view_if_needed()
    marker = page.locator("a.c[data-q]").first
    await marker.focus()
    await heading.evaluate("e => e.scrollIntoView({ block: 'start', behavior: 'instant' })")
    top = await heading.evaluate("e => e.getBoundingClientRect().top")
    with site.gate.held():
        await guide.changes()
        banner = page.get_by_role("region", name="A source of this page has changed")
        await expect(banner).to_contain_text("Guide to zorvic syndrome, 2 edition")
        await expect(page.locator("#said")).to_contain_text("A source of this page has changed.")
        assert OLD not in await seen(page)
        assert abs(await heading.evaluate("e => e.getBoundingClientRect().top") - top) < 2
        await expect(page.locator(".s:focus-within")).to_have_count(1)
        await expect(page.locator(".end").first).to_contain_text("Not straight yet.")
    await expect(banner).to_have_count(0)
    await expect(page.locator("#said")).to_contain_text("You are reading the new version.")
    assert NEW in await seen(page)
    assert await page.evaluate("window.stayed === true")
    await page.get_by_role("link", name="what changed").first.click()
    await expect(page.get_by_role("heading", level=1)).to_contain_text("What changed on")


async def test_a_covered_number_is_seen_only_on_purpose_with_script_and_without(
    site: Stage, opened: Open, tmp_path: Path
) -> None:
    guide = Guideline(site, tmp_path, "quimby syndrome")
    path = (await guide.published())["full"]
    signed = claim_texts((await site.whole.site.get(path)).content)
    bare = await opened(path, 390, script=False)
    with site.gate.held():
        await guide.changes()
        await site_says(site, path, "number_changed")
        assert claim_texts((await site.whole.site.get(path)).content) == signed
        await bare.reload()
        for page in (bare, await opened(path, 1280)):
            text = await seen(page)
            assert OLD not in text
            assert CHECKED_AGAIN in text
            await page.emulate_media(media="print")
            assert OLD not in await seen(page)
            assert CHECKED_AGAIN in await seen(page)
            await page.emulate_media(media="screen")
            await page.get_by_role("link", name="Go to the first one").click()
            held = page.locator(".s.held").first
            await expect(held.locator("a.c")).to_have_count(0)  # its proof is gone
            await held.get_by_text(CHECKED_AGAIN).click()
            await expect(held).to_contain_text("The 1 edition said:")
            await expect(held.locator("del")).to_contain_text(OLD)
            proven = page.locator(".s:not(.held)")
            await expect(proven.first.locator("a.c")).not_to_have_count(0)
        record = await opened(f"{path}/provenance")
        await expect(record.get_by_role("region", name="A source of this page")).to_be_visible()
        await expect(record.locator(".sents .tag", has_text=CHECKED_AGAIN)).not_to_have_count(0)
    await guide.remade(path)
    await bare.reload()
    await expect(bare.locator(".banner")).to_have_count(0)
    assert NEW in await seen(bare)


async def site_says(site: Stage, path: str, severity: str) -> None:
    """Until it says so of the page."""
    async with asyncio.timeout(30):
        while ((await site.whole.answer(path[-32:]))["stale"] or {}).get("severity") != severity:  # noqa: ASYNC110 (soon)
            await asyncio.sleep(0.05)


async def test_what_no_longer_stands_is_taken_down_and_what_stands_is_dated_in_open_pages(
    site: Stage, opened: Open, tmp_path: Path
) -> None:
    guide = Guideline(site, tmp_path, "vantle syndrome")
    paths = await guide.published()
    pain, sleep = await opened(paths["pain"]), await opened(paths["sleep"], 390)
    await guide.changes()
    await expect(pain.get_by_role("heading", level=1)).to_have_text(
        "We have taken this answer down."
    )
    await expect(sleep.locator("#said")).to_contain_text("Nothing changed.")
    await expect(sleep.locator(".meta")).to_contain_text("Checked again on")
    await expect(sleep.locator(".psg")).to_contain_text("the same words in the 2 edition")
    await expect(sleep.locator(".banner")).to_have_count(0)
    assert (await site.whole.site.get(paths["pain"], follow_redirects=True)).status_code == 410
    assert await all_violations(pain) == []
    await pain.get_by_role("link", name="See the old text").click()
    await expect(pain.locator(".banner h2")).to_contain_text("not for care")
    assert "warm stones" in await seen(pain)
    assert await pain.locator('meta[name="robots"][content="noindex"]').count() == 1


async def test_every_page_about_a_change_is_usable_by_everyone(
    site: Stage, opened: Open, tmp_path: Path
) -> None:
    guide = Guideline(site, tmp_path, "brindle syndrome")
    path = (await guide.published())["full"]
    with site.gate.held():
        await guide.changes()
        await site_says(site, path, "number_changed")
        for width in (1280, 320):
            page = await opened(path, width)
            await expect(page.locator(".banner")).to_be_visible()
            assert await sideways(page) <= 0
            assert await all_violations(page) == []
    await guide.remade(path)
    for address in (f"{path}/changes", f"{path}/v/1", "/guidelines/brindle/editions/2/diff", path):
        page = await opened(address, 320)
        assert await sideways(page) <= 0, address
        assert await all_violations(page) == [], address
        assert await sideways(page) <= 0, address
    text = await seen(await opened(f"{path}/changes"))
    assert re.search(r"below 12 zorks.*below 15 zorks", text, re.DOTALL)
    assert "number changed" in text
    assert "Version 1" in text


async def test_a_page_that_nobody_looks_at_holds_no_line_and_catches_up(
    site: Stage, opened: Open, tmp_path: Path
) -> None:
    guide = Guideline(site, tmp_path, "ortle syndrome")
    path = (await guide.published())["full"]
    page = await opened(path)
    hidden = "Object.defineProperty(document, 'hidden', { value: %s, configurable: true });"
    turned = "document.dispatchEvent(new Event('visibilitychange'))"
    await page.evaluate(hidden % "true" + turned)
    await guide.changes()
    await guide.remade(path)
    assert NEW not in await seen(page)
    await page.evaluate(hidden % "false" + turned)
    await expect(page.locator("#said")).to_contain_text("You are reading the new version.")
    assert NEW in await seen(page)
