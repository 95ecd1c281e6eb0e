"""Five routes that do nothing, through the loop on Kafka, against five aiokafka hops by hand.

*bare*     copies records: it decodes, stamps and traces nothing, holds up every record for the
           slowest of its batch, and ends at the first error. The least one can do; the bar is here.
*by hand*  the same loop, but it decodes, handles, encodes, and writes the headers of every event:
           what is left above it is the price of order per key, tries, dead letters and traces.

All three are at least once: idempotent producer, acks=all, committed after what it led to, by time.
On a machine that does other work compare the seconds of a core rather than those of the clock.
"""

from __future__ import annotations

import asyncio
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
from google.protobuf.message import Message
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
    topic_of,
)
from plumbline_bus import Event, Hop, Log, Route, consume, event_id, publish, utc_now
from plumbline_bus.event import decode
from plumbline_bus.kafka import open_kafka
from plumbline_bus.kafka_client import record_of
from plumbline_bus.partition import partition_of
from plumbline_bus.publish import cloud_event, encode
from plumbline_kit import garbage

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
Runs = Callable[[asyncio.Event, asyncio.Event], Coroutine[Any, Any, None]]


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


async def carried(log: Log, prefix: str, hops: Sequence[Runs], count: int) -> Took:
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


def through_the_loop(log: Log, prefix: str, concurrency: int) -> list[Runs]:
    def hop(number: int) -> Runs:
        async def run(stop: asyncio.Event, taken: asyncio.Event) -> None:
            async def handle(message: Any) -> Any:
                taken.set()
                return await HANDLERS[number](message)

            route: Route[Any] = Route(WAY[number], handle, concurrency=concurrency)
            await consume(log, f"hop{number}", route, stop, prefix=prefix)

        return run

    return [hop(number) for number in range(HOPS)]


Onward = Callable[[int, Any], Awaitable[dict[str, Any]]]


async def copied(_: int, fetched: Any) -> dict[str, Any]:
    """What is sent on: the same again."""
    return {"value": fetched.value, "key": fetched.key, "headers": list(fetched.headers)}


async def made(number: int, fetched: Any) -> dict[str, Any]:
    """What is sent on: the next event, as the loop would have it."""
    started = utc_now()
    event: Event[Any] = decode(record_of(fetched), WAY[number], "")
    handle: Callable[[Any], Awaitable[Sequence[Message]]] = HANDLERS[number]
    (message,) = await handle(event.message)
    topic, service = topic_of(message), f"hop{number}"
    key = topic.record_key(message)
    hop = Hop(service, event_id(service, event.id, "made", 0), started, utc_now())
    return {
        "value": encode(message, topic),
        "key": key.encode(),
        "headers": [*cloud_event(topic, hop, event.trail, key)],
        "partition": partition_of(topic.partition_key(message), topic.partitions),
    }


def by_hand(
    bootstrap: str, producer: AIOKafkaProducer, prefix: str, concurrency: int, next_one: Onward
) -> list[Runs]:
    """Read some, send on what follows from them side by side, commit now and then."""

    def hop(number: int) -> Runs:
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
                            producer.send_and_wait(onward, **await next_one(number, record))
                            for record in records
                        ]
                        done[place] = records[-1].offset + 1
                    await asyncio.gather(*sends)
                    if done and time.monotonic() - committed > 0.05:
                        await consumer.commit(done)
                        done, committed = {}, time.monotonic()

        return run

    return [hop(number) for number in range(HOPS)]


async def one_round(bootstrap: str, concurrency: int, count: int) -> dict[str, Took]:
    """Each kind, one after the other, on topics of its own."""
    prefixes: list[str] = []
    garbage.settle()  # as in every service
    async with AsyncExitStack() as stack:
        log = await stack.enter_async_context(open_kafka(bootstrap))
        producer = AIOKafkaProducer(
            bootstrap_servers=bootstrap, enable_idempotence=True, acks="all"
        )
        await stack.enter_async_context(producer)
        took = {}
        for kind, onward in KINDS.items():
            prefix = f"{uuid4().hex}."
            for topic in WAY:
                await log.create(f"{prefix}{topic.name}", topic.partitions)
                await log.create(f"{prefix}{topic.name}.dead", 1)
            hops = (
                by_hand(bootstrap, producer, prefix, concurrency, onward)
                if onward
                else through_the_loop(log, prefix, concurrency)
            )
            took[kind] = await carried(log, prefix, hops, count)
            prefixes.append(prefix)
    for prefix in prefixes:
        await delete_topics(bootstrap, prefix)
    return took


LOOP = "the loop"
KINDS: dict[str, Onward | None] = {"bare": copied, "by hand": made, LOOP: None}


@pytest.mark.parametrize(("concurrency", "count"), [(1, 400), (64, 6000)])
def test_five_routes_against_five_bare_hops(kafka: str, concurrency: int, count: int) -> None:
    rounds = [uvloop.run(one_round(kafka, concurrency, count)) for _ in range(ROUNDS)]
    hops = count * HOPS
    print(f"\n{count} records, {HOPS} hops, {concurrency} at a time, load {os.getloadavg()[0]:.1f}")
    wall, cpu = (
        {kind: min(getattr(took[kind], what) for took in rounds) for kind in KINDS}
        for what in ("wall_seconds", "cpu_seconds")
    )
    for kind in KINDS:
        print(
            f"  {kind:8s} {wall[kind]:6.2f} s, {hops / wall[kind]:7.0f} hops/s,"
            f" {hops / cpu[kind]:7.0f} hops/s per core,"
            f" {cpu[kind] / hops * 1e6:4.0f} µs of a core for each"
        )
    for against in ("bare", "by hand"):
        ratio = wall[LOOP] / wall[against]
        print(
            f"  the loop to {against}: time {ratio:.2f}, core {cpu[LOOP] / cpu[against]:.2f}"
            + (f" (the bar is {BAR}: {'met' if ratio <= BAR else 'missed'})" * (against == "bare"))
        )
    for kind in KINDS:
        print(f"  rounds {kind}:", *(f"{took[kind].wall_seconds:.2f}" for took in rounds))
