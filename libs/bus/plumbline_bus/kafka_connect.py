"""Making aiokafka's clients and ending them: every setting that matters is said out loud here.

Its defaults are wrong for us (positions committed by time, a new group starting at the latest
record, a producer that may double), and at level DEBUG it logs what is in records.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any, Final

from aiokafka import AIOKafkaConsumer, AIOKafkaProducer
from aiokafka.admin import AIOKafkaAdminClient
from aiokafka.coordinator.assignors.sticky.sticky_assignor import StickyPartitionAssignor

from plumbline_bus.kafka_admin import Admin
from plumbline_bus.kafka_client import Consumer, Producer, in_our_words

logger = logging.getLogger(__name__)

# The largest record of any topic is 1 MiB of value; its dead letter has its headers and some more.
LARGEST_BYTES: Final = 2 * 1_048_576
LARGEST_REQUEST_BYTES: Final = LARGEST_BYTES - 1024  # refused here, with its frame, not by a broker
BATCH_BYTES: Final = 131_072  # of one partition in one request
FETCH_BYTES: Final = 524_288  # of one partition at a time; a larger record still comes, alone
FETCH_WAIT_MS: Final = 250  # an empty answer is held back so long, and so a resumed partition
FOR_EVER_MS: Final = 2**31 - 1


@dataclass(frozen=True)
class Timing:
    """How long things may take on Kafka, in seconds."""

    session: float = 10.0  # a member that is silent for so long is dead, and others take over
    drain: float = 5.0  # what is in hand may take so long to finish when partitions move
    append: float = 15.0  # longer than a change of leader (12 s at a broker's own defaults)
    answer: float = 5.0  # any other question to a broker
    look: float = 5.0  # when nothing comes: whether the brokers answer, and what is unread
    stalled: float = 60.0  # see watchdog.py
    stop: float = 1.5  # for ending one client, or all that are left; its process ends anyway


# Of an operator's command: somebody waits for it, and would only run it again.
PATIENT: Final = Timing(append=30.0, answer=30.0)


class Clients:
    """The clients of one log. All of them end when it is closed, some before."""

    def __init__(self, bootstrap: str, instance: str, timing: Timing) -> None:
        # Below INFO it logs keys and values, at INFO every step of every member.
        logging.getLogger("aiokafka").setLevel(logging.WARNING)
        self._instance = instance
        self._timing = timing
        self._everywhere = {
            "bootstrap_servers": bootstrap,
            "client_id": f"plumbline-{instance}" if instance else "plumbline",
        }
        self._open: set[Any] = set()
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
            partition_assignment_strategy=[sticky],
            session_timeout_ms=milliseconds(timing.session),
            heartbeat_interval_ms=milliseconds(timing.session / 10),
            rebalance_timeout_ms=rebalance_ms,  # longer than a drain, or it is shut out
            max_poll_interval_ms=FOR_EVER_MS,  # a member waiting for the world stays one
            request_timeout_ms=rebalance_ms + 5000,  # joining is a request that waits for others
        )
        await self._start(client, f"joining {group}")
        try:
            yield Consumer(client, topic)
        finally:
            await self._end(client)

    @asynccontextmanager
    async def reader(self, topic: str) -> AsyncIterator[Consumer]:
        """A consumer without a group, for a while."""
        client = await self._reading(f"reading {topic}")
        try:
            yield Consumer(client, topic)
        finally:
            await self._end(client)

    async def asking(self) -> Consumer:
        """A consumer that only asks where topics begin and end."""
        return Consumer(await self._reading("connecting"), "")

    async def admin(self) -> Admin:
        """For making and listing topics."""
        answer_ms = milliseconds(self._timing.answer)
        client = AIOKafkaAdminClient(**self._everywhere, request_timeout_ms=answer_ms)
        await self._start(client, "connecting")
        return Admin(client)

    async def producer(self) -> Producer:
        """A producer. What it has queued when all ends is sent, if that can be done quickly."""
        client = AIOKafkaProducer(
            **self._everywhere,
            acks="all",
            enable_idempotence=True,
            max_request_size=LARGEST_REQUEST_BYTES,
            max_batch_size=BATCH_BYTES,
            linger_ms=0,
            # A broker that is cut off, not dead: after this its partitions' new leaders are asked.
            request_timeout_ms=milliseconds(self._timing.append / 2),
        )
        await self._start(client, "connecting")
        return Producer(client)

    def let_go(self, client: Any) -> asyncio.Task[None]:
        """Tell a client to end; it does so by itself."""
        self._open.discard(client)
        closing = client.close() if hasattr(client, "close") else client.stop()
        task: asyncio.Task[None] = asyncio.ensure_future(closing)
        self._ending.add(task)
        task.add_done_callback(self._ended)
        return task

    async def close(self) -> None:
        """End all of them at once, and cut off what takes too long."""
        for client in list(self._open):
            self.let_go(client)
        if ending := set(self._ending):
            _, late = await asyncio.wait(ending, timeout=self._timing.stop)
            for task in late:
                task.cancel()
            await asyncio.gather(*late, return_exceptions=True)

    async def _reading(self, doing: str) -> Any:
        answer_ms = milliseconds(self._timing.answer)
        client = AIOKafkaConsumer(**self._everywhere, **READING, request_timeout_ms=answer_ms)
        await self._start(client, doing)
        return client

    async def _start(self, client: Any, doing: str) -> None:
        self._open.add(client)
        try:
            with in_our_words(doing):
                async with asyncio.timeout(self._timing.append):
                    await client.start()
        except BaseException:
            await self._end(client)
            raise

    async def _end(self, client: Any) -> None:
        await asyncio.wait({self.let_go(client)}, timeout=self._timing.stop)

    def _ended(self, task: asyncio.Task[None]) -> None:
        self._ending.discard(task)
        if not task.cancelled() and (error := task.exception()) is not None:
            logger.warning("a client did not end well", extra={"error": type(error).__name__})


READING: Final[Mapping[str, Any]] = {
    "enable_auto_commit": False,  # the loop commits, and nobody else
    "auto_offset_reset": "earliest",
    "isolation_level": "read_uncommitted",  # nobody writes transactions
    "max_partition_fetch_bytes": FETCH_BYTES,
    "fetch_max_wait_ms": FETCH_WAIT_MS,
}


def milliseconds(seconds: float) -> int:
    """As aiokafka wants them."""
    return int(seconds * 1000)
