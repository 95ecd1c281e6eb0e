"""A guideline gets a new edition: exactly the answers that rested on what changed change too."""

from __future__ import annotations

import asyncio
import shutil
from collections import Counter
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
from system.conftest import GUIDELINES, SEED
from system.in_process import Whole, whole

from plumbline.regeneration.v1 import events_pb2 as regeneration
from plumbline.topics import ANSWER_RECHECKED, ANSWER_STALED, REGENERATION_REQUESTED
from plumbline_embedded.ingesting import open_ingester

pytestmark = [pytest.mark.slow, pytest.mark.timeout(180)]


async def eventually(look: Callable[[], Awaitable[Any]], seconds: float = 30) -> Any:
    async with asyncio.timeout(seconds):
        while not (found := await look()):  # noqa: ASYNC110 (what others do)
            await asyncio.sleep(0.05)
        return found


async def hand_in(plumbline: Whole, folder: Path) -> None:
    async with open_ingester(plumbline.home.ingest_socket, str(plumbline.site.base_url)) as hands:
        result = await hands.hand_in(folder)
        assert result["status"] == "ingested", result["reason"]


async def test_an_answer_is_made_again_when_its_source_changes(tmp_path: Path) -> None:
    older = tmp_path / "guidelines"
    shutil.copytree(GUIDELINES, older, ignore=shutil.ignore_patterns("*-2018", "questions.txt"))
    async with whole(tmp_path / "home", older) as plumbline:
        first = await plumbline.ask(SEED)
        assert first["status"] == "published"
        assert {p["version"] for p in first["passages"] if "response" in p["guideline_id"]} == {
            "2008"
        }
        other = await plumbline.ask("What is the Rai staging system in CLL?")
        assert other["status"] == "published"
        await hand_in(plumbline, GUIDELINES / "cll-response-2018" / "guideline.toml")

        async def remade() -> dict[str, Any] | None:
            now = await plumbline.answer(first["answer_id"])
            return now if now["revision"] == 2 else None

        second = await eventually(remade)
        assert second["status"] == "published"
        assert second["cause"] == {"kind": "edition", "ref": "cll-response@2018"}
        assert "2008" not in {p["version"] for p in second["passages"]}
        assert second["stale"] is None
        untouched = await plumbline.answer(other["answer_id"])
        assert untouched["revision"] == 1
        (staled,) = await plumbline.messages(ANSWER_STALED)
        assert staled.severity >= regeneration.SEVERITY_NUMBER_CHANGED
        assert len(await plumbline.messages(REGENERATION_REQUESTED)) == 1
        assert not await plumbline.messages(ANSWER_RECHECKED)


GUIDE = """# Zorvic syndrome: judging response

## Full answer

Full answer means that no glorps are left in zorvic syndrome.
In a full answer, the zilt level in zorvic syndrome is below 12 zorks.

## Pain

Pain in zorvic syndrome is treated with warm stones.
Warm stones are placed on the back for 20 minutes.

## Sleep

People with zorvic syndrome sleep for 9 hours on most nights.
"""
QUESTIONS = {
    "full": "What is full answer in zorvic syndrome?",
    "pain": "How is pain in zorvic syndrome treated?",
    "sleep": "How long do people with zorvic syndrome sleep?",
}


def write_edition(folder: Path, version: int, text: str) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "guide.md").write_text(text)
    manifest = folder / "guideline.toml"
    manifest.write_text(
        f'id = "zorvic"\ntitle = "Zorvic syndrome"\npublisher = "D"\nversion = "{version}"\n'
        f'effective_date = {2019 + version}-01-01\nlicence = "CC-BY-4.0"\nfiles = ["guide.md"]\n'
        '[scope]\ndisease = "zorvic syndrome"\n'
    )
    return manifest


