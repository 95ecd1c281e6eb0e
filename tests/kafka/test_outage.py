"""Brokers that stop, freeze and die under load: everything waits, and nothing accepted is lost."""

from __future__ import annotations

import asyncio
import signal
import time
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import replace

import pytest
from kafka.cluster import Cluster, Node
from libs.bus.apart import admin_of, apart_on_kafka
from libs.bus.rig import ASKED, QUICK, ask, consuming, eventually, everything, evidence

from plumbline.gateway.v1.events_pb2 import QuestionAsked
from plumbline.retrieval.v1.events_pb2 import EvidenceRetrieved
from plumbline.topics import EVIDENCE_RETRIEVED, QUESTION_ASKED
from plumbline_bus import (
    Event,
    Follower,
    Health,
    Log,
    Patience,
    Route,
    Unavailable,
    create_topics,
    follow,
)
from plumbline_bus.kafka import open_kafka
from plumbline_bus.kafka_connect import Timing
from plumbline_kit.service import Service, run

pytestmark = [pytest.mark.kafka, pytest.mark.slow, pytest.mark.timeout(120)]

ENDS_WITHIN_SECONDS = 25  # architecture.md: below the 30 s a cluster gives before it kills
IMPATIENT = replace(QUICK, append=3.0, answer=1.0, look=0.5)


class Seen:
    """A follower of the evidence: which questions got theirs."""

    def __init__(self) -> None:
        self.answers: set[str] = set()
        self.positions: dict[int, int] = {}

    def apply(self, event: Event[EvidenceRetrieved]) -> None:
        self.answers.add(event.message.run.answer_id)
        self.positions[event.partition] = event.offset + 1


@asynccontextmanager
async def working(
    log: Log, seen: Seen, route_health: Health, health: Health
) -> AsyncIterator[None]:
    """A route at work, and a follower of what it makes."""
    stop = asyncio.Event()
    follower = Follower(EVIDENCE_RETRIEVED, lambda: seen.positions, seen.apply)
    following = asyncio.create_task(follow(log, "gateway", follower, stop, health=health))
    async with consuming(log, Route(QUESTION_ASKED, evidence), Patience(), health=route_health):
        yield
    stop.set()
    await following


async def test_a_broker_that_goes_away_and_comes_back_is_waited_for(own_kafka: Cluster) -> None:
    (node,) = own_kafka.nodes
    seen, route_health, health = Seen(), Health(), Health()
    accepted: set[str] = set()
    async with apart_on_kafka(own_kafka.bootstrap, timing=IMPATIENT) as log:
        await create_topics(log)
        async with working(log, seen, route_health, health):
            for number in range(20):
                await ask(log, f"before{number}")
                accepted.add(f"before{number}")
            await eventually(lambda: seen.answers == accepted and health.ready)

            node.kill()
            began = time.monotonic()
            with pytest.raises(Unavailable):
                await ask(log, "during")
            assert time.monotonic() - began < IMPATIENT.append + 1
            await eventually(lambda: not health.ready and not route_health.ready)
            # Which of its questions is the last to go without an answer is chance.
            (why,) = route_health.reasons().values()
            assert why in ("Kafka does not answer", "Kafka does not take positions")

            await asyncio.to_thread(node.start)
            # Ready again without a single record: nobody may be asking while they are not.
            await eventually(lambda: health.ready and route_health.ready)
            for number in range(20):
                await ask(log, f"after{number}")
                accepted.add(f"after{number}")
            await eventually(lambda: seen.answers >= accepted)
    assert seen.answers - accepted <= {"during"}


