"""The log when deployed: Apache Kafka, behind the same seam and with the same promises.

*kafka_connect*  makes aiokafka's clients, with every setting
*kafka_client*   puts them in our words; *kafka_admin* the one for topics and groups
*kafka_writer*   append: in order, bounded in time, with a producer that is replaced when broken
*kafka_member*   subscribe: epochs and the drain; *kafka_share* what a member owns
*kafka_reader*   reading that notices when nothing comes; *watchdog* when that is a stall
"""

from __future__ import annotations

import asyncio
from collections.abc import (
    AsyncGenerator,
    AsyncIterator,
    Awaitable,
    Callable,
    Collection,
    Mapping,
)
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Final, TypeVar

from plumbline_bus.errors import NoSuchTopic, Unavailable
from plumbline_bus.kafka_admin import Admin
from plumbline_bus.kafka_client import Consumer
from plumbline_bus.kafka_connect import Clients, Timing
from plumbline_bus.kafka_member import Member
from plumbline_bus.kafka_reader import Reader
from plumbline_bus.kafka_topics import COPIES, topic_settings
from plumbline_bus.kafka_writer import Writer
from plumbline_bus.log import Appended, Headers, Record, Subscription
from plumbline_bus.partition import partition_of

T = TypeVar("T")

TIMING: Final = Timing()
FOLLOW_BATCH: Final = 100
RETRY_SECONDS: Final = 0.05
KNOWN_WITHIN_SECONDS: Final = 1.0  # brokers hear of a new topic from each other, in milliseconds


@asynccontextmanager
async def open_kafka(
    bootstrap: str, *, instance: str = "", timing: Timing = TIMING
) -> AsyncIterator[KafkaLog]:
    """Connect to the brokers at `host:port,host:port`.

    `instance` names this process for ever: started again within a session it has its partitions
    back without disturbing the others. Two processes of one name would take them from each other.
    Unavailable when no broker answers.
    """
    clients = Clients(bootstrap, instance, timing)
    writer = Writer(clients, timing)
    try:
        admin, asking = await clients.admin(), await clients.asking()
        await writer.producer()
        yield KafkaLog(clients, admin, asking, writer, timing)
    finally:
        await clients.close()
        writer.close()


@dataclass
class Finding:
    """Those who wait for the number of partitions of one topic."""

    turn: asyncio.Lock = field(default_factory=asyncio.Lock)
    waiting: int = 0
    count: int | None = None


