"""Making every topic that the table names, or insisting that somebody has."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator

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


async def require_topics(log: Log, prefix: str = "") -> None:
    """NoSuchTopic, saying what to do, when one of them is missing."""
    names = list(topic_names(prefix))
    found = await asyncio.gather(*map(log.ends, names), return_exceptions=True)
    for name, ends in zip(names, found, strict=True):
        if isinstance(ends, NoSuchTopic):
            raise NoSuchTopic(f"the log has no topic {name}; run: plumbline topics apply")
        if isinstance(ends, BaseException):
            raise ends


def topic_names(prefix: str = "") -> Iterator[str]:
    """Every name in the log: topics, their lanes, their dead letters."""
    for topic in TOPICS:
        for name in topic.names:
            yield f"{prefix}{name}"
            yield f"{prefix}{name}{DEAD_SUFFIX}"
