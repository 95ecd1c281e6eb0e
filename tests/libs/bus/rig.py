"""What the tests of the loop share: asking, running the loop, and looking at the log."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import aclosing, asynccontextmanager
from itertools import count
from typing import Any

from plumbline.common.v1.common_pb2 import Run
from plumbline.gateway.v1.events_pb2 import QuestionAsked
from plumbline.retrieval.v1.events_pb2 import EvidenceRetrieved
from plumbline.topics import QUESTION_ASKED
from plumbline_bus import (
    EventRoute,
    Log,
    Patience,
    Record,
    Reject,
    Route,
    Subscription,
    consume,
    event_id,
    publish,
)
from plumbline_bus.kafka_connect import Timing
from plumbline_bus.lanes import BackgroundTurn, Turn
from plumbline_bus.partition import partition_of

Answer = Callable[[QuestionAsked], Awaitable[list[EvidenceRetrieved]]]
ASKED = QUESTION_ASKED.name
SECRET = "words that only the asker may see"
QUICK = Timing(session=3.0, drain=1.0, stalled=20.0)  # on Kafka, for tests


class Spying:
    """A log that passes everything on, and remembers commits and pauses."""

    def __init__(self, log: Log) -> None:
        self._log = log
        self.commits: list[dict[int, int]] = []
        self.paused: list[int] = []
        self.resumed: list[int] = []
        self.groups: list[str] = []

    def __getattr__(self, name: str) -> Any:
        return getattr(self._log, name)

    @asynccontextmanager
    async def subscribe(self, topic: str, group: str) -> AsyncIterator[Subscription]:
        self.groups.append(group)
        async with self._log.subscribe(topic, group) as inner:
            yield SpyingSubscription(inner, self)


class SpyingSubscription:
    def __init__(self, inner: Subscription, spy: Spying) -> None:
        self._inner = inner
        self._spy = spy

    def __getattr__(self, name: str) -> Any:
        return getattr(self._inner, name)

    async def commit(self, positions: Mapping[int, int]) -> None:
        await self._inner.commit(positions)
        self._spy.commits.append(dict(positions))

    def pause(self, partition: int) -> None:
        self._spy.paused.append(partition)
        self._inner.pause(partition)

    def resume(self, partition: int) -> None:
        self._spy.resumed.append(partition)
        self._inner.resume(partition)


async def ask(log: Log, answer_id: str, revision: int = 1) -> str:
    """Ask; the id of the event."""
    message = QuestionAsked(run=Run(answer_id=answer_id, revision=revision), question=SECRET)
    identity = event_id("gateway", answer_id, "ask", revision)
    await publish(log, message, service="gateway", event_id=identity)
    return identity


def together(howmany: int, partition: int = 0) -> list[str]:
    """Answer ids that share a partition, so that they share a position."""
    partitions = QUESTION_ASKED.partitions
    same = (f"a{n}" for n in count() if partition_of(f"a{n}", partitions) == partition)
    return [next(same) for _ in range(howmany)]


async def everything(log: Log, topic: str) -> list[Record]:
    """All records of a topic, as they stand now."""
    left = sum((await log.ends(topic)).values())
    records: list[Record] = []
    async with aclosing(log.follow(topic, {})) as reading:
        while left:
            records.append(await anext(reading))
            left -= 1
    return records


async def eventually(condition: Callable[[], bool]) -> None:
    async with asyncio.timeout(20):
        while not condition():  # noqa: ASYNC110  what is waited for belongs to no test
            await asyncio.sleep(0.001)


@asynccontextmanager
async def consuming(
    log: Log, route: Route[Any] | EventRoute[Any], patience: Patience, **more: Any
) -> AsyncIterator[asyncio.Event]:
    """The loop at work; stopped and drained at the end."""
    stop = asyncio.Event()
    working = asyncio.create_task(consume(log, "retrieval", route, stop, patience=patience, **more))
    try:
        yield stop
    finally:
        stop.set()
        async with asyncio.timeout(20):
            await working


@asynccontextmanager
async def entered(turn: Turn | BackgroundTurn) -> AsyncIterator[None]:
    """In a turn, as whoever handles a record is."""
    if not turn.is_near:
        await turn.come()
    with turn:
        yield


async def nothing(_: QuestionAsked) -> list[EvidenceRetrieved]:
    return []


async def evidence(question: QuestionAsked) -> list[EvidenceRetrieved]:
    return [EvidenceRetrieved(run=question.run)]


async def refuse(_: QuestionAsked) -> list[EvidenceRetrieved]:
    raise Reject("no-such-audience")


async def broken(_: QuestionAsked) -> list[EvidenceRetrieved]:
    raise ZeroDivisionError(SECRET)
