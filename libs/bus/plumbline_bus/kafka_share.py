"""One member's share of a topic: which partitions, since when, what it was given and committed."""

from __future__ import annotations

import asyncio
from collections.abc import Collection, Mapping, Sequence, Set
from dataclasses import dataclass

from plumbline_bus.log import Record


@dataclass
class Place:
    """How far one partition has come in this epoch. None: nothing of it was handed out yet."""

    committed: int | None = None  # the group's position, at least
    handed: int | None = None  # the position after the last record handed out

    @property
    def settled(self) -> bool:
        """Whether all that was handed out is committed."""
        return self.handed == self.committed


class Share:
    """The partitions a member owns. It owns none while they are dealt anew."""

    def __init__(self) -> None:
        self.epoch = 0
        self._places: dict[int, Place] = {}
        self._settling = asyncio.Event()

    @property
    def partitions(self) -> Set[int]:
        """What it owns now."""
        return self._places.keys()

    def owns(self, partition: int, epoch: int) -> bool:
        """Whether it still owns the partition as it was assigned in that epoch."""
        return epoch == self.epoch and partition in self._places

    def gain(self, partitions: Collection[int]) -> None:
        """A new epoch begins with these partitions."""
        self.epoch += 1
        self._places = {partition: Place() for partition in partitions}

    def lose(self) -> None:
        """Nothing is owned until the next epoch."""
        self._places = {}
        self._settling.set()

    def hand_out(self, records: Sequence[Record]) -> list[Record]:
        """Records are about to go to whoever asked; those of lost partitions do not."""
        ours = [record for record in records if record.partition in self._places]
        for record in ours:
            place = self._places[record.partition]
            if place.committed is None:
                place.committed = record.offset  # reading began at the group's position
            place.handed = record.offset + 1
        return ours

    def due(self, positions: Mapping[int, int]) -> dict[int, int]:
        """Those of these positions that move the group on: owned, and ahead of what is stored.

        A position in a partition of which nothing was handed out in this epoch is from another.
        """
        return {
            partition: position
            for partition, position in positions.items()
            if (place := self._places.get(partition)) is not None
            and place.committed is not None
            and position > place.committed
        }

    def committed(self, positions: Mapping[int, int], epoch: int) -> None:
        """Positions of that epoch are stored."""
        if epoch == self.epoch:
            for partition, position in positions.items():
                if place := self._places.get(partition):
                    place.committed = position
            self._settling.set()

    async def settled(self) -> None:
        """Wait until all that was handed out is committed, or everything is lost."""
        while not all(place.settled for place in self._places.values()):
            self._settling.clear()
            await self._settling.wait()
