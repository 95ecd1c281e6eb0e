"""Making every topic that the table names, or insisting that somebody has."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import Protocol

from plumbline.topics import DEAD_SUFFIX, TOPICS
from plumbline_bus.errors import NoSuchTopic
from plumbline_bus.log import Log


async def create_topics(log: Log, prefix: str = "") -> None:
    """Create each topic, lane and dead letter topic that is missing; others are left alone.

    ValueError when one exists with another number of partitions, which is fixed for life.
    """
    for topic in TOPICS:
        for name in topic.names:
            await log.create(
                f"{prefix}{name}",
                topic.partitions,
                retention_seconds=topic.retention_seconds,
                compacted=topic.compacted,
            )
            # Never compacted: two letters of one record key are two letters.
            await log.create(
                f"{prefix}{name}{DEAD_SUFFIX}",
                topic.partitions,
                retention_seconds=topic.retention_seconds,
            )


class Lists(Protocol):
    """A log that can say which topics it has."""

    async def topics(self) -> Collection[str]:
        """Every topic."""
        ...


async def require_topics(log: Lists, prefix: str = "") -> None:
    """NoSuchTopic, saying what to do, when one of them is missing."""
    found = await log.topics()
    for name in topic_names(prefix):
        if name not in found:
            raise NoSuchTopic(f"the log has no topic {name}; run: plumbline topics apply")


def topic_names(prefix: str = "") -> Iterator[str]:
    """Every name in the log: topics, their lanes, their dead letters."""
    for topic in TOPICS:
        for name in topic.names:
            yield f"{prefix}{name}"
            yield f"{prefix}{name}{DEAD_SUFFIX}"