async def test_a_broker_that_freezes_holds_nobody_for_long(own_kafka: Cluster) -> None:
    (node,) = own_kafka.nodes
    assert node.process
    async with apart_on_kafka(own_kafka.bootstrap, timing=IMPATIENT) as log:
        await create_topics(log)
        await ask(log, "a")
        async with log.subscribe(ASKED, "retrieval.question.asked.v1") as member:
            (record,) = await member.get(1)
            node.process.send_signal(signal.SIGSTOP)
            began = time.monotonic()
            with pytest.raises(Unavailable):
                await ask(log, "b")
            with pytest.raises(Unavailable):
                await member.commit({record.partition: 1})
            with pytest.raises(Unavailable):
                await member.get(1)
            with pytest.raises(Unavailable):
                await log.ends(ASKED)
        assert time.monotonic() - began < IMPATIENT.append + 5 * IMPATIENT.answer + IMPATIENT.stop
        began = time.monotonic()
    assert time.monotonic() - began < IMPATIENT.stop + 0.5


async def test_without_a_broker_opening_says_so() -> None:
    with pytest.raises(Unavailable, match="Kafka"):
        async with open_kafka("127.0.0.1:1"):
            pass


async def test_told_to_stop_while_the_broker_is_gone_a_service_ends_in_time(
    own_kafka: Cluster,
) -> None:
    """With the times it has when deployed, and a record in hand whose answer goes nowhere."""
    stop, asked = asyncio.Event(), asyncio.Event()

    async def handle(question: QuestionAsked) -> list[EvidenceRetrieved]:
        own_kafka.nodes[0].kill()
        asked.set()
        return [EvidenceRetrieved(run=question.run)]

    async with AsyncExitStack() as stack:
        log = await stack.enter_async_context(apart_on_kafka(own_kafka.bootstrap, timing=Timing()))
        await create_topics(log)
        await log.ends(EVIDENCE_RETRIEVED.name)  # it is made when it is first used
        await ask(log, "a")
        service = Service("retrieval", routes=[Route(QUESTION_ASKED, handle)])
        running = asyncio.create_task(run(log, [service], stop=stop))
        await asked.wait()
        stop.set()
        async with asyncio.timeout(ENDS_WITHIN_SECONDS):
            await running
            await stack.aclose()


async def leader(cluster: Cluster, topic: str) -> Node:
    """The node that leads partition 0; a broker that is asked may not have heard of it yet."""
    async with asyncio.timeout(20), admin_of(cluster.bootstrap) as admin:
        while True:
            (described,) = await admin.describe_topics([topic])
            for partition in described["partitions"]:
                if partition["partition"] == 0 and partition["leader"] > 0:
                    return cluster.node(partition["leader"])
            await asyncio.sleep(0.1)


async def test_leaders_that_die_one_after_another_cost_seconds_and_no_record(
    three_kafkas: Cluster,
) -> None:
    seen, route_health, health = Seen(), Health(), Health()
    accepted: list[str] = []
    longest = 0.0
    done = asyncio.Event()
    timing = replace(QUICK, append=15.0)
    async with apart_on_kafka(three_kafkas.bootstrap, timing=timing) as log:
        await create_topics(log)

        async def asking(who: int) -> None:
            nonlocal longest
            number = 0
            while not done.is_set():
                began = time.monotonic()
                await ask(log, f"{who}-{number}")
                longest = max(longest, time.monotonic() - began)
                accepted.append(f"{who}-{number}")
                number += 1
                await asyncio.sleep(0.02)

        async with working(log, seen, route_health, health), asyncio.TaskGroup() as tasks:
            for who in range(10):
                tasks.create_task(asking(who))
            for _ in range(2):
                await asyncio.sleep(1)
                node = await leader(three_kafkas, f"{log.prefix}{ASKED}")
                node.kill()
                await asyncio.sleep(4)
                await asyncio.to_thread(node.start)
            await asyncio.sleep(1)
            done.set()
            await eventually(lambda: seen.answers == set(accepted))
        found = await everything(log, ASKED)
    assert len(accepted) > 500
    assert len(found) == len(accepted)  # a retry inside the producer doubles nothing
    assert longest < timing.append
