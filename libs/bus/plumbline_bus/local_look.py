"""A local log looked at from outside: what stands in it and who has read how far. Only reads."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Final
from urllib.parse import quote

from plumbline_bus.errors import NoSuchTopic
from plumbline_bus.local_file import FORMAT, place, read_records
from plumbline_bus.log import Record
from plumbline_bus.look import Unread

BATCH: Final = 100


class LocalLook:
    """A `Look` at a log as it was when it was opened, beside the process that serves it."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._db = connection
        self._ids: dict[str, tuple[int, ...]] = {}
        self._ends: dict[str, dict[int, int]] = {}
        rows = connection.execute(
            "select topics.name, partitions.id, number, next from partitions"
            " join topics on topics.id = topic order by topics.name, number"
        )
        for name, partition_id, number, end in rows:
            self._ids[name] = (*self._ids.get(name, ()), partition_id)
            self._ends.setdefault(name, {})[number] = end

    @property
    def topics(self) -> tuple[str, ...]:
        """Their names, in order."""
        return tuple(self._ids)

    def ends(self, topic: str) -> Mapping[int, int]:
        """The position after the last record of each partition; none of a topic that is not."""
        return self._ends.get(topic, {})

    def find(self, topic: str, partition: int, offset: int) -> Record | None:
        """One record; None when it is not kept (any more). NoSuchTopic when there is no such."""
        if partition not in self.ends(topic):
            raise NoSuchTopic(f"the log has no topic {topic} with a partition {partition}")
        partition_id = self._ids[topic][partition]
        found = read_records(self._db, topic, partition, partition_id, offset, 1)
        return found[0] if found and found[0].offset == offset else None

    def records(self, topic: str, start: Mapping[int, int] | None = None) -> Iterator[Record]:
        """Every record that is kept, from a position of each partition on, by partition."""
        for partition, partition_id in enumerate(self._ids.get(topic, ())):
            at = (start or {}).get(partition, 0)
            while batch := read_records(self._db, topic, partition, partition_id, at, BATCH):
                yield from batch
                at = batch[-1].offset + 1

    def keys(self, topic: str) -> Iterator[tuple[int, int, str]]:
        """(partition, offset, record key) of every record that is kept: cheaper than records."""
        for partition, partition_id in enumerate(self._ids.get(topic, ())):
            low, high = place(partition_id, 0), place(partition_id + 1, 0)
            rows = self._db.execute(
                "select place - ?, key from records where place >= ? and place < ? order by place",
                (low, low, high),
            )
            yield from ((partition, offset, key) for offset, key in rows)

    def missing(self, topic: str) -> Mapping[int, int]:
        """Partition → how many records lack between its first kept one and its end.

        Retention takes from the start only, so anything above 0 was lost.
        """
        lost: dict[int, int] = {}
        for partition, partition_id in enumerate(self._ids.get(topic, ())):
            low, high = place(partition_id, 0), place(partition_id + 1, 0)
            ((count, first),) = self._db.execute(
                "select count(*), min(place) from records where place >= ? and place < ?",
                (low, high),
            ).fetchall()
            lacking = self._ends[topic][partition] - (first - low) - count if count else 0
            if lacking:
                lost[partition] = lacking
        return lost

    def groups(self) -> list[tuple[str, str]]:
        """(group, topic) of every group that ever read here."""
        return self._db.execute(
            "select distinct commits.name, topics.name from commits"
            " join partitions on partitions.id = partition join topics on topics.id = topic"
            " order by 1, 2"
        ).fetchall()

    def committed(self, group: str, topic: str) -> Mapping[int, int]:
        """How far a group has come in each partition; 0 where it never committed."""
        ids = self._ids.get(topic, ())
        stored = dict(
            self._db.execute(
                "select partition, position from commits where name = ?", (group,)
            ).fetchall()
        )
        return {
            partition: stored.get(partition_id, 0) for partition, partition_id in enumerate(ids)
        }

    def unread(self, group: str, topic: str) -> Unread:
        """What is kept after a group's positions."""
        count, oldest = 0, None
        for partition, position in self.committed(group, topic).items():
            partition_id = self._ids[topic][partition]
            ((found, first),) = self._db.execute(
                "select count(*), min(timestamp_ms) from records where place >= ? and place < ?",
                (place(partition_id, position), place(partition_id + 1, 0)),
            ).fetchall()
            count += found
            oldest = first if oldest is None else min(oldest, first or oldest)
        return Unread(group, topic, count, oldest)


@contextmanager
def look_at(path: Path) -> Iterator[LocalLook]:
    """Open a log file to look at; whoever serves it goes on, and nothing that it adds is seen.

    FileNotFoundError when there is none; ValueError when a newer program made it;
    sqlite3.DatabaseError when the file is damaged.
    """
    if not path.is_file():
        raise FileNotFoundError(f"{path} is not there")
    address = f"file:{quote(str(path.absolute()))}?mode=ro"
    with closing(sqlite3.connect(address, uri=True, isolation_level=None)) as connection:
        ((found,),) = connection.execute("pragma user_version").fetchall()
        if found > FORMAT:
            raise ValueError(f"{path} has log format {found}, newer than {FORMAT} of this program")
        connection.execute("begin")  # one moment of the log for everything that is read
        yield LocalLook(connection)
