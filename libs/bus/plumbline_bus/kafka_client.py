"""What we use of aiokafka, in our words; every setting that matters is said out loud here.

The only file that imports it. Its defaults are wrong for us (positions committed by time, a new
group starting at the latest record, a producer that may double), its errors are many, some of its
calls wait for ever when the broker is away, and at level DEBUG it logs what is in records.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Collection, Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from typing import Any, Final, Protocol

from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, ConsumerRebalanceListener, TopicPartition
from aiokafka import errors as kafka_errors
from aiokafka.admin import AIOKafkaAdminClient, NewTopic
from aiokafka.coordinator.assignors.sticky.sticky_assignor import StickyPartitionAssignor

from plumbline_bus.errors import BusError, RecordTooLarge, Stalled, Unavailable
from plumbline_bus.log import Headers, Record

logger = logging.getLogger(__name__)

# The largest record of any topic is 1 MiB of value; its dead letter has its headers and some more.
LARGEST_BYTES: Final = 2 * 1_048_576
BATCH_BYTES: Final = 131_072  # of one partition in one request: what came while the last was away
FETCH_BYTES: Final = 524_288  # of one partition at a time; a larger record still comes, alone
FETCH_WAIT_MS: Final = (
    250  # how long a broker holds an empty answer back, and so a resumed partition
)
FOR_EVER_MS: Final = 2**31 - 1
TOO_LARGE: Final = (
    kafka_errors.MessageSizeTooLargeError,
    kafka_errors.RecordListTooLargeError,
)
AWAY: Final = (TimeoutError, OSError, kafka_errors.KafkaTimeoutError)


class NotOurs(BusError):
    """Other members have these partitions now."""


@dataclass(frozen=True)
class Timing:
    """How long things may take on Kafka, in seconds."""

    session: float = 10.0  # a member that is silent for so long is dead, and others take over
    drain: float = 5.0  # what is in hand may take so long to finish when partitions move
    append: float = 15.0  # longer than a change of leader (12 s at a broker's own defaults)
    answer: float = 5.0  # any other question to a broker
    look: float = 5.0  # when nothing comes: whether the brokers answer, and what is unread
    stalled: float = 60.0  # see watchdog.py
    stop: float = 3.0  # for ending one client; its process ends anyway


@contextmanager
def in_our_words(doing: str) -> Iterator[None]:
    """Errors as ours: Unavailable where trying again may help, Stalled where it cannot."""
    try:
        yield
    except TOO_LARGE as error:
        raise RecordTooLarge(f"{doing}: larger than the topic takes") from error
    except (kafka_errors.CommitFailedError, kafka_errors.IllegalStateError) as error:
        raise NotOurs(doing) from error
    except AWAY as error:
        raise Unavailable(f"Kafka does not answer ({doing})") from error
    except kafka_errors.KafkaError as error:
        # Retriable ones come out only where aiokafka itself has no patience left.
        kind = Unavailable if error.retriable else Stalled
        raise kind(f"Kafka: {type(error).__name__} ({doing})") from error


class Owner(Protocol):
    """Who a consumer tells that its partitions change."""

    async def revoked(self) -> None:
        """All of them are about to be taken away; they are once this returns."""
        ...

    def assigned(self, partitions: Collection[int]) -> None:
        """These are its partitions from now on, read from their committed positions."""
        ...


class Listener(ConsumerRebalanceListener):  # type: ignore[misc]
    """aiokafka's way of telling an owner."""

    def __init__(self, owner: Owner) -> None:
        self._owner = owner

    async def on_partitions_revoked(self, revoked: Collection[TopicPartition]) -> None:
        """Called before joining again; also before the first time, when there is nothing yet."""
        await self._owner.revoked()

    def on_partitions_assigned(self, assigned: Collection[TopicPartition]) -> None:
        """Called before any record of the new assignment can come: not a coroutine, so at once."""
        self._owner.assigned([partition for _, partition in assigned])


