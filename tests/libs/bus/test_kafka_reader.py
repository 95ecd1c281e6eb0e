"""Reading from a client that may say nothing for four reasons."""

from __future__ import annotations

import asyncio
from collections.abc import Collection
from dataclasses import replace
from typing import cast

import pytest
from libs.bus.rig import QUICK

from plumbline_bus import Record, Stalled, Unavailable
from plumbline_bus.kafka_client import Consumer
from plumbline_bus.kafka_reader import Reader

RECORD = Record("t", 0, 0, "k", b"", (), 0)
TIMING = replace(QUICK, look=0.0, answer=0.05, stalled=0.2)


class Silent:
    """A consumer that hands out what it is given, and otherwise waits, as aiokafka's does."""

    def __init__(self, end: int = 0) -> None:
        self.fetched: list[Record] = []
        self.asked: list[Collection[int] | None] = []
        self.answers = True
        self.end = end

    async def poll(
        self, partitions: Collection[int] | None, limit: int, seconds: float
    ) -> list[Record]:
        self.asked.append(partitions)
        if not self.fetched:
            await asyncio.sleep(0.01)
        found, self.fetched = self.fetched[:limit], self.fetched[limit:]
        return found

    async def ends(self, partitions: Collection[int]) -> dict[int, int]:
        if not self.answers:
            await asyncio.Event().wait()
        return dict.fromkeys(partitions, self.end)

    async def position(self, partition: int) -> int:
        return 0


def reader(consumer: Silent, wanted: Collection[int] | None = (0,)) -> Reader:
    return Reader(cast(Consumer, consumer), "reading", 1, lambda: wanted, TIMING)


async def test_unread_records_that_do_not_come_are_a_stall() -> None:
    with pytest.raises(Stalled, match="reading"):
        await reader(Silent(end=1)).read(1)


async def test_a_member_that_is_given_no_place_in_its_group_is_a_stall() -> None:
    with pytest.raises(Stalled):
        await reader(Silent(), wanted=None).read(1)


@pytest.mark.parametrize(
    ("consumer", "wanted"), [(Silent(), (0,)), (Silent(end=1), ())], ids=["all read", "all paused"]
)
async def test_nothing_to_read_is_waited_for(consumer: Silent, wanted: Collection[int]) -> None:
    reading = asyncio.create_task(reader(consumer, wanted).read(1))
    await asyncio.wait({reading}, timeout=3 * TIMING.stalled)
    assert not reading.done()
    reading.cancel()


async def test_brokers_that_do_not_answer_are_away_and_no_stall() -> None:
    consumer = Silent(end=1)
    consumer.answers = False
    reading = reader(consumer)
    for _ in range(8):
        with pytest.raises(Unavailable):
            await reading.read(1)
    consumer.answers = True
    assert await reading.read(1) == []  # they answer again
    consumer.fetched = [RECORD]
    assert await reading.read(1) == [RECORD]


async def test_a_nudge_asks_anew_at_once() -> None:
    wanted: list[int] = []
    consumer = Silent()
    nudged = Reader(cast(Consumer, consumer), "reading", 1, lambda: wanted, replace(QUICK))
    reading = asyncio.create_task(nudged.read(1))
    await asyncio.sleep(0.05)
    assert consumer.asked == []
    consumer.fetched = [RECORD]
    wanted.append(0)
    nudged.nudge()
    async with asyncio.timeout(0.5):
        assert await reading == [RECORD]


async def test_it_may_be_nudged_while_it_is_asking_anew_because_of_a_nudge() -> None:
    consumer = Silent(end=1)
    reading = reader(consumer)
    read = asyncio.create_task(reading.read(1))
    await asyncio.sleep(0)
    reading.nudge()
    await asyncio.sleep(0)  # it is on its way
    reading.nudge()
    consumer.fetched = [RECORD]
    assert await read == [RECORD]
