"""A cluster looked at from outside: what stands in it and who has read how far. Only reads."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import cached_property
from typing import Final

from plumbline_bus.errors import NoSuchTopic, Unavailable
from plumbline_bus.kafka_admin import Admin
from plumbline_bus.kafka_client import Consumer
from plumbline_bus.kafka_connect import PATIENT, Clients, Timing
from plumbline_bus.log import Record
from plumbline_bus.look import Unread

BATCH: Final = 500
POLL_SECONDS: Final = 1.0


class KafkaLook:
    """A `Look` at the topics and groups whose names begin with a prefix.

    The ends are those of the first call about a topic: what is appended later is not seen.
    """

    def __init__(
        self, runner: asyncio.Runner, clients: Clients, timing: Timing, prefix: str
    ) -> None:
        self._runner = runner
        self._clients = clients
        self._timing = timing
        self._prefix = prefix
        self._admin: Admin = runner.run(clients.admin())
        self._asking: Consumer = runner.run(clients.asking())
        self._ends: dict[str, dict[int, int]] = {}

    @cached_property
    def _partitions(self) -> Mapping[str, int]:
        return self._runner.run(self._admin.topics())

    @cached_property
    def _committed(self) -> Mapping[str, Mapping[str, Mapping[int, int]]]:
        """Group → topic → partition → position."""
        return self._runner.run(self._admin.groups(self._prefix))

    def ends(self, topic: str) -> Mapping[int, int]:
        """See `Look`."""
        if topic not in self._ends:
            partitions = range(self._partitions.get(topic, 0))
            asked = self._asking.of(topic).ends(partitions)
            self._ends[topic] = self._runner.run(asked) if partitions else {}
        return self._ends[topic]

    def find(self, topic: str, partition: int, offset: int) -> Record | None:
        """See `Look`."""
        if partition not in self.ends(topic):
            raise NoSuchTopic(f"the log has no topic {topic} with a partition {partition}")
        if not self._starts(topic)[partition] <= offset < self.ends(topic)[partition]:
            return None
        found = self._fetch(topic, {partition: offset}, most=1)
        return found[0] if found and found[0].offset == offset else None

    def records(self, topic: str, start: Mapping[int, int] | None = None) -> Iterator[Record]:
        """See `Look`. All of them are held at once."""
        starts = self._starts(topic)
        positions = {p: max(starts[p], (start or {}).get(p, 0)) for p in self.ends(topic)}
        yield from self._fetch(topic, positions)

    def groups(self) -> list[tuple[str, str]]:
        """See `Look`. A group that never committed is not known here."""
        return sorted((group, topic) for group, of in self._committed.items() for topic in of)

    def committed(self, group: str, topic: str) -> Mapping[int, int]:
        """See `Look`."""
        stored = self._committed.get(group, {}).get(topic, {})
        return {partition: stored.get(partition, 0) for partition in self.ends(topic)}

    def unread(self, group: str, topic: str) -> Unread:
        """See `Look`. A compacted topic may hold fewer."""
        starts, ends = self._starts(topic), self.ends(topic)
        positions = {p: max(at, starts[p]) for p, at in self.committed(group, topic).items()}
        behind = {p: at for p, at in positions.items() if at < ends[p]}
        first = self._fetch(topic, behind, most=1)
        return Unread(
            group,
            topic,
            sum(ends[p] - at for p, at in behind.items()),
            min((record.timestamp_ms for record in first), default=None),
        )

    def _starts(self, topic: str) -> Mapping[int, int]:
        partitions = list(self.ends(topic))
        return self._runner.run(self._asking.of(topic).starts(partitions)) if partitions else {}

    def _fetch(
        self, topic: str, positions: Mapping[int, int], most: int | None = None
    ) -> list[Record]:
        """What stands after these positions, by partition; `most` of each."""
        ends = self.ends(topic)
        behind = {p: at for p, at in positions.items() if at < ends[p]}
        if not behind:
            return []
        found = self._runner.run(self._read(topic, behind, most))
        return [record for partition in sorted(found) for record in found[partition][:most]]

    async def _read(
        self, topic: str, positions: Mapping[int, int], most: int | None
    ) -> dict[int, list[Record]]:
        """Unavailable when nothing comes for a while although something is there."""
        found: dict[int, list[Record]] = {partition: [] for partition in positions}
        loop, ends, left = asyncio.get_running_loop(), self.ends(topic), set(positions)
        try:
            async with (
                self._clients.reader(topic) as consumer,
                asyncio.timeout(self._timing.append) as patience,
            ):
                consumer.assign(left, positions)
                while left:
                    for record in await consumer.poll(left, BATCH, POLL_SECONDS):
                        if record.offset < ends[record.partition]:
                            found[record.partition].append(record)
                        patience.reschedule(loop.time() + self._timing.append)
                    # By position, not by record: the last ones of a topic may be compacted away.
                    at = {p: await consumer.position(p) for p in left}
                    left = {p for p in left if at[p] < ends[p] and not _enough(found[p], most)}
        except TimeoutError:
            raise Unavailable(f"{topic} cannot be read") from None
        return found


def _enough(records: Sequence[Record], most: int | None) -> bool:
    return most is not None and len(records) >= most


@contextmanager
def look_at_brokers(
    bootstrap: str, prefix: str = "", *, timing: Timing = PATIENT
) -> Iterator[KafkaLook]:
    """Look at the cluster at `host:port,host:port`. Unavailable when no broker answers."""
    with asyncio.Runner() as runner:
        clients = Clients(bootstrap, "", timing)
        try:
            yield KafkaLook(runner, clients, timing, prefix)
        finally:
            runner.run(clients.close())
