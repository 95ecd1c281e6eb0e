"""Members of a group that come, go and die, with work in flight."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from uuid import uuid4

import pytest
from libs.bus.apart import Apart, apart_on_kafka, delete_topics
from libs.bus.rig import ASKED, QUICK, Spying, ask, consuming, eventually, everything, together

from plumbline.gateway.v1.events_pb2 import QuestionAsked
from plumbline.retrieval.v1.events_pb2 import EvidenceRetrieved
from plumbline.topics import EVIDENCE_RETRIEVED, QUESTION_ASKED
from plumbline_bus import Log, Patience, Record, Route, Subscription, create_topics
from plumbline_bus.errors import Stalled
from plumbline_bus.kafka import open_kafka
from plumbline_bus.kafka_connect import FETCH_WAIT_MS
from plumbline_bus.kafka_member import Member

pytestmark = pytest.mark.kafka

GROUP = "retrieval.question.asked.v1"
EVERYWHERE = range(QUESTION_ASKED.partitions)
WORKER = Path(__file__).parent / "worker.py"


@pytest.fixture
def prefix(kafka: str) -> Iterator[str]:
    prefix = f"{uuid4().hex}."
    yield prefix
    asyncio.run(delete_topics(kafka, prefix))


def owned(member: Subscription) -> set[int]:
    return {p for p in EVERYWHERE if member.owns(p, member.epoch(p))}


async def ask_everywhere(log: Log) -> None:
    """One question in each partition."""
    for partition in EVERYWHERE:
        await ask(log, together(1, partition)[0])


async def test_what_is_in_hand_is_finished_and_committed_before_partitions_move(
    kafka: str, prefix: str
) -> None:
    handled: Counter[str] = Counter()

    async def slow(question: QuestionAsked) -> list[EvidenceRetrieved]:
        await asyncio.sleep(0.7)
        handled[question.run.answer_id] += 1
        return [EvidenceRetrieved(run=question.run)]

    timing = replace(QUICK, drain=5.0)
    async with apart_on_kafka(kafka, prefix, timing=timing) as log:
        await create_topics(log)
        await ask_everywhere(log)
        route = Route(QUESTION_ASKED, slow)
        spy = Spying(log)
        async with consuming(spy, route, Patience()), apart_on_kafka(kafka, prefix) as second:
            await create_topics(second)
            async with consuming(second, route, Patience()):
                await eventually(lambda: len(handled) == len(EVERYWHERE))
                # Both go on, and the second has a share of what comes next.
                await ask_everywhere(log)
                await eventually(lambda: handled.total() == 2 * len(EVERYWHERE))
        assert len(await everything(log, EVIDENCE_RETRIEVED.name)) == 2 * len(EVERYWHERE)
    assert set(handled.values()) == {2}


async def test_what_outlasts_the_drain_is_void_and_comes_to_the_new_owner(
    kafka: str, prefix: str
) -> None:
    async with apart_on_kafka(kafka, prefix) as log:
        await create_topics(log)
        await ask_everywhere(log)
        async with log.subscribe(ASKED, GROUP) as first:
            taken = await take(first, len(EVERYWHERE))
            epochs = {record.partition: first.epoch(record.partition) for record in taken}
            await first.commit({taken[0].partition: 1})
            async with apart_on_kafka(kafka, prefix) as other, other.subscribe(ASKED, GROUP) as new:
                await eventually(lambda: len(owned(first)) == len(owned(new)) == 6)
                await first.commit(dict.fromkeys(owned(new), 1))
                assert not any(first.owns(p, epoch) for p, epoch in epochs.items())
                again = [
                    *await take(first, len(due(first, taken))),
                    *await take(new, len(due(new, taken))),
                ]
    assert {r.partition for r in again} == set(EVERYWHERE) - {taken[0].partition}


def due(member: Subscription, taken: list[Record]) -> set[int]:
    """Partitions of a member whose record was taken and not committed."""
    return owned(member) - {taken[0].partition}


async def take(member: Subscription, count: int) -> list[Record]:
    records: list[Record] = []
    async with asyncio.timeout(20):
        while len(records) < count:
            records += await member.get(count - len(records))
    return records


async def test_a_named_member_that_comes_back_within_its_session_disturbs_nobody(
    kafka: str, prefix: str
) -> None:
    async with apart_on_kafka(kafka, prefix, instance="b") as stays:
        await create_topics(stays)
        async with stays.subscribe(ASKED, GROUP) as staying:
            async with apart_on_kafka(kafka, prefix, instance="a") as goes:
                await create_topics(goes)
                async with goes.subscribe(ASKED, GROUP) as going:
                    await eventually(lambda: len(owned(going)) == len(owned(staying)) == 6)
                    mine, epoch = owned(going), staying.epoch(0)
            async with apart_on_kafka(kafka, prefix, instance="a") as back:
                await create_topics(back)
                async with back.subscribe(ASKED, GROUP) as again:
                    await eventually(lambda: owned(again) == mine)
                    await asyncio.sleep(2 * QUICK.session / 10)
                    assert staying.epoch(0) == epoch


async def test_a_named_member_that_stays_away_is_replaced_when_its_session_is_over(
    kafka: str, prefix: str
) -> None:
    async with apart_on_kafka(kafka, prefix, instance="b") as stays:
        await create_topics(stays)
        async with stays.subscribe(ASKED, GROUP) as staying:
            async with apart_on_kafka(kafka, prefix, instance="a") as goes:
                await create_topics(goes)
                async with goes.subscribe(ASKED, GROUP) as going:
                    await eventually(lambda: len(owned(going)) == len(owned(staying)) == 6)
            await eventually(lambda: len(owned(staying)) == 12)


async def test_a_client_that_stops_fetching_without_a_word_is_a_stall(
    kafka: str, prefix: str
) -> None:
    timing = replace(QUICK, look=0.2, stalled=0.5)
    async with open_kafka(kafka, timing=timing) as log:
        await log.create(f"{prefix}t", 1)
        async with log.subscribe(f"{prefix}t", f"{prefix}g") as member:
            await log.append(f"{prefix}t", partition_key="", record_key="", value=b"1")
            assert [record.value for record in await member.get(1)] == [b"1"]
            assert isinstance(member, Member)
            member._consumer._client._fetcher._fetch_task.cancel()
            await asyncio.sleep(2 * FETCH_WAIT_MS / 1000)  # what it had asked for still comes
            await log.append(f"{prefix}t", partition_key="", record_key="", value=b"2")
            with pytest.raises(Stalled, match="unread records"):
                await member.get(1)


@contextmanager
def worker(
    bootstrap: str, prefix: str, instance: str = "", seconds: float = 0.02
) -> Iterator[subprocess.Popen[bytes]]:
    """A process that works; killed at the end if it still does."""
    process = subprocess.Popen(
        [sys.executable, str(WORKER), bootstrap, prefix, instance, str(seconds)],
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
        stdout=subprocess.PIPE,
    )
    assert process.stdout
    assert process.stdout.readline() == b"working\n"
    try:
        yield process
    finally:
        process.kill()
        process.wait()
        process.stdout.close()


@pytest.mark.slow
@pytest.mark.parametrize("instance", ["", "a"])
async def test_of_two_workers_one_is_killed_and_nothing_is_lost(
    kafka: str, prefix: str, instance: str
) -> None:
    questions = 600
    async with apart_on_kafka(kafka, prefix) as log:
        await create_topics(log)
        with worker(kafka, prefix, instance) as dies, worker(kafka, prefix, instance and "b"):
            for number in range(questions // 2):
                await ask(log, f"a{number}")
            await at_least(log, 50)
            dies.kill()
            for number in range(questions // 2, questions):
                await ask(log, f"a{number}")
            await answered(log, questions)
        found = await everything(log, EVIDENCE_RETRIEVED.name)
    ids = Counter(record.header("ce_id") for record in found)
    assert len(ids) == questions
    assert ids.total() - questions <= 100  # what one of them had in hand came again, no more


@pytest.mark.slow
async def test_a_worker_told_to_stop_leaves_nothing_to_be_done_again(
    kafka: str, prefix: str
) -> None:
    questions = 300
    async with apart_on_kafka(kafka, prefix) as log:
        await create_topics(log)
        with worker(kafka, prefix, seconds=0.1) as stops, worker(kafka, prefix):
            for number in range(questions):
                await ask(log, f"a{number}")
            await at_least(log, 50)
            stops.terminate()
            assert await asyncio.to_thread(stops.wait, 20) == 0
            await answered(log, questions)
        assert len(await everything(log, EVIDENCE_RETRIEVED.name)) == questions


async def at_least(log: Apart, count: int) -> None:
    async with asyncio.timeout(40):
        while sum((await log.ends(EVIDENCE_RETRIEVED.name)).values()) < count:  # noqa: ASYNC110
            await asyncio.sleep(0.05)


async def answered(log: Apart, questions: int) -> None:
    """Until each question has an answer, whatever came twice."""
    async with asyncio.timeout(40):
        while True:
            await at_least(log, questions)
            found = await everything(log, EVIDENCE_RETRIEVED.name)
            if len({record.header("ce_id") for record in found}) == questions:
                return
            await asyncio.sleep(0.2)
