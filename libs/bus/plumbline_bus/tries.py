"""How often a record is tried, by which of the three answers its handler gave."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from plumbline_bus.errors import Reject, Unavailable, Undecodable
from plumbline_bus.health import Concern
from plumbline_bus.log import Record
from plumbline_bus.pace import Pace
from plumbline_bus.patience import Patience
from plumbline_bus.slots import Slots
from plumbline_bus.unless import unless

logger = logging.getLogger(__name__)
T = TypeVar("T")


class GivenUp(Exception):
    """Nobody wants this record from us any more: we stop, or its partition was lost."""


@dataclass(frozen=True)
class Tries:
    """Tries records. A slot is held while a handler runs, not while waiting to try again.

    So a record that waits for the world does not keep the others from running. Nor is one held
    while what was made is published: the log takes many at a time, a handler may not.
    """

    slots: Slots
    pace: Pace
    stop: asyncio.Event
    patience: Patience
    concern: Concern

    async def until_settled(
        self,
        record: Record,
        handle: Callable[[], Awaitable[T]],
        publish: Callable[[T], Awaitable[None]],
        still_ours: Callable[[], bool],
    ) -> Exception | None:
        """None once it worked; else the error that stands: Reject, Undecodable, a bug, GivenUp."""
        waits: Iterator[float] | None = None
        bugs = 0
        try:
            while True:
                error = await self._once(handle, publish, still_ours)
                if error is None or isinstance(error, Reject | Undecodable | GivenUp):
                    return error
                waits = waits or self.patience.waits()
                if isinstance(error, Unavailable):
                    self.concern.waits(record.where, str(error))
                else:
                    bugs += 1
                    logger.warning("a handler failed", extra=described(record, error))
                    if bugs >= self.patience.tries:
                        return error
                await unless(self.stop, self.patience.sleep(next(waits)))
        finally:
            if waits is not None:
                self.concern.goes_on(record.where)

    async def room(self) -> None:
        """Wait until more records are worth reading."""
        await self.slots.room()
        await self.pace.room()

    async def _once(
        self,
        handle: Callable[[], Awaitable[T]],
        publish: Callable[[T], Awaitable[None]],
        still_ours: Callable[[], bool],
    ) -> Exception | None:
        try:
            async with self.slots:
                if self.stop.is_set() or not still_ours():
                    return GivenUp()
                made = await handle()
            with self.pace:
                await publish(made)
        except Exception as error:  # noqa: BLE001  anything a handler raises is an answer
            return error
        return None


def described(record: Record, error: Exception) -> dict[str, str]:
    """What may be logged of a failure; not its text, which may hold words of the record."""
    raised_at = "?"
    trace = error.__traceback__
    while trace is not None:
        raised_at = f"{Path(trace.tb_frame.f_code.co_filename).name}:{trace.tb_lineno}"
        trace = trace.tb_next
    return {
        "record": record.where,
        "event_id": record.header("ce_id"),
        "error": type(error).__qualname__,
        "raised_at": raised_at,
    }