class Consumer:
    """Reads one topic, as a member of a group or every partition by itself."""

    def __init__(self, client: Any, topic: str) -> None:
        self._client = client
        self._topic = topic

    def of(self, topic: str) -> Consumer:
        """The same client, asking about another topic."""
        return Consumer(self._client, topic)

    def join(self, owner: Owner) -> None:
        """Take part in the group; `owner` hears of partitions from now on."""
        self._client.subscribe([self._topic], listener=Listener(owner))

    def assign(self, partitions: Collection[int], positions: Mapping[int, int]) -> None:
        """Read these partitions, from these positions (missing: earliest), without a group."""
        self._client.assign(list(self._places(partitions)))
        for partition, position in positions.items():
            self._client.seek(TopicPartition(self._topic, partition), position)

    async def poll(
        self, partitions: Collection[int] | None, limit: int, seconds: float
    ) -> list[Record]:
        """Up to `limit` records of these partitions (None: all), or none after a while.

        Safe to cancel: nothing is awaited after records were taken. Partitions are left out here
        rather than paused: aiokafka throws away what it has fetched of a paused partition.
        """
        places = () if partitions is None else self._places(partitions)
        with in_our_words(f"reading {self._topic}"):
            found = await self._client.getmany(
                *places, timeout_ms=int(seconds * 1000), max_records=limit
            )
        return [record_of(fetched) for batch in found.values() for fetched in batch]

    async def commit(self, positions: Mapping[int, int]) -> None:
        """Store positions of the group. NotOurs when it has moved on without this member."""
        with in_our_words(f"committing on {self._topic}"):
            await self._client.commit(
                {TopicPartition(self._topic, p): position for p, position in positions.items()}
            )

    async def position(self, partition: int) -> int:
        """The offset of the next record to come; waits until that is known."""
        with in_our_words(f"reading {self._topic}"):
            return int(await self._client.position(TopicPartition(self._topic, partition)))

    async def starts(self, partitions: Collection[int]) -> dict[int, int]:
        """Where partitions begin, whether assigned or not."""
        return await self._offsets(self._client.beginning_offsets, partitions)

    async def ends(self, partitions: Collection[int]) -> dict[int, int]:
        """Where partitions end, whether assigned or not."""
        return await self._offsets(self._client.end_offsets, partitions)

    async def _offsets(self, ask: Any, partitions: Collection[int]) -> dict[int, int]:
        with in_our_words(f"asking for the offsets of {self._topic}"):
            found = await ask(list(self._places(partitions)))
        return {place.partition: offset for place, offset in found.items()}

    def _places(self, partitions: Collection[int]) -> Iterator[TopicPartition]:
        return (TopicPartition(self._topic, partition) for partition in partitions)


class Producer:
    """Writes to every topic; a retry inside it never doubles a record."""

    def __init__(self, client: Any) -> None:
        self.client = client

    async def send(
        self, topic: str, partition: int, key: bytes, value: bytes, headers: Headers
    ) -> Awaitable[Any]:
        """Queue a record, waiting for room. What is returned has its `offset` once durable."""
        sent: Awaitable[Any] = await self.client.send(
            topic, value=value, key=key, partition=partition, headers=list(headers)
        )
        return sent


class Admin:
    """Topics, made and listed."""

    def __init__(self, client: Any) -> None:
        self._client = client

    async def topics(self) -> dict[str, int]:
        """Every topic whose partitions all have a leader, and how many those are.

        All are asked for: asking for one by name creates it where brokers are set to do so.
        """
        with in_our_words("listing topics"):
            found = await self._client.describe_topics()
        return {
            topic["topic"]: len(topic["partitions"])
            for topic in found
            if not topic["error_code"] and all(p["leader"] >= 0 for p in topic["partitions"])
        }

    async def brokers(self) -> int:
        """How many brokers there are now."""
        with in_our_words("counting brokers"):
            return len((await self._client.describe_cluster())["brokers"])

    async def create(
        self, topic: str, partitions: int, copies: int, settings: Mapping[str, str]
    ) -> None:
        """Create a topic; nothing when another was quicker."""
        new = NewTopic(topic, partitions, copies, topic_configs=dict(settings))
        with in_our_words(f"creating {topic}"):
            answer = await self._client.create_topics([new])
            for _, code, *_ in answer.topic_errors:
                error = kafka_errors.for_code(code)
                if error not in (kafka_errors.NoError, kafka_errors.TopicAlreadyExistsError):
                    raise error(topic)


