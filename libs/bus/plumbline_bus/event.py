"""A record, decoded: the message and what its headers say about it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Generic, NamedTuple, TypeVar

from google.protobuf.message import DecodeError, Message

from plumbline.topics import Topic
from plumbline_bus.errors import Undecodable
from plumbline_bus.log import Record
from plumbline_bus.trail import Hop, Trail

M = TypeVar("M", bound=Message)


class Event(NamedTuple, Generic[M]):
    """One message with its identity. (`id`, `source`) is what a reader drops duplicates by.

    `time` is when its producer appended it; the first one a reader stores stands. `topic` is the
    name on the log, with prefix and lane. `trace_id` is 32 hex digits, or "" without a trace.
    """

    message: M
    id: str
    source: str
    time: str
    trail: Sequence[Hop]
    topic: str
    partition: int
    offset: int
    trace_id: str


def decode(record: Record, topic: Topic[M], trace_id: str) -> Event[M]:
    """The event in a record of this topic. Undecodable, with a reason code, when it holds none.

    The type is checked by name first: the bytes of one message often parse as another without any
    error, so parsing alone cannot notice a producer that is wrong.
    """
    headers = dict(record.headers)  # of several of a name the last one, as `Record.header` has it
    return Event(
        message_in(record.value, headers, topic),
        text(headers, "ce_id"),
        text(headers, "ce_source"),
        text(headers, "ce_time"),
        trail_in(text(headers, "ce_trail")),
        record.topic,
        record.partition,
        record.offset,
        trace_id,
    )


def parse(record: Record, topic: Topic[M]) -> M:
    """The message alone. Undecodable unless the headers name its type and its id."""
    return message_in(record.value, dict(record.headers), topic)


def trail_of(record: Record) -> Trail:
    """The record's trail. Undecodable when the header is there and is none."""
    return trail_in(record.header("ce_trail"))


def message_in(value: bytes, headers: Mapping[str, bytes], topic: Topic[M]) -> M:
    """The message of a record with these headers. Undecodable, see `parse`."""
    if (named := text(headers, "ce_type")) != topic.type_name:
        raise Undecodable("wrong-type" if named else "missing-type")
    if not headers.get("ce_id"):
        raise Undecodable("missing-id")
    try:
        return topic.message.FromString(value)
    except DecodeError as error:
        raise Undecodable("not-parseable") from error


def trail_in(header: str) -> Trail:
    """The trail in a `ce_trail` header, "" for none. Undecodable when it is not a trail."""
    try:
        return Trail(header)
    except ValueError as error:
        raise Undecodable("malformed-trail") from error


def text(headers: Mapping[str, bytes], name: str) -> str:
    """A header, decoded; "" when there is none."""
    return headers.get(name, b"").decode("utf-8", "replace")
