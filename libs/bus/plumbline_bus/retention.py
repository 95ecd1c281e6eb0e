"""Old records dropped as the table of topics says: at the start, then once an hour."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final, Protocol

from plumbline.topics import DEAD_SUFFIX, TOPICS
from plumbline_bus.errors import Unavailable
from plumbline_bus.unless import unless

HOUR_SECONDS: Final = 3600.0  # a reader's words may be kept for seven days; an hour more is little

logger = logging.getLogger(__name__)


class Retains(Protocol):
    """A log that drops nothing by itself."""

    async def retain(self, topic: str, seconds: float) -> int:
        """Delete what is older; how many records that were."""
        ...


@dataclass(frozen=True)
class Retention:
    """Applies each topic's `retention_seconds`; runs as a server does, until told to stop."""

    log: Retains
    prefix: str = ""
    every_seconds: float = HOUR_SECONDS

    async def serve(self, stop: asyncio.Event) -> None:
        """Drop now and every hour. A log that cannot be written is tried again the next time."""
        while not stop.is_set():
            try:
                dropped = await unless(stop, self.apply())
            except Unavailable as error:
                logger.warning("nothing was dropped", extra={"why": str(error)})
            else:
                logger.info("old records dropped", extra={"records": dropped or 0})
            await unless(stop, asyncio.sleep(self.every_seconds))

    async def apply(self) -> int:
        """Drop once; how many records that were."""
        kept = kept_seconds()
        return sum([await self.log.retain(self.prefix + name, seconds) for name, seconds in kept])


def kept_seconds() -> Iterator[tuple[str, int]]:
    """Each topic that is not kept for ever, its lanes and dead letters, and how long it is kept."""
    for topic in TOPICS:
        if topic.retention_seconds is not None:
            for name in topic.names:
                yield name, topic.retention_seconds
                yield f"{name}{DEAD_SUFFIX}", topic.retention_seconds
