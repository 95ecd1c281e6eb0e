"""Five routes that do nothing, through the loop on Kafka, against five bare aiokafka hops.

The bare hops decode nothing, stamp nothing, trace nothing and keep no order per key: they are the
least that can be done with this client, not something one would run.
"""

from __future__ import annotations

import asyncio
import gc
import os
import time
from collections.abc import Awaitable, Callable, Coroutine, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

import pytest
import uvloop
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, TopicPartition
from libs.bus.apart import delete_topics

from plumbline.common.v1.common_pb2 import Run
from plumbline.gateway.v1.events_pb2 import QuestionAsked
from plumbline.generation.v1.events_pb2 import AnswerDrafted
from plumbline.provenance.v1.events_pb2 import AnswerSealed
from plumbline.rendering.v1.events_pb2 import AnswerRendered
from plumbline.retrieval.v1.events_pb2 import EvidenceRetrieved
from plumbline.safety_review.v1.events_pb2 import AnswerReviewed
from plumbline.topics import (
    ANSWER_DRAFTED,
    ANSWER_RENDERED,
    ANSWER_REVIEWED,
    ANSWER_SEALED,
    EVIDENCE_RETRIEVED,
    QUESTION_ASKED,
)
from plumbline_bus import Log, Route, consume, event_id, publish
from plumbline_bus.kafka import open_kafka

pytestmark = [pytest.mark.bench, pytest.mark.kafka, pytest.mark.timeout(600)]

BAR = 1.5
ROUNDS = 3
WARM = 24
LOOK_SECONDS = 0.1  # asking more often whether all have arrived would be much of what is measured
WAY = (
    QUESTION_ASKED,
    EVIDENCE_RETRIEVED,
    ANSWER_DRAFTED,
    ANSWER_REVIEWED,
    ANSWER_RENDERED,
    ANSWER_SEALED,
)
HOPS = len(WAY) - 1
Hop = Callable[[asyncio.Event, asyncio.Event], Coroutine[Any, Any, None]]


@dataclass(frozen=True)
class Took:
    """What carrying the records took."""

    wall_seconds: float
    cpu_seconds: float


async def on_asked(message: QuestionAsked) -> list[EvidenceRetrieved]:
    return [EvidenceRetrieved(run=message.run)]


async def on_evidence(message: EvidenceRetrieved) -> list[AnswerDrafted]:
    return [AnswerDrafted(run=message.run)]


async def on_drafted(message: AnswerDrafted) -> list[AnswerReviewed]:
    return [AnswerReviewed(run=message.run)]


async def on_reviewed(message: AnswerReviewed) -> list[AnswerRendered]:
    return [AnswerRendered(run=message.run)]


async def on_rendered(message: AnswerRendered) -> list[AnswerSealed]:
    return [AnswerSealed(answer_id=message.run.answer_id, revision=message.run.revision)]


HANDLERS = (on_asked, on_evidence, on_drafted, on_reviewed, on_rendered)


async def feed(log: Log, prefix: str, topic: int, count: int) -> None:
    """Put the same records into one of the topics, whoever carries them on."""
    first = (QuestionAsked, EvidenceRetrieved)[topic]

    async def put(number: int) -> None:
        message = first(run=Run(answer_id=f"{number:032x}", revision=1))
        identity = event_id("bench", str(topic), "feed", number)
        await publish(log, message, service="bench", event_id=identity, prefix=prefix)

    for start in range(0, count, 500):
        await asyncio.gather(*(put(number) for number in range(start, min(start + 500, count))))


async def carried(log: Log, prefix: str, hops: Sequence[Hop], count: int) -> Took:
    """Let five hops carry records from the first topic to the last.

    The later hops are warm, the records are there, and the clock starts when the first is taken.
    """
    last = f"{prefix}{WAY[-1].name}"

    async def arrived(number: int) -> None:
        while sum((await log.ends(last)).values()) < number:  # noqa: ASYNC110
            await asyncio.sleep(LOOK_SECONDS)

    stop, taken = asyncio.Event(), asyncio.Event()
    async with asyncio.TaskGroup() as tasks:
        for hop in hops[1:]:
            tasks.create_task(hop(stop, asyncio.Event()))
        await feed(log, prefix, 1, WARM)
        await arrived(WARM)
        await feed(log, prefix, 0, count)
        tasks.create_task(hops[0](stop, taken))
        await taken.wait()
        wall, cpu = time.perf_counter(), time.process_time()
        await arrived(WARM + count)
        took = Took(time.perf_counter() - wall, time.process_time() - cpu)
        stop.set()
    return took


