"""A log looked at by an operator's command: what stands in it, and who has read how far."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Protocol

from plumbline_bus.log import Record


@dataclass(frozen=True, slots=True)
class Unread:
    """What a group has before it: how many records, and when the oldest was appended (Unix ms)."""

    group: str
    topic: str
    records: int
    oldest_ms: int | None


class Look(Protocol):
    """Only reads, beside whoever serves the log. Calls block: a command has nothing else to do."""

    def ends(self, topic: str) -> Mapping[int, int]:
        """The position after the last record of each partition; none of a topic that is not."""
        ...

    def find(self, topic: str, partition: int, offset: int) -> Record | None:
        """One record; None when it is not kept (any more). NoSuchTopic when there is no such."""
        ...

    def records(self, topic: str, start: Mapping[int, int] | None = None) -> Iterator[Record]:
        """Every record that is kept, from a position of each partition on, by partition."""
        ...

    def groups(self) -> list[tuple[str, str]]:
        """(group, topic) of every group that ever read here."""
        ...

    def committed(self, group: str, topic: str) -> Mapping[int, int]:
        """How far a group has come in each partition; 0 where it never committed."""
        ...

    def unread(self, group: str, topic: str) -> Unread:
        """What is kept after a group's positions."""
        ...
