"""Appending to Kafka: in the order of the calls, and never for ever."""

from __future__ import annotations

import asyncio
import logging
from collections import defaultdict
from collections.abc import Awaitable
from typing import Any

from plumbline_bus.errors import RecordTooLarge, Stalled, Unavailable
from plumbline_bus.kafka_client import ERRORS, Producer, said
from plumbline_bus.kafka_connect import Clients, Timing
from plumbline_bus.log import Headers

logger = logging.getLogger(__name__)


class Writer:
    """Sends records through one producer, and through another one when that is broken.

    An idempotent producer numbers what it sends to a partition. One batch that a broker refuses
    leaves a gap in the numbers, and aiokafka's then fails on that partition for ever.
    """

    def __init__(self, clients: Clients, timing: Timing) -> None:
        self._clients = clients
        self._timing = timing
        self._producer: Producer | None = None
        self._starting = asyncio.Lock()
        self._turns: defaultdict[tuple[str, int], asyncio.Lock] = defaultdict(asyncio.Lock)

    async def append(
        self, topic: str, partition: int, key: bytes, value: bytes, headers: Headers
    ) -> int:
        """Append one record; its offset. Unavailable, RecordTooLarge."""
        producer = self._producer or await self.start()
        sent: Awaitable[Any] | None = None
        try:
            async with asyncio.timeout(self._timing.append):
                # In turn: aiokafka lets later ones past one that waits for room.
                async with self._turns[topic, partition]:
                    sent = await producer.send(topic, partition, key, value, headers)
                return int((await sent).offset)
        except ERRORS as error:
            reason = said(error, f"appending to {topic}")
            if isinstance(reason, Stalled):
                self._replace(producer, reason)
                reason = Unavailable(str(reason))
            elif isinstance(reason, RecordTooLarge) and sent is not None:
                self._replace(producer, reason)  # by a broker: numbered, and not taken
            raise reason from error

    async def start(self) -> Producer:
        """The producer; a new one when there is none."""
        if (producer := self._producer) is None:
            async with self._starting:
                if (producer := self._producer) is None:
                    producer = self._producer = await self._clients.producer()
        return producer

    def _replace(self, broken: Producer, error: Exception) -> None:
        if self._producer is broken:
            logger.warning("a producer is replaced", extra={"error": str(error)})
            self._producer = None
            self._clients.let_go(broken.client)