def through_the_loop(log: Log, prefix: str, concurrency: int) -> list[Hop]:
    def hop(number: int) -> Hop:
        async def run(stop: asyncio.Event, taken: asyncio.Event) -> None:
            async def handle(message: Any) -> Any:
                taken.set()
                return await HANDLERS[number](message)

            route: Route[Any] = Route(WAY[number], handle, concurrency=concurrency)
            await consume(log, f"hop{number}", route, stop, prefix=prefix)

        return run

    return [hop(number) for number in range(HOPS)]


def bare(bootstrap: str, producer: AIOKafkaProducer, prefix: str, concurrency: int) -> list[Hop]:
    """What one would write by hand: read some, send them on side by side, commit now and then."""

    def hop(number: int) -> Hop:
        async def run(stop: asyncio.Event, taken: asyncio.Event) -> None:
            consumer = AIOKafkaConsumer(
                f"{prefix}{WAY[number].name}",
                bootstrap_servers=bootstrap,
                group_id=f"{prefix}bare{number}",
                enable_auto_commit=False,
                auto_offset_reset="earliest",
            )
            onward = f"{prefix}{WAY[number + 1].name}"
            done: dict[TopicPartition, int] = {}
            committed = time.monotonic()
            async with consumer:
                while not stop.is_set():
                    batch = await consumer.getmany(timeout_ms=100, max_records=concurrency)
                    sends: list[Awaitable[Any]] = []
                    for place, records in batch.items():
                        taken.set()
                        sends += [
                            producer.send_and_wait(
                                onward, value=r.value, key=r.key, headers=list(r.headers)
                            )
                            for r in records
                        ]
                        done[place] = records[-1].offset + 1
                    await asyncio.gather(*sends)
                    if done and time.monotonic() - committed > 0.05:
                        await consumer.commit(done)
                        done, committed = {}, time.monotonic()

        return run

    return [hop(number) for number in range(HOPS)]


async def one_round(bootstrap: str, concurrency: int, count: int) -> tuple[Took, Took]:
    """The bare hops, then the loop, on topics of their own."""
    prefixes: list[str] = []
    # What pytest has loaded is nothing that a service would look through for garbage.
    gc.collect()
    gc.freeze()
    async with AsyncExitStack() as stack:
        log = await stack.enter_async_context(open_kafka(bootstrap))
        producer = AIOKafkaProducer(
            bootstrap_servers=bootstrap, enable_idempotence=True, acks="all"
        )
        await stack.enter_async_context(producer)
        took = []
        for kind in ("bare", "loop"):
            prefix = f"{kind}.{uuid4().hex}."
            for topic in WAY:
                await log.create(f"{prefix}{topic.name}", topic.partitions)
                await log.create(f"{prefix}{topic.name}.dead", 1)
            hops = (
                bare(bootstrap, producer, prefix, concurrency)
                if kind == "bare"
                else through_the_loop(log, prefix, concurrency)
            )
            took.append(await carried(log, prefix, hops, count))
            prefixes.append(prefix)
    for prefix in prefixes:
        await delete_topics(bootstrap, prefix)
    return took[0], took[1]


@pytest.mark.parametrize(("concurrency", "count"), [(1, 400), (64, 4000)])
def test_five_routes_against_five_bare_hops(kafka: str, concurrency: int, count: int) -> None:
    rounds = [uvloop.run(one_round(kafka, concurrency, count)) for _ in range(ROUNDS)]
    by_hand = min((bare for bare, _ in rounds), key=lambda took: took.wall_seconds)
    loop = min((loop for _, loop in rounds), key=lambda took: took.wall_seconds)
    ratio = loop.wall_seconds / by_hand.wall_seconds
    print(f"\n{count} records, {HOPS} hops, {concurrency} at a time, load {os.getloadavg()[0]:.1f}")
    for name, took in (("bare aiokafka", by_hand), ("the loop", loop)):
        hops = count * HOPS
        print(
            f"  {name:14s} {took.wall_seconds:6.2f} s, {hops / took.wall_seconds:7.0f} hops/s,"
            f" {hops / took.cpu_seconds:7.0f} hops/s per core"
        )
    print(f"  ratio {ratio:.2f}, the bar is {BAR}: {'met' if ratio <= BAR else 'missed'}")
    print("  rounds", [f"{a.wall_seconds:.2f}/{b.wall_seconds:.2f}" for a, b in rounds])
