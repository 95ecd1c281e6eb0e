"""A dead letter: the record byte for byte, with where it stood and why it was put aside."""

from __future__ import annotations

import struct

from plumbline.topics import DEAD_SUFFIX
from plumbline_bus.log import Headers, Log, Record


def ordering_key(record: Record) -> str:
    """What a record is in order with: its key before the first "/".

    Record keys are `answer_id/revision` or the like, and only the whole of a record's key is known
    here, not its partition key; a key without "/" is taken whole.
    """
    return record.key.split("/", 1)[0]


async def bury(log: Log, record: Record, error: Exception, reason: str) -> None:
    """Append the record to `<topic>.dead`; it is durable when this returns.

    `reason` is a code: neither it nor any other header added here holds a word of the record. If
    the letter cannot be written the error goes on: the record is not committed and comes again.
    """
    await log.append(
        f"{record.topic}{DEAD_SUFFIX}",
        partition_key=ordering_key(record),
        record_key=record.key,
        value=record.value,
        headers=(*record.headers, *letter_headers(record, error, reason)),
    )


def letter_headers(record: Record, error: Exception, reason: str) -> Headers:
    """Spring Kafka's dead letter headers, in its encoding (numbers big-endian): tools know them."""
    kind = type(error)
    return (
        ("kafka_dlt-original-topic", record.topic.encode()),
        ("kafka_dlt-original-partition", struct.pack(">i", record.partition)),
        ("kafka_dlt-original-offset", struct.pack(">q", record.offset)),
        ("kafka_dlt-original-timestamp", struct.pack(">q", record.timestamp_ms)),
        ("kafka_dlt-exception-fqcn", f"{kind.__module__}.{kind.__qualname__}".encode()),
        ("kafka_dlt-exception-message", reason.encode()),
    )
