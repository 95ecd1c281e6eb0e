"""The log: the one seam between services, and the promises that every implementation keeps.

Vocabulary, used everywhere after:

*topic*      a named sequence of records, cut into a fixed number of *partitions*.
*partition*  murmur2(partition key) mod the number of partitions; its records are in order.
*offset*     the place of a record in its partition, from 0, without gaps in what was appended.
*position*   the offset of the next record to read; a commit stores a position, never an offset.
*group*      readers that share the partitions of a topic among them and remember a position.
"""

from __future__ import annotations

from collections.abc import AsyncGenerator, Awaitable, Callable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from typing import NamedTuple, Protocol

Headers = tuple[tuple[str, bytes], ...]


class Record(NamedTuple):
    """One record as the log keeps it. `timestamp_ms` is when it was appended, Unix milliseconds."""

    topic: str
    partition: int
    offset: int
    key: str
    value: bytes
    headers: Headers
    timestamp_ms: int

    @property
    def where(self) -> str:
        """Its place, safe to log: topic[partition]@offset."""
        return f"{self.topic}[{self.partition}]@{self.offset}"

    def header(self, name: str) -> str:
        """The last header of that name, decoded; "" when there is none."""
        for key, value in reversed(self.headers):
            if key == name:
                return value.decode("utf-8", "replace")
        return ""


class Appended(NamedTuple):
    """Where a record came to stand."""

    topic: str
    partition: int
    offset: int


class Subscription(Protocol):
    """One member's share of a topic within a group."""

    async def get(self, limit: int) -> Sequence[Record]:
        """Up to `limit` records, in order within each partition; waits until there is at least one.

        None at all says that the log answers again after a call was Unavailable, which it is when
        the log cannot be reached. Paused partitions yield nothing. Never returns a record twice to
        this member unless the partition was lost and assigned again. Until the caller next awaits,
        `epoch` gives the epoch of the records that were returned. Safe to cancel: what was not
        returned comes later.
        """
        ...

    async def commit(self, positions: Mapping[int, int]) -> None:
        """Never deliver a record before these positions (by partition) to this group again.

        Positions of partitions that this member no longer owns are ignored. Never moves back.
        """
        ...

    def pause(self, partition: int) -> None:
        """Deliver nothing more of this partition until `resume`, or until it is assigned anew."""
        ...

    def resume(self, partition: int) -> None:
        """Deliver this partition again."""
        ...

    def owns(self, partition: int, epoch: int) -> bool:
        """Whether this member still owns the partition as it was assigned in that epoch."""
        ...

    def keeps(self, partition: int, epoch: int) -> bool:
        """Whether it owns it and is not about to lose it: only then is work to be begun."""
        ...

    def before_losing(self, drain: Callable[[], Awaitable[None]]) -> None:
        """Have this awaited, for a while, between no longer keeping partitions and losing them.

        It is to finish and commit what has begun. A log may take partitions away without it.
        """
        ...

    def epoch(self, partition: int) -> int:
        """Grows with every assignment of the partition; work of an old epoch is void."""
        ...


class Log(Protocol):
    """Three verbs and a commit. Everything returned by `append` is durable."""

    async def create(
        self,
        topic: str,
        partitions: int,
        *,
        retention_seconds: int | None = None,
        compacted: bool = False,
    ) -> None:
        """Create a topic. Again with the same count: nothing; with another one: ValueError.

        Records may be dropped after `retention_seconds` (None: never) and, in a compacted topic,
        once a later one has their record key. A log may keep them longer. Both count only when the
        topic is made.
        """
        ...

    def append(
        self,
        topic: str,
        *,
        partition_key: str,
        record_key: str,
        value: bytes,
        headers: Headers = (),
    ) -> Awaitable[Appended]:
        """Append one record; it is durable once awaited. Safe to call side by side.

        Calls made one after the other for one partition key stand in that order. Unavailable when
        the log cannot be reached or is full; the record may stand there all the same.
        NoSuchTopic when nobody created the topic.
        """
        ...

    def subscribe(self, topic: str, group: str) -> AbstractAsyncContextManager[Subscription]:
        """Join a group. A new group starts at the earliest record; leaving hands partitions on."""
        ...

    def follow(self, topic: str, positions: Mapping[int, int]) -> AsyncGenerator[Record, None]:
        """Every partition, from these positions (missing: earliest), for ever. No group, no commit.

        In order within each partition. Close the generator to stop reading.
        """
        ...

    async def starts(self, topic: str) -> Mapping[int, int]:
        """The position of the first record still kept, of each partition; its end when none is."""
        ...

    async def ends(self, topic: str) -> Mapping[int, int]:
        """The position after the last record of each partition."""
        ...
