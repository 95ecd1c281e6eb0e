"""Making every topic that the table names."""

from __future__ import annotations

from plumbline.topics import DEAD_SUFFIX, TOPICS
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
