"""One member of a group on Kafka: epochs, pauses, and a drain before partitions move."""

from __future__ import annotations

import asyncio
from collections.abc import Collection, Mapping, Sequence
from contextlib import suppress

from plumbline_bus.errors import Unavailable
from plumbline_bus.kafka_client import Consumer, NotOurs, Timing
from plumbline_bus.kafka_reader import Reader
from plumbline_bus.kafka_share import Share
from plumbline_bus.log import Record


class Member:
    """A `Subscription`; see there for what it promises.

    Partitions move like this: the broker tells aiokafka, which hands out nothing more and calls
    `revoked`; what is in hand has until then been finished and committed, or is void; then it joins
    again and calls `assigned`, which begins an epoch. All partitions move each time, also those
    that come back: aiokafka knows no other way.
    """

    def __init__(self, consumer: Consumer, name: str, partitions: int, timing: Timing) -> None:
        self._consumer = consumer
        self._timing = timing
        self._share = Share()
        self._dealt = False
        self._paused: set[int] = set()
        self._reader = Reader(consumer, name, partitions, self._wanted, timing)
        self._committing: asyncio.Timeout | None = None

    async def get(self, limit: int) -> Sequence[Record]:
        """See `Subscription`."""
        while True:
            records = await self._reader.read(limit)
            if (ours := self._share.hand_out(records)) or not records:
                return ours

    async def commit(self, positions: Mapping[int, int]) -> None:
        """See `Subscription`. aiokafka would try for ever; Unavailable after a while instead."""
        epoch = self._share.epoch
        if not (due := self._share.due(positions)):
            return
        try:
            async with asyncio.timeout(self._timing.answer) as self._committing:
                await self._consumer.commit(due)
        except (TimeoutError, NotOurs) as error:
            if any(self._share.owns(partition, epoch) for partition in due):
                if isinstance(error, TimeoutError):
                    raise Unavailable("Kafka does not take positions") from None
                self._share.lose()
        else:
            self._share.committed(due, epoch)
        finally:
            self._committing = None

    def pause(self, partition: int) -> None:
        """See `Subscription`."""
        self._paused.add(partition)
        self._reader.nudge()

    def resume(self, partition: int) -> None:
        """See `Subscription`."""
        self._paused.discard(partition)
        self._reader.nudge()

    def owns(self, partition: int, epoch: int) -> bool:
        """See `Subscription`."""
        return self._share.owns(partition, epoch)

    def epoch(self, partition: int) -> int:
        """See `Subscription`."""
        return self._share.epoch

    async def revoked(self) -> None:
        """Partitions are to be given up: wait a while for what is in hand to be committed."""
        with suppress(TimeoutError):
            async with asyncio.timeout(self._timing.drain):
                await self._share.settled()
        self.leave()

    def assigned(self, partitions: Collection[int]) -> None:
        """A new epoch begins."""
        self._dealt = True
        self._paused.clear()
        self._share.gain(partitions)
        self._reader.nudge()

    def leave(self) -> None:
        """Own nothing any more; do not wait for anything."""
        self._dealt = False
        self._share.lose()
        if self._committing is not None:
            # A commit that is tried again after joining anew would move the next owner back.
            self._committing.reschedule(asyncio.get_running_loop().time())

    def _wanted(self) -> Collection[int] | None:
        return self._share.partitions - self._paused if self._dealt else None
