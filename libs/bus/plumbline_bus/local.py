"""The log when embedded: one SQLite file, one process, the same promises.

Life of a record: `append` queues it; the writer thread adds it to the next transaction; when that
is flushed to the disk, the loop is told, which moves the end of its partition, wakes every waiting
reader at once, and lets `append` return. A process that dies before the flush has promised nothing;
one that dies after it finds the record when it opens the file again.
"""

from __future__ import annotations

import asyncio
import sqlite3
import tempfile
import time
from collections.abc import AsyncGenerator, AsyncIterator, Collection, Mapping
from contextlib import (
    AbstractAsyncContextManager,
    ExitStack,
    asynccontextmanager,
    closing,
    suppress,
)
from functools import partial
from pathlib import Path
from typing import Final

from plumbline_bus.errors import NoSuchTopic, Unavailable
from plumbline_bus.local_file import (
    add_commit,
    add_record,
    add_topic,
    connect,
    drop_records,
    first_offset,
    pack_headers,
)
from plumbline_bus.local_group import LocalGroup
from plumbline_bus.local_lock import held
from plumbline_bus.local_topic import LocalTopic, Places
from plumbline_bus.local_writer import Writer
from plumbline_bus.log import Appended, Headers, Record, Subscription
from plumbline_bus.partition import partition_of

FOLLOW_BATCH: Final = 100  # records read at a time, between which others have their turn
DROP_BATCH: Final = 500  # records deleted in one change: a few milliseconds


@asynccontextmanager
async def open_local(path: Path | str) -> AsyncIterator[LocalLog]:
    """Open a log file, making it if it is missing; ":memory:" is gone when it is closed.

    LogInUse when another process, or this one, has it open.
    """
    with ExitStack() as stack:
        durable = path != ":memory:"
        if not durable:
            # A file all the same, so that there is one path through the code; never flushed.
            path = Path(stack.enter_context(tempfile.TemporaryDirectory())) / "log.sqlite"
        file = Path(path)
        file.parent.mkdir(parents=True, exist_ok=True)
        stack.enter_context(held(file))
        writing, checkpoints, reading = (
            stack.enter_context(closing(connect(file, durable=durable))) for _ in range(3)
        )
        writer = Writer(writing, checkpoints)
        stack.callback(writer.close)
        yield LocalLog(reading, writer)


