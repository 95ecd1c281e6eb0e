"""Dead letters as they lie in the log: which there are, and why each was put aside."""

from __future__ import annotations

import base64
import struct
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from typing import Any, Final

from google.protobuf.json_format import MessageToJson

from plumbline.topics import DEAD_SUFFIX
from plumbline_bus import Look, NoSuchTopic, Record
from plumbline_bus.errors import Undecodable
from plumbline_bus.event import parse
from plumbline_embedded.dead_replay import as_it_was, names_of, replay_group, topic_named

NUMBERS: Final = {
    "kafka_dlt-original-partition": struct.Struct(">i"),
    "kafka_dlt-original-offset": struct.Struct(">q"),
    "kafka_dlt-original-timestamp": struct.Struct(">q"),
}
# Headers that hold ids, names, codes and times. Of any other only the size is told: a producer
# that is wrong enough to be dead-lettered may have written anything.
KNOWN: Final = ("ce_", "kafka_dlt-", "traceparent", "tracestate", "content-type")


@dataclass(frozen=True)
class Letter:
    """One dead letter: topic, partition and offset name it. No word of the record."""

    topic: str
    partition: int
    offset: int
    key: str
    at: str
    reason: str
    error: str
    event_id: str
    state: str  # "waiting", "replayed", or "unreadable" by this version

    def as_json(self) -> dict[str, Any]:
        """As one object."""
        return asdict(self)


def letters(look: Look, prefix: str = "", topic: str | None = None) -> Iterator[Letter]:
    """Every letter that is kept, or those of one topic. NoSuchTopic when there is no such topic."""
    wanted = names_of() if topic is None else [bare(topic)]
    for name in wanted:
        done = look.committed(replay_group(name, prefix), f"{prefix}{name}{DEAD_SUFFIX}")
        for record in look.records(f"{prefix}{name}{DEAD_SUFFIX}"):
            passed = record.offset < done.get(record.partition, 0)
            yield _letter(name, record, "replayed" if passed else "waiting")


def waiting(look: Look, prefix: str = "") -> dict[str, int]:
    """Topic → how many of its letters nobody has brought back; topics without any are left out."""
    counts = {
        name: look.unread(replay_group(name, prefix), f"{prefix}{name}{DEAD_SUFFIX}").records
        for name in names_of()
    }
    return {name: count for name, count in counts.items() if count}


def found(look: Look, topic: str, partition: int, offset: int, prefix: str = "") -> Record:
    """One letter's record. NoSuchTopic when there is no such letter (any more)."""
    name = bare(topic)
    record = look.find(f"{prefix}{name}{DEAD_SUFFIX}", partition, offset)
    if record is None:
        raise NoSuchTopic(f"{name} has no dead letter at {partition} {offset}; see: plumbline dead")
    return record


def described(record: Record) -> Iterator[tuple[str, str]]:
    """(what, value) of all that may be shown of a letter: its place, ids and headers."""
    yield "letter", record.where
    yield "key", record.key
    yield "put aside", _time(record.timestamp_ms)
    yield "value", f"{len(record.value)} bytes (--value shows them)"
    for name, value in record.headers:
        yield name, _header(name, value)


def value_of(record: Record, topic: str) -> str:
    """The message as JSON, or its bytes in base64 when unreadable. May hold private words."""
    try:
        return str(MessageToJson(parse(as_it_was(record), topic_named(bare(topic))), indent=2))
    except Undecodable as error:
        return f"{error.reason}; base64: {base64.b64encode(record.value).decode()}"


def original_place(letter: Record) -> tuple[int, int]:
    """(partition, offset) of the record that was put aside; (-1, -1) when the letter lacks them."""
    headers = dict(letter.headers)
    try:
        (partition,) = NUMBERS["kafka_dlt-original-partition"].unpack(
            headers["kafka_dlt-original-partition"]
        )
        (offset,) = NUMBERS["kafka_dlt-original-offset"].unpack(
            headers["kafka_dlt-original-offset"]
        )
    except (KeyError, struct.error):
        return -1, -1
    return int(partition), int(offset)


def bare(topic: str) -> str:
    """A topic's name, given with or without `.dead`. NoSuchTopic when there is none."""
    name = topic.removesuffix(DEAD_SUFFIX)
    topic_named(name)
    return name


def _letter(topic: str, record: Record, state: str) -> Letter:
    try:
        parse(as_it_was(record), topic_named(topic))
    except Undecodable:
        state = "unreadable"
    return Letter(
        topic,
        record.partition,
        record.offset,
        record.key,
        _time(record.timestamp_ms),
        record.header("kafka_dlt-exception-message"),
        record.header("kafka_dlt-exception-fqcn"),
        record.header("ce_id"),
        state,
    )


def _header(name: str, value: bytes) -> str:
    number = NUMBERS.get(name)
    if number is not None and len(value) == number.size:
        return str(number.unpack(value)[0])
    if not name.startswith(KNOWN):
        return f"({len(value)} bytes)"
    return value.decode("utf-8", "backslashreplace")


def _time(timestamp_ms: int) -> str:
    return datetime.fromtimestamp(timestamp_ms / 1000, UTC).isoformat(timespec="milliseconds")
