"""Parts of an edition, in whatever way they come."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest
from services.retrieval import corpus
from services.retrieval.corpus import CLL, Desk, cll, edition, open_desk, places, zorvic

from plumbline.ingest.v1.events_pb2 import EditionClosed, EditionIngested
from plumbline.retrieval.v1.events_pb2 import EditionIndexed
from plumbline_bus import Reject
from plumbline_ingest.documents import Document
from plumbline_ingest.edition import make_edition
from plumbline_ingest.manifest import parse_manifest
from plumbline_retrieval.index import Hits, Point

QUESTION = "What is complete response in CLL?"

MANIFEST = """
id = "zorvic"
title = "Zorvic syndrome: judging response"
publisher = "Tests"
version = "2026"
effective_date = 2026-01-31
licence = "CC-BY-4.0"
files = ["zorvic.md"]
[scope]
disease = "zorvic syndrome"
setting = "outpatients"
"""
MARKDOWN = b"""# Zorvic syndrome

## Full quell

A full quell in Zorvic syndrome means that no plaque measures 7.3 mm or more.

- Plaques: none of 7.3 mm or more.
- Drell index: below 42 x 10<sup>9</sup>/L.
"""


async def taken(desk: Desk, parts: Sequence[EditionIngested]) -> list[EditionIndexed]:
    return [said for part in parts for said in await desk.intake.take(part)]


async def test_nothing_is_found_before_the_last_part_and_all_after_it(desk: Desk) -> None:
    parts = cll()
    assert await taken(desk, parts[:-1]) == []
    assert (await desk.refused(QUESTION)).reason == "no-sources"
    (indexed,) = await taken(desk, parts[-1:])
    assert indexed.edition_id == "cll-response@2018"
    assert indexed.guideline_id == "cll-response"
    assert indexed.edition == parts[0].opened
    assert indexed.passages == sum(len(texts) for texts in CLL.values())
    assert indexed.digest == parts[-1].closed.digest
    assert (await desk.found(QUESTION)).evidence


async def test_every_part_delivered_twice_or_all_over_again_changes_nothing(desk: Desk) -> None:
    (once,) = await taken(desk, cll())
    before = await desk.found(QUESTION)
    twice = [part for part in cll() for _ in range(2)]
    assert await taken(desk, twice) == [once, once]
    assert await taken(desk, cll()) == [once]
    assert await desk.found(QUESTION) == before


async def test_parts_delivered_twice_from_the_start_give_the_same_edition(tmp_path: Path) -> None:
    found = []
    for name, times in (("once", 1), ("twice", 2)):
        (tmp_path / name).mkdir()
        with open_desk(tmp_path / name, None) as desk:
            await taken(desk, [part for part in cll() for _ in range(times)])
            found.append(places(await desk.found(QUESTION)))
    assert found[0] == found[1]


async def test_an_edition_with_a_part_missing_is_rejected_and_can_come_again_whole(
    lexical_desk: Desk,
) -> None:
    parts = cll()
    with pytest.raises(Reject, match="edition-incomplete"):
        await taken(lexical_desk, [*parts[:2], *parts[3:]])
    assert len(await taken(lexical_desk, cll())) == 1


async def test_an_edition_whose_digest_differs_is_rejected(lexical_desk: Desk) -> None:
    parts = cll()
    parts[1].passages.passages[0].text += " More than was promised."
    with pytest.raises(Reject, match="edition-digest-differs"):
        await taken(lexical_desk, parts)
    assert lexical_desk.editions.find("cll-response@2018") is None


async def test_an_edition_is_never_changed_once_it_is_held(lexical_desk: Desk) -> None:
    await lexical_desk.hold(cll())
    other = edition("cll-response", {"Complete response": ["Something else."]}, disease="cll")
    with pytest.raises(Reject, match="edition-changed"):
        await taken(lexical_desk, other)
    evidence = (await lexical_desk.found(QUESTION)).evidence
    assert all("Something else" not in one.passage.text for one in evidence)


async def test_a_beginning_that_was_given_up_leaves_nothing_in_the_next_one(
    lexical_desk: Desk,
) -> None:
    given_up = edition("cll-response", {"Old": ["Given up."]}, disease="cll", title="Old title")
    await taken(lexical_desk, given_up[:-1])
    assert len(await taken(lexical_desk, cll())) == 1


async def test_a_part_that_is_none_is_rejected(lexical_desk: Desk) -> None:
    with pytest.raises(Reject, match="edition-part-empty"):
        await lexical_desk.intake.take(EditionIngested(edition_id="a@1", guideline_id="a"))
    with pytest.raises(Reject, match="edition-incomplete"):
        await lexical_desk.intake.take(
            EditionIngested(edition_id="a@1", guideline_id="a", closed=EditionClosed())
        )


async def test_what_ingest_says_is_taken_as_it_is(lexical_desk: Desk) -> None:
    made = make_edition(parse_manifest(MANIFEST), [Document("zorvic.md", MARKDOWN)])
    assert len(await taken(lexical_desk, list(made.parts()))) == 1
    found = await lexical_desk.found("What is a full quell in Zorvic syndrome?")
    assert any("10⁹" in one.passage.text for one in found.evidence)


class DyingIndex:
    """An index whose process dies once, at a named step."""

    def __init__(self, real: object, step: str) -> None:
        self._real, self._step = real, step

    def _die(self, step: str) -> None:
        if step == self._step:
            self._step = ""
            raise KeyboardInterrupt

    async def put(self, points: Sequence[Point]) -> None:
        self._die("before put")
        await self._real.put(points)  # type: ignore[attr-defined]
        self._die("after put")

    async def flush(self) -> None:
        await self._real.flush()  # type: ignore[attr-defined]
        self._die("after flush")

    async def counts(self) -> Mapping[str, int]:
        raise NotImplementedError

    async def search(self, *query: object) -> Hits:
        raise NotImplementedError


@pytest.mark.parametrize("step", ["before put", "after put", "after flush"])
async def test_dying_while_indexing_and_coming_again_gives_the_same(
    tmp_path: Path, step: str
) -> None:
    with open_desk(tmp_path, None) as desk:
        await desk.hold(zorvic())
        real = desk.intake._index
        desk.intake._index = DyingIndex(real, step)
        with pytest.raises(KeyboardInterrupt):
            await taken(desk, cll())
        assert (await desk.refused(QUESTION)).reason == "disease-not-held"
    with open_desk(tmp_path, None) as desk:
        assert len(await taken(desk, cll()[-1:])) == 1  # only the uncommitted part comes again
        again = places(await desk.found(QUESTION))
    (tmp_path / "whole").mkdir()
    with open_desk(tmp_path / "whole", None) as desk:
        await desk.hold(zorvic(), cll())
        assert places(await desk.found(QUESTION)) == again


CHILD = """
import asyncio, sys
from pathlib import Path
from services.retrieval.corpus import cll, myeloma, open_desk, zorvic

