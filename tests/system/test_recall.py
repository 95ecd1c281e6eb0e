"""A person calls something back: pages say so, are made again, and return when it is lifted."""

from __future__ import annotations

import asyncio
import json
import os
from pathlib import Path
from typing import Any

import pytest
from system.in_process import Whole, whole
from system.test_new_edition import GUIDE, QUESTIONS, eventually, hand_in, write_edition

from plumbline.topics import ANSWER_SEALED, ANSWER_STALED, SOURCE_RECALLED
from plumbline_embedded.cli import parser
from plumbline_embedded.home import Serving
from plumbline_pages.words import words
from plumbline_provenance.receipt import parse_receipt
from plumbline_provenance.verify import verify
from plumbline_tlog.canonical import decode

pytestmark = [pytest.mark.slow, pytest.mark.timeout(180)]

OTHER = """# Brunde fever: treatment

## Rest

Brunde fever is treated with rest in a dark room for 3 days.
"""
WHY = "A table of the guideline was printed wrongly."


class Command:
    """`plumbline recall` against a running home: the exit code, stdout, stderr."""

    def __init__(self, capsys: pytest.CaptureFixture[str]) -> None:
        self._capsys = capsys

    async def __call__(self, *arguments: str) -> tuple[int, str, str]:
        options = parser().parse_args(["recall", *arguments])
        self._capsys.readouterr()
        code = await asyncio.to_thread(options.act, options)
        said = self._capsys.readouterr()
        return code, said.out, said.err

    async def object(self, *arguments: str) -> Any:
        code, out, err = await self(*arguments, "--json")
        assert code == 0, err
        return json.loads(out)


