"""Everything one member has in hand: what to commit, and which partitions to hold back."""

from __future__ import annotations

import asyncio
from collections.abc import Hashable
from dataclasses import dataclass

from opentelemetry.trace import INVALID_SPAN, Span

from plumbline_bus.log import Record, Subscription
from plumbline_bus.progress import Progress
from plumbline_bus.tries import Tried


@dataclass(slots=True, eq=False)
class Taken:
    """A record in hand, and the epoch of its partition when it was taken.

    Records of one `key` are worked on one after the other.
    `started` is "" until work on it begins, `tried` None until it fails.
    """

    record: Record
    epoch: int
    key: Hashable
    started: str = ""
    span: Span = INVALID_SPAN
    tried: Tried | None = None


class Working:
    """Counts the records that are worked on."""

    def __init__(self) -> None:
        self._records = 0
        self.none = asyncio.Event()
        self.none.set()

    def begin(self) -> None:
        """One more is worked on."""
        if not self._records:
            self.none.clear()
        self._records += 1

    def end(self) -> None:
        """One is no longer: it is finished, or left."""
        self._records -= 1
        if not self._records:
            self.none.set()


class InHand:
    """The records of all partitions of a subscription between being taken and being committed.

    A partition with `most` in hand is paused by itself, the others go on; it is resumed at half.
    Before partitions move, what is being worked on is finished and committed, and nothing is begun.
    """

    def __init__(self, subscription: Subscription, most: int) -> None:
        self._subscription = subscription
        self._most = most
        self._progress: dict[int, tuple[int, Progress]] = {}
        self._committed: dict[int, int] = {}
        self._paused: set[int] = set()
        self.moved = asyncio.Event()  # set while there may be something to commit
        self.working = Working()
        subscription.before_losing(self.drain)

    def take(self, taken: Taken) -> None:
        """A record was handed out."""
        partition = taken.record.partition
        progress = self._of(partition, taken.epoch)
        progress.take(taken.record.offset)
        if progress.in_hand >= self._most and partition not in self._paused:
            self._paused.add(partition)
            self._subscription.pause(partition)

    def finish(self, taken: Taken) -> None:
        """A record is done with. Of an epoch that is over: void, another member has it now."""
        partition = taken.record.partition
        epoch, progress = self._progress[partition]
        if epoch != taken.epoch:
            return
        progress.finish(taken.record.offset)
        self.moved.set()
        if partition in self._paused and progress.in_hand <= self._most // 2:
            self._paused.discard(partition)
            self._subscription.resume(partition)

    def still_ours(self, taken: Taken) -> bool:
        """Whether work on it may begin: its partition is with this member, and stays there."""
        return self._subscription.keeps(taken.record.partition, taken.epoch)

    async def drain(self) -> None:
        """Commit what has begun, once nothing is being worked on."""
        await self.working.none.wait()
        await self.commit()

    async def commit(self) -> None:
        """Commit every position that moved. What fails to be committed is tried again next time."""
        self.moved.clear()
        positions = self._to_commit()
        if not positions:
            return
        try:
            await self._subscription.commit(positions)
        except BaseException:
            self.moved.set()
            raise
        self._committed.update(positions)

    def _to_commit(self) -> dict[int, int]:
        return {
            partition: position
            for partition, (epoch, progress) in self._progress.items()
            if (position := progress.position) is not None
            and position != self._committed.get(partition)
            and self._subscription.owns(partition, epoch)
        }

    def _of(self, partition: int, epoch: int) -> Progress:
        """The partition's progress in this epoch; a new epoch starts afresh, and unpaused."""
        known = self._progress.get(partition)
        if known is None or known[0] != epoch:
            self._progress[partition] = known = (epoch, Progress())
            self._committed.pop(partition, None)
            self._paused.discard(partition)
        return known[1]
