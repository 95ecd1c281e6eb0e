"""What we use of aiokafka, in our words: partitions, records, and three errors.

Only this file, kafka_admin.py and kafka_connect.py import it. Nothing here waits less long than
aiokafka does, and some of its calls wait for ever while a broker is away: that is for their callers
to bound.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from typing import Any, Final, Protocol, cast

from aiokafka import ConsumerRebalanceListener, TopicPartition
from aiokafka import errors as kafka_errors

from plumbline_bus.errors import BusError, RecordTooLarge, Stalled, Unavailable
from plumbline_bus.log import Headers, Record

# RuntimeError: uvloop's of a connection that was closed just now, and aiokafka's of a client whose
# background task has died of one.
ERRORS: Final = (kafka_errors.KafkaError, TimeoutError, OSError, RuntimeError)
TOO_LARGE: Final = (kafka_errors.MessageSizeTooLargeError, kafka_errors.RecordListTooLargeError)
LOST: Final = (kafka_errors.CommitFailedError, kafka_errors.IllegalStateError)
AWAY: Final = (kafka_errors.KafkaTimeoutError, TimeoutError, OSError, RuntimeError)


class NotOurs(BusError):
    """Other members have these partitions now."""


@contextmanager
def in_our_words(doing: str) -> Iterator[None]:
    """Errors of aiokafka as ours."""
    try:
        yield
    except ERRORS as error:
        raise said(error, doing) from error


def said(error: Exception, doing: str) -> BusError:
    """One error as ours: Unavailable where trying again may help, Stalled where it cannot."""
    if isinstance(error, TOO_LARGE):
        return RecordTooLarge(f"{doing}: larger than the topic takes")
    if isinstance(error, LOST):
        return NotOurs(doing)
    if isinstance(error, AWAY):
        return Unavailable(f"Kafka does not answer ({doing})")
    # Retriable ones come out only where aiokafka itself has no patience left.
    kind = Unavailable if getattr(error, "retriable", False) else Stalled
    return kind(f"Kafka: {type(error).__name__} ({doing})")


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
            try:
                found = await self._client.getmany(
                    *places, timeout_ms=int(seconds * 1000), max_records=limit
                )
            except RuntimeError as error:
                # What its background tasks died of; seen while coordinators change. It does not
                # recover by itself: a process that starts anew does.
                raise Stalled(f"reading {self._topic}: the client gave up ({error})") from error
        return [record_of(fetched) for batch in found.values() for fetched in batch]

    async def commit(self, positions: Mapping[int, int]) -> None:
        """Store positions of the group. NotOurs when it has moved on without this member."""
        with in_our_words(f"committing on {self._topic}"):
            await self._client.commit(
                {TopicPartition(self._topic, p): position for p, position in positions.items()}
            )

    async def committed(self, partition: int) -> int:
        """Where the group stands, as the brokers have it; 0 before it ever committed."""
        with in_our_words(f"asking where a group stands on {self._topic}"):
            return int(await self._client.committed(TopicPartition(self._topic, partition)) or 0)

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


class Batch:
    """Records that go to one partition together."""

    def __init__(self, records: Any) -> None:
        self.records = records

    def add(self, key: bytes, value: bytes, headers: Headers) -> bool:
        """Whether there was room for it; for the first there is, whatever its size."""
        added = self.records.append(timestamp=None, key=key, value=value, headers=[*headers])
        return added is not None

    @property
    def size(self) -> int:
        """Bytes so far."""
        return int(self.records.size())


class Producer:
    """Writes to every topic; a retry inside it never doubles a record."""

    def __init__(self, client: Any) -> None:
        self.client = client

    def begin(self) -> Batch:
        """A batch without records."""
        return Batch(self.client.create_batch())

    async def send(self, topic: str, partition: int, batch: Batch) -> int:
        """Send a batch after the one before it; the offset of its first record, once durable."""
        sent = await self.client.send_batch(batch.records, topic, partition=partition)
        return int((await sent).offset)


def record_of(fetched: Any) -> Record:
    """aiokafka's record as ours; a foreign one may lack a key or a value."""
    return Record(
        fetched.topic,
        fetched.partition,
        fetched.offset,
        (fetched.key or b"").decode("utf-8", "replace"),
        fetched.value or b"",
        headers_of(fetched.headers),
        fetched.timestamp,
    )


def headers_of(fetched: tuple[tuple[str, bytes | None], ...]) -> Headers:
    """aiokafka's headers; a foreign one may lack a value."""
    if None in [value for _, value in fetched]:
        return tuple((name, value or b"") for name, value in fetched)
    return cast(Headers, fetched)