class LocalLog:
    """A `Log` on one open file. Belongs to the event loop it was opened on."""

    def __init__(self, reading: sqlite3.Connection, writer: Writer) -> None:
        self._reading = reading
        self._writer = writer
        self._creating = asyncio.Lock()
        self._topics: dict[str, LocalTopic] = {}
        self._groups: dict[tuple[str, str], LocalGroup] = {}
        for (name,) in reading.execute("select name from topics").fetchall():
            self._open_topic(name)

    async def create(
        self,
        topic: str,
        partitions: int,
        *,
        retention_seconds: int | None = None,
        compacted: bool = False,
    ) -> None:
        """See `Log`. Nothing is ever dropped by itself."""
        async with self._creating:
            if (known := self._topics.get(topic)) is None:
                change = partial(add_topic, name=topic, partitions=partitions)
                await self._writer.write(change, lambda _: self._open_topic(topic))
            elif len(known.ids) != partitions:
                raise ValueError(
                    f"{topic} has {len(known.ids)} partitions, not {partitions}, for its whole life"
                )

    async def append(
        self,
        topic: str,
        *,
        partition_key: str,
        record_key: str,
        value: bytes,
        headers: Headers = (),
    ) -> Appended:
        """See `Log`."""
        known = self._topic(topic)
        partition = partition_of(partition_key, len(known.ids))
        record_key.encode()  # refused here, where the caller hears of it, not in the writer
        change = partial(
            add_record,
            partition_id=known.ids[partition],
            timestamp_ms=time.time_ns() // 1_000_000,
            key=record_key,
            headers=pack_headers(headers),
            value=value,
        )
        offset = await self._writer.write(change, partial(known.extend, partition))
        return Appended(topic, partition, offset)

    def subscribe(self, topic: str, group: str) -> AbstractAsyncContextManager[Subscription]:
        """See `Log`."""
        return self._membership(topic, group)

    @asynccontextmanager
    async def _membership(self, topic: str, group: str) -> AsyncIterator[Subscription]:
        key = (topic, group)
        if key not in self._groups:
            known = self._topic(topic)
            self._groups[key] = self._open_group(known, group)
            # Known from its first day, so that whoever looks at the file sees how far it is behind.
            with suppress(Unavailable):  # a full disk is for those who write something new
                await self._groups[key].commit(dict.fromkeys(known.partitions, 0))
        member = self._groups[key].join()
        try:
            yield member
        finally:
            self._groups[key].leave(member)

    async def follow(
        self, topic: str, positions: Mapping[int, int]
    ) -> AsyncGenerator[Record, None]:
        """See `Log`."""
        known = self._topic(topic)
        places = Places(known, {p: positions.get(p, 0) for p in known.partitions})
        while True:
            records = places.take(FOLLOW_BATCH)
            for record in records:
                yield record
            await (asyncio.sleep(0) if records else known.rung())

    async def starts(self, topic: str) -> Mapping[int, int]:
        """See `Log`."""
        known = self._topic(topic)
        firsts = [first_offset(self._reading, partition_id) for partition_id in known.ids]
        return {
            p: known.end(p) if (first := firsts[p]) is None else first for p in known.partitions
        }

    async def ends(self, topic: str) -> Mapping[int, int]:
        """See `Log`."""
        known = self._topic(topic)
        return {partition: known.end(partition) for partition in known.partitions}

    async def topics(self) -> Collection[str]:
        """Every topic of the log."""
        return list(self._topics)

    async def lag(self) -> list[tuple[str, str, int]]:
        """(topic, group, records not yet committed) of every group that was joined."""
        return [(topic, group, known.lag) for (topic, group), known in self._groups.items()]

    async def retain(self, topic: str, seconds: float) -> int:
        """Delete what is older, from the start of each partition; how many records that were.

        Offsets are never used again. Nothing calls this by itself: see `Retention`. Compaction is
        not done: a reader of a compacted topic must bear earlier records of a key anyway, and here
        a key has more than one only when a record was said twice.
        """
        known = self._topic(topic)
        before_ms = int((time.time() - seconds) * 1000)
        return sum([await self._drop(partition_id, before_ms) for partition_id in known.ids])

    async def _drop(self, partition_id: int, before_ms: int) -> int:
        """In slices, between which appends have their turn."""
        change = partial(
            drop_records, partition_id=partition_id, before_ms=before_ms, limit=DROP_BATCH
        )
        dropped = 0
        while count := await self._writer.write(change, lambda _: None):
            dropped += count
        return dropped

    def _topic(self, name: str) -> LocalTopic:
        try:
            return self._topics[name]
        except KeyError:
            raise NoSuchTopic(f"no topic {name}: create the topics first") from None

    def _open_topic(self, name: str) -> None:
        rows = self._reading.execute(
            "select partitions.id, next from partitions join topics on topics.id = topic"
            " where name = ? order by number",
            (name,),
        ).fetchall()
        ids, ends = zip(*rows, strict=True)
        self._topics[name] = LocalTopic(self._reading, name, ids, ends)

    def _open_group(self, topic: LocalTopic, group: str) -> LocalGroup:
        stored = dict(
            self._reading.execute(
                "select partition, position from commits where name = ?", (group,)
            ).fetchall()
        )
        committed = {p: stored.get(topic.ids[p], 0) for p in topic.partitions}

        async def store(positions: Mapping[int, int]) -> None:
            await asyncio.gather(
                *(
                    self._writer.write(
                        partial(
                            add_commit,
                            group=group,
                            partition_id=topic.ids[partition],
                            position=position,
                        ),
                        lambda _: None,
                    )
                    for partition, position in positions.items()
                )
            )

        return LocalGroup(topic, committed, store)