async def test_each_answer_gets_the_outcome_of_its_own_sources(tmp_path: Path) -> None:
    """A number changed, a section gone, a section untouched, and then the section comes back."""
    async with whole(tmp_path / "home", None) as plumbline:
        await hand_in(plumbline, write_edition(tmp_path / "1", 1, GUIDE))
        first = {name: await plumbline.ask(question) for name, question in QUESTIONS.items()}
        assert {a["status"] for a in first.values()} == {"published"}

        async def settled(status: str) -> dict[str, dict[str, Any]] | None:
            now = {name: await plumbline.answer(a["answer_id"]) for name, a in first.items()}
            changed = now["full"]["revision"] == 2 and now["pain"]["status"] == status
            return (
                now
                if changed and now["sleep"]["checked_at"] != now["sleep"]["published_at"]
                else None
            )

        pain = GUIDE[GUIDE.index("## Pain") : GUIDE.index("## Sleep")]
        newer = GUIDE.replace("below 12 zorks", "below 15 zorks").replace(pain, "")
        await hand_in(plumbline, write_edition(tmp_path / "2", 2, newer))
        second = await eventually(lambda: settled("withdrawn"))
        assert "15 zorks" in " ".join(c["text"] for c in second["full"]["claims"])
        assert second["pain"]["reason"]["code"]
        assert second["pain"]["cause"] == {"kind": "edition", "ref": "zorvic@2"}
        assert (
            await plumbline.site.get(f"/answers/{first['pain']['answer_id']}")
        ).status_code == 410
        sleep = second["sleep"]
        assert (sleep["revision"], sleep["stale"]) == (1, None)
        assert {p["now"]["version"] for p in sleep["passages"]} == {"2"}
        await check_what_is_told(plumbline, first)
        requested = await plumbline.messages(REGENERATION_REQUESTED)
        assert {m.run.answer_id for m in requested} == {
            first[name]["answer_id"] for name in ("full", "pain")
        }
        await hand_in(plumbline, write_edition(tmp_path / "3", 3, GUIDE))
        third = await eventually(lambda: plumbline_back(plumbline, first["pain"]["answer_id"]))
        assert "warm stones" in " ".join(c["text"] for c in third["claims"])


async def check_what_is_told(plumbline: Whole, first: dict[str, dict[str, Any]]) -> None:
    """The difference of the revisions, of the editions, and the feed."""
    full = first["full"]["answer_id"]
    changes = (await plumbline.site.get(f"/v1/answers/{full}/changes")).json()
    assert (changes["from"], changes["to"], changes["cause"]["ref"]) == (1, 2, "zorvic@2")
    (number,) = [c for c in changes["changes"] if c["kind"] == "number_changed"]
    assert "12 zorks" in number["before"]
    assert "15 zorks" in number["after"]
    sleep = first["sleep"]["answer_id"]
    assert (await plumbline.site.get(f"/v1/answers/{sleep}/changes")).status_code == 404
    diff = (await plumbline.site.get("/v1/guidelines/zorvic/editions/2/diff")).json()
    assert (diff["old"], diff["new"]) == ("1", "2")
    kinds = Counter(one["kind"] for one in diff["sentences"])
    assert kinds == {"number_changed": 1, "withdrawn": 2}
    feed = ElementTree.fromstring((await plumbline.site.get("/feed.atom")).content)
    categories = feed.iter("{http://www.w3.org/2005/Atom}category")
    terms = {c.get("term") for c in categories if c.get("scheme") is None}
    assert terms == {"changed", "stale", "rechecked", "withdrawn"}


async def plumbline_back(plumbline: Whole, answer_id: str) -> dict[str, Any] | None:
    now = await plumbline.answer(answer_id)
    return now if now["status"] == "published" and now["revision"] > 1 else None


async def test_what_was_not_covered_is_answered_when_an_edition_covers_it(tmp_path: Path) -> None:
    async with whole(tmp_path / "home", None) as plumbline:
        await hand_in(plumbline, write_edition(tmp_path / "1", 1, GUIDE))
        question = "How is quilty fever in zorvic syndrome treated?"
        first = await plumbline.ask(question)
        assert first["status"] == "not_covered"
        fever = "\n## Quilty fever\n\nQuilty fever in zorvic syndrome is treated with cold tea.\n"
        await hand_in(plumbline, write_edition(tmp_path / "2", 2, GUIDE + fever))
        now = await eventually(lambda: plumbline_back(plumbline, first["answer_id"]))
        assert now["cause"] == {"kind": "edition", "ref": "zorvic@2"}
        assert "cold tea" in " ".join(c["text"] for c in now["claims"])
