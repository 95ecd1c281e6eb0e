"""The index from the log: after it was lost, or when it was made with something else."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from contextlib import aclosing
from typing import Any, Final, cast

from google.protobuf.message import DecodeError

from plumbline.ingest.v1.events_pb2 import EditionIngested
from plumbline.topics import EDITION_INGESTED
from plumbline_bus import Log, NoSuchTopic, Reject
from plumbline_retrieval.intake import Intake

TYPE_HEADER: Final = "ce_type"

logger = logging.getLogger(__name__)


async def rebuild(log: Log, intake: Intake, prefix: str = "") -> int:
    """Take in every edition that the log holds now; how many parts were read.

    What cannot be right was dead-lettered when it was first read, and is left out again.
    """
    topic = prefix + EDITION_INGESTED.name
    ends = await ends_of(log, topic)
    waiting = {partition for partition, end in ends.items() if end > 0}
    count = 0
    if not waiting:
        return count
    async with aclosing(cast(Any, log.follow(topic, {}))) as records:
        async for record in records:
            if record.header(TYPE_HEADER) == EDITION_INGESTED.type_name:
                await take(intake, record.value)
            count += 1
            if record.offset + 1 >= ends.get(record.partition, 0):
                waiting.discard(record.partition)
            if not waiting:
                break
    logger.info("index rebuilt from the log", extra={"parts": count})
    return count


async def take(intake: Intake, value: bytes) -> None:
    """One part, if it is one."""
    try:
        await intake.take(EditionIngested.FromString(value))
    except (DecodeError, Reject):
        logger.warning("a part of an edition was left out")


async def ends_of(log: Log, topic: str) -> Mapping[int, int]:
    """Where the log ends now; nowhere when the topic does not exist yet."""
    try:
        return await log.ends(topic)
    except NoSuchTopic:
        return {}
