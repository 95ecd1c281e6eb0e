"""Appending to Kafka: in the order of the calls, a batch at a time, and never for ever."""

from __future__ import annotations

import asyncio
import logging
from collections import deque
from dataclasses import dataclass

from plumbline_bus.cancelled import is_cancelled
from plumbline_bus.errors import BusError, RecordTooLarge, Stalled, Unavailable
from plumbline_bus.kafka_client import ERRORS, Batch, Producer, said
from plumbline_bus.kafka_connect import LARGEST_REQUEST_BYTES, Clients, Timing
from plumbline_bus.log import Appended, Headers

logger = logging.getLogger(__name__)


class Writer:
    """Sends records through one producer, and through another one when that is broken.

    An idempotent producer numbers what it sends to a partition. One batch that a broker refuses
    leaves a gap in the numbers, and aiokafka's then fails on that partition for ever.
    """

    def __init__(self, clients: Clients, timing: Timing) -> None:
        self._clients = clients
        self._seconds = timing.append
        self._producer: Producer | None = None
        self._starting = asyncio.Lock()
        self._lines: dict[tuple[str, int], Line] = {}

    def append(
        self, topic: str, partition: int, key: bytes, value: bytes, headers: Headers
    ) -> asyncio.Future[Appended]:
        """Append one record, in the order of the calls. Unavailable, RecordTooLarge."""
        if (line := self._lines.get((topic, partition))) is None:
            line = self._lines[topic, partition] = Line(self, topic, partition, self._seconds)
        return line.append(key, value, headers)

    async def producer(self) -> Producer:
        """The producer; a new one when there is none."""
        if (producer := self._producer) is None:
            async with self._starting:
                if (producer := self._producer) is None:
                    producer = self._producer = await self._clients.producer()
        return producer

    def replace(self, broken: Producer, error: BusError) -> None:
        """Use another one from now on."""
        if self._producer is broken:
            logger.warning("a producer is replaced", extra={"error": str(error)})
            self._producer = None
            self._clients.let_go(broken.client)

    def close(self) -> None:
        """Send nothing more."""
        for line in self._lines.values():
            line.close()


@dataclass(slots=True)
class Waiting:
    """A record to be appended, until when (in the event loop's time), and where it stands then."""

    key: bytes
    value: bytes
    headers: Headers
    deadline: float
    appended: asyncio.Future[Appended]

    def fail(self, error: Exception) -> None:
        """It was not appended."""
        if not self.appended.done():  # whoever called may have gone
            self.appended.set_exception(error)


class Line:
    """Records of one partition. While a batch is on its way the next one gathers behind it.

    So they stand in the order of the calls, and a busy partition has one timer, one request and one
    answer for many of them.
    """

    def __init__(self, writer: Writer, topic: str, partition: int, seconds: float) -> None:
        self._writer = writer
        self._topic = topic
        self._partition = partition
        self._doing = f"appending to {topic}"
        self._seconds = seconds
        self._loop = asyncio.get_running_loop()
        self._waiting: deque[Waiting] = deque()
        self._working: asyncio.Task[None] | None = None

    def append(self, key: bytes, value: bytes, headers: Headers) -> asyncio.Future[Appended]:
        """Append one record. Unavailable, RecordTooLarge."""
        appended: asyncio.Future[Appended] = self._loop.create_future()
        deadline = self._loop.time() + self._seconds
        self._waiting.append(Waiting(key, value, headers, deadline, appended))
        if self._working is None:
            self._working = self._loop.create_task(self._work_off())
        return appended

    def close(self) -> None:
        """Send nothing more."""
        if self._working is not None:
            self._working.cancel()

    async def _work_off(self) -> None:
        try:
            while self._waiting:
                await self._send_some()
        finally:
            self._working = None

    async def _send_some(self) -> None:
        """One batch, and everyone in it is told, by the deadline of the oldest of them."""
        producer: Producer | None = None
        going: list[Waiting] = []
        try:
            async with asyncio.timeout_at(self._waiting[0].deadline):
                producer = await self._writer.producer()
                batch = producer.begin()
                self._fill(batch, going)
                if going:
                    first = await producer.send(self._topic, self._partition, batch)
        except asyncio.CancelledError:
            if is_cancelled():
                raise
            self._failed(going, Unavailable(f"cut off ({self._doing})"), producer)
        except Exception as error:  # noqa: BLE001  whoever waits must hear of anything at all
            self._failed(going or [self._waiting.popleft()], error, producer)
        else:
            for number, one in enumerate(going):
                if not one.appended.done():
                    one.appended.set_result(Appended(self._topic, self._partition, first + number))

    def _fill(self, batch: Batch, going: list[Waiting]) -> None:
        """Those that go along: as many as fit."""
        while self._waiting and batch.add((one := self._waiting[0]).key, one.value, one.headers):
            going.append(self._waiting.popleft())
        if batch.size > LARGEST_REQUEST_BYTES:  # then it is one: no other fits where it is
            going.pop().fail(RecordTooLarge(f"{self._doing}: larger than any topic takes"))

    def _failed(self, going: list[Waiting], error: Exception, producer: Producer | None) -> None:
        if not isinstance(error, (*ERRORS, Unavailable)):  # a bug: it will be one again
            for one in going:
                one.fail(error)
            return
        reason = error if isinstance(error, Unavailable) else said(error, self._doing)
        # Too large for a broker: numbered, not taken. RuntimeError: what sends has died.
        for_good = isinstance(reason, Stalled | RecordTooLarge) or isinstance(error, RuntimeError)
        if producer is not None and for_good:
            self._writer.replace(producer, reason)
        kind = Unavailable if isinstance(reason, Stalled) else type(reason)
        for one in going:
            one.fail(kind(str(reason)))  # one each: it takes on a traceback
