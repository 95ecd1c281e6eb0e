"""One member's share of a topic: which partitions, since when, and how far the group has come."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence, Set

from plumbline_bus.log import Record


class Share:
    """The partitions a member owns. It owns none while they are dealt anew."""

    def __init__(self) -> None:
        self.epoch = 0
        self._committed: dict[int, int | None] = {}  # None: nothing was handed out in this epoch

    @property
    def partitions(self) -> Set[int]:
        """What it owns now."""
        return self._committed.keys()

    @property
    def committed(self) -> Mapping[int, int]:
        """How far the group has come where that is known: where something was handed out."""
        return {p: position for p, position in self._committed.items() if position is not None}

    def owns(self, partition: int, epoch: int) -> bool:
        """Whether it still owns the partition as it was assigned in that epoch."""
        return epoch == self.epoch and partition in self._committed

    def gain(self, partitions: Collection[int]) -> None:
        """A new epoch begins with these partitions."""
        self.epoch += 1
        self._committed = dict.fromkeys(partitions)

    def lose(self) -> None:
        """Nothing is owned until the next epoch."""
        self._committed = {}

    def hand_out(self, records: Sequence[Record]) -> list[Record]:
        """Records are about to go to whoever asked; those of lost partitions do not."""
        ours = [record for record in records if record.partition in self._committed]
        for record in ours:
            if self._committed[record.partition] is None:
                self._committed[record.partition] = record.offset  # reading begins where it stands
        return ours

    def due(self, positions: Mapping[int, int]) -> dict[int, int]:
        """Those of these positions that move the group on: owned, and ahead of what is stored.

        A position in a partition of which nothing was handed out in this epoch is of another one.
        """
        return {
            partition: position
            for partition, position in positions.items()
            if (committed := self._committed.get(partition)) is not None and position > committed
        }

    def commit(self, positions: Mapping[int, int], epoch: int) -> None:
        """Positions of that epoch are stored."""
        if epoch == self.epoch:
            self._committed |= {p: at for p, at in positions.items() if p in self._committed}
