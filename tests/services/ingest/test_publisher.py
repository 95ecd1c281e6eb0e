"""Publishing: every part is in the log, under ids that repeat."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable

import pytest

from plumbline.ingest.v1.events_pb2 import EditionIngested
from plumbline.topics import EDITION_INGESTED
from plumbline_bus import (
    Appended,
    Headers,
    LocalLog,
    Log,
    Record,
    Unavailable,
    create_topics,
    open_local,
)
from plumbline_ingest.edition import Edition
from plumbline_ingest.publisher import Publisher
from plumbline_ingest.store import Kept, Store

MakeEdition = Callable[..., Edition]


PREFIX = "test."


class FailingLog:
    """A log that cannot be reached after so many records."""

    def __init__(self, log: Log, appends: int) -> None:
        self.log = log
        self.appends = appends

    async def append(
        self,
        topic: str,
        *,
        partition_key: str,
        record_key: str,
        value: bytes,
        headers: Headers = (),
    ) -> Appended:
        if self.appends == 0:
            raise Unavailable("the log is away")
        self.appends -= 1
        return await self.log.append(
            topic, partition_key=partition_key, record_key=record_key, value=value, headers=headers
        )

    def __getattr__(self, name: str) -> object:
        return getattr(self.log, name)


@pytest.fixture
async def log() -> AsyncIterator[LocalLog]:
    async with open_local(":memory:") as opened:
        await create_topics(opened, PREFIX)
        yield opened


async def records(log: Log) -> list[Record]:
    topic = PREFIX + EDITION_INGESTED.name
    count = sum((await log.ends(topic)).values())
    found: list[Record] = []
    if count:
        async for record in log.follow(topic, {}):
            found.append(record)
            if len(found) == count:
                break
    return found


def kept(store: Store) -> Kept:
    return store.editions()[0]


async def until_published(store: Store) -> None:
    for _ in range(1000):
        if kept(store).published:
            return
        await asyncio.sleep(0.01)
    pytest.fail("it was never published")


async def test_every_part_is_appended_in_order(
    edition_of: MakeEdition, store: Store, log: LocalLog
) -> None:
    edition = edition_of()
    store.add(edition)
    await Publisher(log, store, prefix=PREFIX).publish(kept(store))
    said = [EditionIngested.FromString(record.value) for record in await records(log)]
    assert said == list(edition.parts())
    assert kept(store).published


async def test_what_a_crash_left_unsaid_is_said_again_under_the_same_ids(
    edition_of: MakeEdition, store: Store, log: LocalLog
) -> None:
    store.add(edition_of())
    failing: object = FailingLog(log, appends=2)
    with pytest.raises(Unavailable):
        await Publisher(failing, store, prefix=PREFIX).publish(kept(store))  # type: ignore[arg-type]
    assert not kept(store).published

    stop = asyncio.Event()
    serving = asyncio.create_task(Publisher(log, store, prefix=PREFIX).serve(stop))
    await until_published(store)
    stop.set()
    await serving

    ids = [record.header("ce_id") for record in await records(log)]
    assert len(ids) == 5
    assert ids[:2] == ids[2:4]  # readers know them again
    assert len(set(ids)) == 3


async def test_an_absent_log_is_waited_for(
    edition_of: MakeEdition, store: Store, log: LocalLog
) -> None:
    store.add(edition_of())
    failing = FailingLog(log, appends=0)
    stop = asyncio.Event()
    publisher = Publisher(failing, store, prefix=PREFIX, retry_seconds=0.01)  # type: ignore[arg-type]
    serving = asyncio.create_task(publisher.serve(stop))
    await asyncio.sleep(0.05)
    assert not kept(store).published
    failing.appends = 100
    await until_published(store)
    stop.set()
    await serving