@pytest.fixture
def recall(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> Command:
    monkeypatch.setenv("PLUMBLINE_HOME", str(tmp_path / "home"))
    return Command(capsys)


async def two_guidelines(plumbline: Whole, folder: Path) -> dict[str, dict[str, Any]]:
    """Two guidelines, and an answer from each part of them. Commands find the home from now on."""
    plumbline.home.announce(Serving(os.getpid(), str(plumbline.site.base_url), "test", ""))
    await hand_in(plumbline, write_edition(folder / "1", 1, GUIDE))
    other = write_edition(folder / "other", 1, OTHER)
    other.write_text(other.read_text().replace("zorvic", "brunde").replace("Zorvic", "Brunde"))
    other.write_text(other.read_text().replace("brunde syndrome", "brunde fever"))
    await hand_in(plumbline, other)
    asked = {**QUESTIONS, "rest": "How is Brunde fever treated?"}
    first = {name: await plumbline.ask(question) for name, question in asked.items()}
    assert {a["status"] for a in first.values()} == {"published"}
    return first


async def test_a_recalled_guideline_leaves_no_answer_and_comes_back_when_lifted(
    tmp_path: Path, recall: Command
) -> None:
    async with whole(tmp_path / "home", None) as plumbline:
        first = await two_guidelines(plumbline, tmp_path)
        pain = first["pain"]["answer_id"]
        seen = await recall.object("--source", "zorvic", "--why", WHY, "--dry-run")
        assert (seen["matched"], seen["total"]) == (3, 4)
        assert {hit["answer_id"] for hit in seen["answers"]} == {
            first[name]["answer_id"] for name in QUESTIONS
        }
        assert not await plumbline.messages(SOURCE_RECALLED), "looking changes nothing"

        done = await recall.object("--source", "zorvic", "--why", WHY)
        recall_id = done["recall"]["recall_id"]

        async def of(status: str) -> dict[str, Any] | None:
            now = await plumbline.answer(pain)
            return now if now["status"] == status else None

        async def told() -> dict[str, Any] | None:
            now = await plumbline.answer(pain)
            return now if now["stale"] or now["status"] == "withdrawn" else None

        now = await eventually(told)
        if now["status"] == "published":  # it may be down already
            assert (now["stale"]["severity"], now["stale"]["by"]) == ("recalled", recall_id)
            assert now["stale"]["why"] == WHY
            assert {p["edition_status"] for p in now["passages"]} == {"withdrawn"}
        down = await eventually(lambda: of("withdrawn"))
        assert down["cause"] == {"kind": "recall", "ref": recall_id}
        assert down["reason"]["why"] == WHY
        page = await plumbline.site.get(f"/answers/{pain}")
        assert page.status_code == 410
        assert WHY in page.text
        assert {m.answer_id for m in await plumbline.messages(ANSWER_STALED)} == {
            first[name]["answer_id"] for name in QUESTIONS
        }
        spared = await plumbline.answer(first["rest"]["answer_id"])
        assert (spared["revision"], spared["stale"]) == (1, None)
        asked = await plumbline.ask("What is treated with warm stones in zorvic syndrome?")
        assert asked["status"] == "not_covered"
        await receipts_verify(plumbline, recall_id)

        await recall.object("--lift", recall_id[:8])
        back = await eventually(lambda: of("published"))
        assert (back["revision"] > 1, back["stale"]) == (True, None)
        assert "warm stones" in " ".join(c["text"] for c in back["claims"])
        assert WHY in (await plumbline.site.get("/feed.atom")).text
        assert (await plumbline.site.get(f"{back['url']}/changes")).status_code == 200
        again = await plumbline.ask("What is treated with warm stones in zorvic syndrome?")
        assert again["status"] == "published"
        (listed,) = await recall.object("--list")
        assert (listed["recall_id"], listed["lifted"]) == (recall_id, True)


async def receipts_verify(plumbline: Whole, recall_id: str) -> None:
    """The recall stands in the ledger, the outcome names it, and everybody can read why."""

    async def outcome() -> bytes | None:
        found = {m.kind: m.receipt for m in await plumbline.messages(ANSWER_SEALED)}
        return found.get(f"withdrawn/{recall_id}")

    async def sealed() -> dict[str, Any] | None:
        (found,) = (await plumbline.site.get("/v1/recalls")).json()["recalls"]
        return found if found["receipt"]["status"] == "sealed" else None

    listed = await eventually(sealed)
    assert (listed["kind"], listed["target"], listed["why"]) == ("source", "zorvic", WHY)
    receipt = (await plumbline.site.get(listed["receipt"]["url"])).content
    trust = (plumbline.home.keys / "trust.txt").read_text().splitlines()
    for one in (receipt, await eventually(outcome)):
        assert verify(one, trust).exit_code == 0
    said = decode(parse_receipt(decode(receipt)).content)
    assert (said["recall_id"], said["target"], said["why"]) == (recall_id, "zorvic", WHY)
    unknown = await plumbline.site.get(f"/v1/recalls/{'0' * 32}/receipt")
    assert unknown.status_code == 404
    library = (await plumbline.site.get("/library")).text
    assert library.count(words("site.withdrawn")) == 1


async def test_a_recall_of_nothing_or_everything_is_asked_about_first(
    tmp_path: Path, recall: Command
) -> None:
    async with whole(tmp_path / "home", None) as plumbline:
        first = await two_guidelines(plumbline, tmp_path)
        made_by = first["rest"]["made_by"]
        composer = f"{made_by['name']}@{made_by['version']}"
        wrong = {
            ("--source", "zorvik"): "No published answer rests on source zorvik",
            ("--composer", composer): "Every published answer rests on composer",
            ("--edition", "zorvic"): "write guideline@version",
            ("--source", "zorvic@1"): "one edition goes with",
            ("--passage", "p1"): "occurrence_id or passage_id",
            ("--policy", " "): "write a policy's version",
        }
        for named, words in wrong.items():
            code, out, err = await recall(*named, "--why", WHY)
            assert (code, out) == (2, ""), named
            assert words in err
        assert (await recall("--source", "zorvic"))[0] == 2
        code, _, err = await recall("--lift", "0123")
        assert code == 1
        assert "no such recall" in err
        assert not await plumbline.messages(SOURCE_RECALLED)

        done = await recall.object("--composer", composer, "--why", WHY, "--yes")
        ids = [answer["answer_id"] for answer in first.values()]

        async def remade() -> list[dict[str, Any]] | None:
            now = [await plumbline.answer(one) for one in ids]
            return now if all(answer["revision"] == 2 for answer in now) else None

        for answer in await eventually(remade):
            assert answer["cause"] == {"kind": "recall", "ref": done["recall"]["recall_id"]}
            assert (answer["status"], answer["stale"]) == ("published", None)
        assert {m.answer_id for m in await plumbline.messages(ANSWER_STALED)} == set(ids)
