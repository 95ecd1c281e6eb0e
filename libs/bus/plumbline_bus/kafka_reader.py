"""Reading from Kafka without ever waiting blindly."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Collection
from typing import Final

from plumbline_bus.errors import Unavailable
from plumbline_bus.kafka_client import Consumer, NotOurs
from plumbline_bus.kafka_connect import Timing
from plumbline_bus.log import Record
from plumbline_bus.watchdog import Watchdog

POLL_SECONDS: Final = 1.0

# The partitions that may be read now; None while it is not known which ones those are.
Wanted = Callable[[], Collection[int] | None]


class Reader:
    """Asks one consumer for records. aiokafka waits in silence, whatever is wrong: this looks.

    When nothing has come for a while it asks the brokers directly. They do not answer: Unavailable.
    They have records that should have come: the watchdog counts, and raises Stalled in the end.
    """

    def __init__(
        self, consumer: Consumer, name: str, partitions: int, wanted: Wanted, timing: Timing
    ) -> None:
        self._consumer = consumer
        self._all = range(partitions)
        self._wanted = wanted
        self._timing = timing
        self._watchdog = Watchdog(name, timing.stalled)
        self._was_away = False
        self._polling: asyncio.Timeout | None = None

    async def read(self, limit: int) -> list[Record]:
        """Up to `limit` records; waits until there is one.

        None at all only after Unavailable, as soon as the brokers answer again.
        """
        self._watchdog.well()
        if self._was_away:
            await self._look()
            return []
        looked_at = time.monotonic()
        while not (records := await self._poll(limit)):
            if time.monotonic() - looked_at >= self._timing.look:
                await self._look()
                looked_at = time.monotonic()
        return records

    def nudge(self) -> None:
        """What is wanted has changed: ask anew, now."""
        if self._polling is not None and not self._polling.expired():  # then it asks anew as it is
            self._polling.reschedule(asyncio.get_running_loop().time())

    async def _poll(self, limit: int) -> list[Record]:
        wanted = self._wanted()
        try:
            # The outer timeout is for the nudge, and for aiokafka's waits that have none.
            async with asyncio.timeout(2 * POLL_SECONDS) as self._polling:
                if wanted is not None and not wanted:
                    await asyncio.Event().wait()
                return await self._consumer.poll(wanted, limit, POLL_SECONDS)
        except TimeoutError:
            return []
        finally:
            self._polling = None

    async def _look(self) -> None:
        """Whether the brokers answer, and whether they have what should have come."""
        wanted = self._wanted()
        try:
            async with asyncio.timeout(self._timing.answer):
                ends = await self._consumer.ends(self._all)
        except (TimeoutError, Unavailable):
            self._was_away = True
            raise Unavailable("Kafka does not answer") from None
        self._was_away = False
        # Not assigned anything for so long, not even nothing: that is stuck as well.
        unread = True if wanted is None else await self._unread(wanted, ends)
        self._watchdog.look(unread=unread)

    async def _unread(self, wanted: Collection[int], ends: dict[int, int]) -> bool:
        try:
            async with asyncio.timeout(self._timing.answer):
                for partition in wanted:
                    if await self._consumer.position(partition) < ends[partition]:
                        return True
        except (TimeoutError, Unavailable):
            return True  # where it reads is not even known
        except NotOurs:
            return False
        return False