async def main():
    parts = [part for make in (cll, myeloma, zorvic) for part in make()]
    with open_desk(Path(sys.argv[1]), None) as desk:
        print("ready", flush=True)
        for number in range(int(sys.argv[2]), len(parts)):
            await desk.intake.take(parts[number])
            print(number, flush=True)

asyncio.run(main())
"""


@pytest.mark.slow
async def test_killed_between_parts_again_and_again_it_ends_with_the_same_editions(
    tmp_path: Path,
) -> None:
    chance, done = random.Random(7), 0
    total = len(corpus.cll()) + len(corpus.myeloma()) + len(corpus.zorvic())
    environment = os.environ | {"PYTHONPATH": str(Path(__file__).parents[2])}
    while done < total:
        command = [sys.executable, "-c", CHILD, str(tmp_path), str(done)]
        child = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment)
        assert child.stdout is not None
        assert child.stdout.readline() == "ready\n"
        for _ in range(chance.randrange(1, 6)):
            line = child.stdout.readline()
            done = int(line) + 1 if line else total
        child.send_signal(signal.SIGKILL)
        child.communicate()
    with open_desk(tmp_path, None) as desk:
        interrupted = places(await desk.found(QUESTION))
        assert {held.edition_id for held in desk.editions.current(corpus.TODAY)} == {
            "cll-response@2018",
            "myeloma-response@2018",
            "zorvic-response@2018",
        }
    (tmp_path / "whole").mkdir()
    with open_desk(tmp_path / "whole", None) as desk:
        await desk.hold(cll(), corpus.myeloma(), zorvic())
        assert places(await desk.found(QUESTION)) == interrupted