class Clients:
    """Makes the clients of one log, and ends them."""

    def __init__(self, bootstrap: str, instance: str, timing: Timing) -> None:
        # Below INFO it logs keys and values, at INFO every step of every member.
        logging.getLogger("aiokafka").setLevel(logging.WARNING)
        self._instance = instance
        self._timing = timing
        self._everywhere = {
            "bootstrap_servers": bootstrap,
            "client_id": f"plumbline-{instance}" if instance else "plumbline",
        }
        self._ending: set[asyncio.Task[None]] = set()

    @asynccontextmanager
    async def member(self, topic: str, group: str) -> AsyncIterator[Consumer]:
        """A consumer that may join a group."""
        timing = self._timing
        # One class per member: aiokafka's keeps the last assignment in the class itself, so that
        # members of different groups in one process would tell each other's.
        sticky = type("Sticky", (StickyPartitionAssignor,), {})
        rebalance_ms = milliseconds(timing.drain + timing.session)
        client = AIOKafkaConsumer(
            **self._everywhere,
            **READING,
            group_id=group,
            group_instance_id=self._instance or None,
            enable_auto_commit=False,  # the loop commits, and nobody else
            partition_assignment_strategy=[sticky],
            session_timeout_ms=milliseconds(timing.session),
            heartbeat_interval_ms=milliseconds(timing.session / 10),
            rebalance_timeout_ms=rebalance_ms,  # longer than a drain, or it is shut out
            max_poll_interval_ms=FOR_EVER_MS,  # a member waiting for the world stays one
            request_timeout_ms=rebalance_ms + 5000,  # joining is a request that waits for others
        )
        async with self._running(client, f"joining {group}"):
            yield Consumer(client, topic)

    @asynccontextmanager
    async def reader(self, topic: str) -> AsyncIterator[Consumer]:
        """A consumer without a group."""
        client = AIOKafkaConsumer(
            **self._everywhere,
            **READING,
            enable_auto_commit=False,
            request_timeout_ms=milliseconds(self._timing.answer),
        )
        async with self._running(client, f"reading {topic}"):
            yield Consumer(client, topic)

    async def producer(self) -> Producer:
        """A producer at work; to be given to `end`."""
        client = AIOKafkaProducer(
            **self._everywhere,
            acks="all",
            enable_idempotence=True,
            max_request_size=LARGEST_BYTES,
            max_batch_size=BATCH_BYTES,
            linger_ms=0,
            # A broker that is cut off, not dead: after this its partitions' new leaders are asked.
            request_timeout_ms=milliseconds(self._timing.append / 2),
        )
        await self._start(client, "connecting")
        return Producer(client)

    @asynccontextmanager
    async def admin(self) -> AsyncIterator[Admin]:
        """For making and listing topics."""
        client = AIOKafkaAdminClient(
            **self._everywhere, request_timeout_ms=milliseconds(self._timing.answer)
        )
        await self._start(client, "connecting")
        try:
            yield Admin(client)
        finally:
            await self.end(client)

    def let_go(self, client: Any) -> asyncio.Task[None]:
        """Tell a client to end; it does so by itself."""
        closing = client.close() if hasattr(client, "close") else client.stop()
        task: asyncio.Task[None] = asyncio.ensure_future(closing)
        self._ending.add(task)
        task.add_done_callback(self._ended)
        return task

    async def end(self, client: Any) -> None:
        """End a client, waiting for it, but not for long."""
        await asyncio.wait({self.let_go(client)}, timeout=self._timing.stop)

    async def close(self) -> None:
        """Cut off what has not ended by itself."""
        for task in (left := set(self._ending)):
            task.cancel()
        await asyncio.gather(*left, return_exceptions=True)

    @asynccontextmanager
    async def _running(self, client: Any, doing: str) -> AsyncIterator[None]:
        await self._start(client, doing)
        try:
            yield
        finally:
            await self.end(client)

    async def _start(self, client: Any, doing: str) -> None:
        try:
            with in_our_words(doing):
                async with asyncio.timeout(self._timing.append):
                    await client.start()
        except BaseException:
            await self.end(client)
            raise

    def _ended(self, task: asyncio.Task[None]) -> None:
        self._ending.discard(task)
        if not task.cancelled() and (error := task.exception()) is not None:
            logger.warning("a client did not end well", extra={"error": type(error).__name__})


READING: Final[Mapping[str, Any]] = {
    "auto_offset_reset": "earliest",
    "isolation_level": "read_uncommitted",  # nobody writes transactions
    "max_partition_fetch_bytes": FETCH_BYTES,
    "fetch_max_wait_ms": FETCH_WAIT_MS,
}


def record_of(fetched: Any) -> Record:
    """aiokafka's record as ours; a foreign one may lack a key or a value."""
    return Record(
        topic=fetched.topic,
        partition=fetched.partition,
        offset=fetched.offset,
        key=(fetched.key or b"").decode("utf-8", "replace"),
        value=fetched.value or b"",
        headers=tuple((name, value or b"") for name, value in fetched.headers),
        timestamp_ms=fetched.timestamp,
    )


def milliseconds(seconds: float) -> int:
    """As aiokafka wants them."""
    return int(seconds * 1000)
