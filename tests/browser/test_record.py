"""The proof record, and that a stranger who does what it says sees what it says."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest
from browser.conftest import Open
from browser.stage import Stage
from playwright.async_api import expect
from system.conftest import SEED

from plumbline_provenance.verify import main as verify

pytestmark = [
    pytest.mark.browser,
    pytest.mark.asyncio(loop_scope="session"),
    pytest.mark.timeout(180),  # the first one starts browser and site
]


async def test_the_record_tells_what_the_object_tells(site: Stage, opened: Open) -> None:
    asked = await site.whole.ask(SEED)
    answer = await site.whole.sealed(asked["answer_id"])
    page = await opened(answer["url"])
    await page.get_by_role("link", name="See the proof").click()
    await page.locator("details").evaluate_all("all => all.forEach(d => { d.open = true })")
    seen = await page.locator("main").inner_text()
    review, made_by = answer["review"], answer["made_by"]
    for told in (
        *(passage["text_sha256"] for passage in answer["passages"]),
        *(check["id"] for check in review["checks"]),
        *(made_by["name"], f"version {made_by['version']}", made_by["rules_sha256"]),
        *(review["content_sha256"], review["policy_sha256"], review["keyid"], review["signature"]),
        answer["retrieval"]["corpus_digest"],
        answer["provenance"]["trace_id"],
        f"entry {answer['provenance']['receipt']['leaf_index']} ",
    ):
        assert told in seen
    claims = len(answer["claims"])
    assert await page.locator(".sents tbody tr").count() == claims
    assert f"{claims} of {claims}" in seen
    marks = "".join(await page.locator(".pl mark").all_text_contents())
    assert all(c["quote"] in marks for claim in answer["claims"] for c in claim["citations"])
    services = [stage["service"] for stage in answer["provenance"]["stages"]]
    rows = await page.locator(".fall tbody .svc").all_inner_texts()
    assert [row.replace(" ", "_") for row in rows][: len(services)] == services


async def test_its_three_steps_print_what_it_expects(
    site: Stage,
    opened: Open,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    asked = await site.whole.ask(SEED)
    answer = await site.whole.sealed(asked["answer_id"])
    page = await opened(answer["url"] + "/provenance")
    take, check, expected = await page.locator(".vfy pre").all_inner_texts()
    monkeypatch.chdir(tmp_path)
    for address, name in re.findall(r"^curl -s (\S+) > (\S+)$", take, re.MULTILINE):
        (tmp_path / name).write_bytes((await site.whole.site.get(address)).content)
    command, what, *arguments = shlex.split(check)
    assert (command, what) == ("plumbline", "verify")
    assert verify(arguments) == 0
    printed = capsys.readouterr().out.splitlines()
    assert [line for line in expected.splitlines() if line not in printed] == []


async def test_a_hash_can_be_copied_and_a_passage_opened_by_keyboard(
    site: Stage, opened: Open
) -> None:
    asked = await site.whole.ask(SEED)
    page = await opened(asked["url"] + "/provenance", 390)
    await page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    button = page.locator("button", has_text="the content hash")
    await button.click()
    await expect(button).to_contain_text("Copied")
    copied = await page.evaluate("navigator.clipboard.readText()")
    assert copied == asked["review"]["content_sha256"]
    await page.locator("summary").first.focus()
    await page.keyboard.press("Enter")
    await expect(page.locator(".pl mark").first).to_be_visible()
