"""Groups of the local log: who reads which partitions, and how far each group has come."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence

from plumbline_bus.local_topic import LocalTopic, Places
from plumbline_bus.log import Record

StoreCommit = Callable[[Mapping[int, int]], Awaitable[None]]


class LocalGroup:
    """The members of a group, sharing the partitions of a topic.

    Every join and every leave deals all partitions anew, also those that stay where they were:
    that is what Kafka's eager protocol does, and this log must be no kinder.
    """

    def __init__(self, topic: LocalTopic, committed: Mapping[int, int], store: StoreCommit) -> None:
        self.topic = topic
        self._committed = dict(committed)
        self._store = store
        self._members: list[LocalMember] = []
        self._epoch = 0

    @property
    def lag(self) -> int:
        """How many records it has not committed."""
        return sum(self.topic.end(p) - self._committed.get(p, 0) for p in self.topic.partitions)

    def join(self) -> LocalMember:
        """A new member, with its share."""
        member = LocalMember(self)
        self._members.append(member)
        self._deal()
        return member

    def leave(self, member: LocalMember) -> None:
        """Take a member's share away, and give it to the others."""
        self._members.remove(member)
        member.assign({}, self._epoch)
        self._deal()

    async def commit(self, positions: Mapping[int, int]) -> None:
        """Store positions; the group moves on only once they are durable."""
        await self._store(positions)
        for partition, position in positions.items():
            self._committed[partition] = max(self._committed.get(partition, 0), position)

    def _deal(self) -> None:
        self._epoch += 1
        for turn, member in enumerate(self._members):
            share = [p for p in self.topic.partitions if p % len(self._members) == turn]
            member.assign({p: self._committed.get(p, 0) for p in share}, self._epoch)
        self.topic.ring()


class LocalMember:
    """One member's subscription."""

    def __init__(self, group: LocalGroup) -> None:
        self._group = group
        self._places = Places(group.topic, {})
        self._epoch = 0

    def assign(self, positions: Mapping[int, int], epoch: int) -> None:
        """Its share from now on, and where each partition is to be read from."""
        self._places = Places(self._group.topic, positions)
        self._epoch = epoch

    async def get(self, limit: int) -> Sequence[Record]:
        """See `Subscription`."""
        while not (records := self._places.take(limit)):
            await self._group.topic.rung()
        return records

    async def commit(self, positions: Mapping[int, int]) -> None:
        """See `Subscription`."""
        mine = {p: position for p, position in positions.items() if p in self._places}
        if mine:
            await self._group.commit(mine)

    def pause(self, partition: int) -> None:
        """See `Subscription`."""
        self._places.paused.add(partition)

    def resume(self, partition: int) -> None:
        """See `Subscription`."""
        self._places.paused.discard(partition)
        self._group.topic.ring()

    def owns(self, partition: int, epoch: int) -> bool:
        """See `Subscription`."""
        return partition in self._places and epoch == self._epoch

    def keeps(self, partition: int, epoch: int) -> bool:
        """See `Subscription`."""
        return self.owns(partition, epoch)

    def before_losing(self, drain: Callable[[], Awaitable[None]]) -> None:
        """See `Subscription`. Partitions move at once, as they do when a member was too slow."""

    def epoch(self, partition: int) -> int:
        """See `Subscription`."""
        return self._epoch
