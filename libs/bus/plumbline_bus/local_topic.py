"""What readers of one topic share in memory: where it ends, and the bell that wakes them."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Iterable, Mapping, Sequence

from plumbline_bus.local_file import read_records
from plumbline_bus.log import Record


class LocalTopic:
    """One topic of an open log. Used on the loop only, so it needs no lock."""

    def __init__(
        self, reading: sqlite3.Connection, name: str, ids: Sequence[int], ends: Sequence[int]
    ) -> None:
        self.name = name
        self.ids = tuple(ids)
        self._reading = reading
        self._ends = list(ends)
        self._waiting: set[asyncio.Future[None]] = set()

    @property
    def partitions(self) -> range:
        """Their numbers."""
        return range(len(self.ids))

    def end(self, partition: int) -> int:
        """Position after the last durable record."""
        return self._ends[partition]

    def extend(self, partition: int, offset: int) -> None:
        """A record became durable at this offset: wake every reader."""
        self._ends[partition] = max(self._ends[partition], offset + 1)
        self.ring()

    def ring(self) -> None:
        """Let every waiting reader look again."""
        waiting, self._waiting = self._waiting, set()
        for reader in waiting:
            if not reader.done():
                reader.set_result(None)

    async def rung(self) -> None:
        """Wait for the bell. Look first: nothing rings between a look and this call."""
        reader = asyncio.get_running_loop().create_future()
        self._waiting.add(reader)
        try:
            await reader
        finally:
            self._waiting.discard(reader)

    def read(self, partition: int, start: int, limit: int) -> list[Record]:
        """Up to `limit` durable records from an offset on."""
        if start >= self._ends[partition] or limit <= 0:
            return []
        return read_records(self._reading, self.name, partition, self.ids[partition], start, limit)


class Places:
    """A reader's position in each of some partitions of a topic."""

    def __init__(self, topic: LocalTopic, positions: Mapping[int, int]) -> None:
        self._topic = topic
        self._positions = dict(positions)
        self._turn = list(positions)
        self.paused: set[int] = set()

    def __contains__(self, partition: int) -> bool:
        return partition in self._positions

    def take(self, limit: int) -> list[Record]:
        """Up to `limit` records, and step past them. Partitions take turns at being first."""
        records: list[Record] = []
        for partition in self._ready():
            room = limit - len(records)
            found = self._topic.read(partition, self._positions[partition], room)
            if found:
                self._positions[partition] = found[-1].offset + 1
                self._turn.remove(partition)
                self._turn.append(partition)
                records += found
        return records

    def _ready(self) -> Iterable[int]:
        return [
            partition
            for partition in self._turn
            if partition not in self.paused
            and self._positions[partition] < self._topic.end(partition)
        ]