class KafkaLog:
    """A `Log` on a cluster. Belongs to the event loop it was opened on."""

    def __init__(
        self, clients: Clients, admin: Admin, asking: Consumer, writer: Writer, timing: Timing
    ) -> None:
        self._clients = clients
        self._admin = admin
        self._asking = asking
        self._writer = writer
        self._timing = timing
        self._partitions: dict[str, int] = {}
        self._members: list[tuple[str, str, Member]] = []
        self._finding: dict[str, Finding] = {}

    async def create(
        self,
        topic: str,
        partitions: int,
        *,
        retention_seconds: int | None = None,
        compacted: bool = False,
    ) -> None:
        """See `Log`. On as many brokers as there are, up to three; all but one must have a record
        before it counts as appended."""
        found = (await self._answered(self._admin.topics)).get(topic)
        if found is None:
            copies = min(COPIES, await self._answered(self._admin.brokers))
            settings = topic_settings(copies, retention_seconds, compacted)
            await self._admin.create(topic, partitions, copies, settings)
            found = await self._found(topic, self._timing.answer)
        if found is None:
            raise Unavailable(f"{topic} has no leader yet")
        if found != partitions:
            raise ValueError(
                f"{topic} has {found} partitions, not {partitions}, for its whole life"
            )

    def append(
        self,
        topic: str,
        *,
        partition_key: str,
        record_key: str,
        value: bytes,
        headers: Headers = (),
    ) -> Awaitable[Appended]:
        """See `Log`."""
        key = record_key.encode()
        if (count := self._partitions.get(topic)) is None:
            finding = self._finding_of(topic)
            return asyncio.ensure_future(
                self._append_once_found(finding, topic, partition_key, key, value, headers)
            )
        return self._writer.append(topic, partition_of(partition_key, count), key, value, headers)

    async def _append_once_found(
        self,
        finding: Finding,
        topic: str,
        partition_key: str,
        key: bytes,
        value: bytes,
        headers: Headers,
    ) -> Appended:
        partition = partition_of(partition_key, await self._found_by(finding, topic))
        return await self._writer.append(topic, partition, key, value, headers)

    @asynccontextmanager
    async def subscribe(self, topic: str, group: str) -> AsyncIterator[Subscription]:
        """See `Log`. Partitions come a little later, as in any group."""
        partitions = await self._count(topic)
        async with self._clients.member(topic, group) as consumer:
            member = Member(consumer, f"{group} on {topic}", partitions, self._timing)
            consumer.join(member)
            self._members.append(joined := (topic, group, member))
            try:
                yield member
            finally:
                self._members.remove(joined)
                member.leave()

    async def follow(
        self, topic: str, positions: Mapping[int, int]
    ) -> AsyncGenerator[Record, None]:
        """See `Log`."""
        everything = range(await self._count(topic))
        async with self._clients.reader(topic) as consumer:
            consumer.assign(everything, positions)
            name = f"following {topic}"
            reader = Reader(consumer, name, len(everything), lambda: everything, self._timing)
            while True:
                for record in await reader.read(FOLLOW_BATCH):
                    yield record

    async def starts(self, topic: str) -> Mapping[int, int]:
        """See `Log`."""
        partitions = range(await self._count(topic))
        return await self._answered(lambda: self._asking.of(topic).starts(partitions))

    async def ends(self, topic: str) -> Mapping[int, int]:
        """See `Log`."""
        partitions = range(await self._count(topic))
        return await self._answered(lambda: self._asking.of(topic).ends(partitions))

    async def lag(self) -> list[tuple[str, str, int]]:
        """(topic, group, records not yet committed) of this process's share of every group."""
        return [(topic, group, await member.lag()) for topic, group, member in [*self._members]]

    async def topics(self) -> Collection[str]:
        """Every topic of the cluster."""
        return await self._answered(self._admin.topics)

    async def _count(self, topic: str) -> int:
        """How many partitions a topic has, for its whole life. NoSuchTopic."""
        if (known := self._partitions.get(topic)) is not None:
            return known
        return await self._found_by(self._finding_of(topic), topic)

    def _finding_of(self, topic: str) -> Finding:
        """Take a place among those who wait; from now on nobody passes."""
        finding = self._finding.setdefault(topic, Finding())
        finding.waiting += 1
        return finding

    async def _found_by(self, finding: Finding, topic: str) -> int:
        try:
            async with finding.turn:
                if finding.count is None:
                    finding.count = await self._found(topic, KNOWN_WITHIN_SECONDS)
                if finding.count is None:
                    raise NoSuchTopic(f"no topic {topic}: create the topics first")
                return finding.count
        finally:
            finding.waiting -= 1
            if not finding.waiting:  # while somebody waits nobody may pass: calls keep their order
                del self._finding[topic]
                if finding.count is not None:
                    self._partitions[topic] = finding.count

    async def _found(self, topic: str, seconds: float) -> int | None:
        """The number of its partitions, once brokers know it; None when they do not in time."""
        deadline = asyncio.get_running_loop().time() + seconds
        while True:
            found = (await self._answered(self._admin.topics)).get(topic)
            if found is not None or asyncio.get_running_loop().time() > deadline:
                return found
            await asyncio.sleep(RETRY_SECONDS)

    async def _answered(self, ask: Callable[[], Awaitable[T]]) -> T:
        """The answer of whichever broker gives one; Unavailable when none does in time."""
        try:
            async with asyncio.timeout(self._timing.answer):
                while True:
                    try:
                        return await ask()
                    except Unavailable:
                        await asyncio.sleep(RETRY_SECONDS)
        except TimeoutError:
            raise Unavailable("Kafka does not answer") from None
