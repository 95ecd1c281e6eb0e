"""One member of a group on Kafka: epochs, pauses, and a drain before partitions move."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence

from plumbline_bus.errors import Unavailable
from plumbline_bus.kafka_client import Consumer, NotOurs
from plumbline_bus.kafka_connect import Timing
from plumbline_bus.kafka_reader import Reader
from plumbline_bus.kafka_share import Share
from plumbline_bus.log import Record

logger = logging.getLogger(__name__)


class Member:
    """A `Subscription`; see there for what it promises.

    Partitions move like this: the broker tells aiokafka, which hands out nothing more and calls
    `revoked`; what has begun by then is finished and committed, or is void; aiokafka joins again
    and calls `assigned`, which begins an epoch. All partitions move each time, also those that
    come back: aiokafka knows no other way.
    """

    def __init__(self, consumer: Consumer, name: str, partitions: int, timing: Timing) -> None:
        self._consumer = consumer
        self._name = name
        self._timing = timing
        self._share = Share()
        self._keeping = False
        self._drain: Callable[[], Awaitable[None]] | None = None
        self._paused: set[int] = set()
        self._reader = Reader(consumer, name, partitions, self._wanted, timing)
        self._one_commit = asyncio.Lock()
        self._committing: asyncio.Timeout | None = None

    async def get(self, limit: int) -> Sequence[Record]:
        """See `Subscription`."""
        while True:
            records = await self._reader.read(limit)
            if (ours := self._share.hand_out(records)) or not records:
                return ours

    async def commit(self, positions: Mapping[int, int]) -> None:
        """See `Subscription`. aiokafka would try for ever; Unavailable after a while instead."""
        async with self._one_commit:
            epoch = self._share.epoch
            if due := self._share.due(positions):
                try:
                    await self._store(due)
                except (TimeoutError, NotOurs) as error:
                    self._not_committed(error, epoch)
                else:
                    self._share.commit(due, epoch)

    async def _store(self, positions: Mapping[int, int]) -> None:
        try:
            async with asyncio.timeout(self._timing.answer) as self._committing:
                await self._consumer.commit(positions)
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

    def keeps(self, partition: int, epoch: int) -> bool:
        """See `Subscription`."""
        return self._keeping and self._share.owns(partition, epoch)

    def before_losing(self, drain: Callable[[], Awaitable[None]]) -> None:
        """See `Subscription`."""
        self._drain = drain

    def epoch(self, partition: int) -> int:
        """See `Subscription`."""
        return self._share.epoch

    async def revoked(self) -> None:
        """Partitions are to be given up; while this runs they are still ours."""
        self._keeping = False
        if self._drain is not None and self._share.partitions:
            try:
                async with asyncio.timeout(self._timing.drain):
                    await self._drain()
            except (TimeoutError, Unavailable):
                logger.warning("partitions lost before a drain", extra={"member": self._name})
        self.leave()

    def assigned(self, partitions: Collection[int]) -> None:
        """A new epoch begins."""
        self._keeping = True
        self._paused.clear()
        self._share.gain(partitions)
        self._reader.nudge()
        logger.info(
            "partitions assigned", extra={"member": self._name, "partitions": sorted(partitions)}
        )

    async def lag(self) -> int:
        """How many records its group has not committed, of the partitions that it owns."""
        owned, known = sorted(self._share.partitions), self._share.committed
        async with asyncio.timeout(self._timing.answer):
            ends, starts = await self._consumer.ends(owned), await self._consumer.starts(owned)
            at = {p: known[p] if p in known else await self._consumer.committed(p) for p in owned}
        return sum(max(0, ends[p] - max(at[p], starts[p])) for p in owned)

    def leave(self) -> None:
        """Own nothing any more; do not wait for anything."""
        self._keeping = False
        self._share.lose()
        if self._committing is not None and not self._committing.expired():
            # A commit that is tried again after joining anew could move the next owner back.
            self._committing.reschedule(asyncio.get_running_loop().time())

    def _not_committed(self, error: Exception, epoch: int) -> None:
        """Lost: nothing to be done. Too slow: the log is away."""
        if epoch == self._share.epoch and self._share.partitions:
            if isinstance(error, TimeoutError):
                raise Unavailable("Kafka does not take positions") from error
            self.leave()

    def _wanted(self) -> Collection[int] | None:
        return self._share.partitions - self._paused if self._keeping else None
