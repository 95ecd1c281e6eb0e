"""Messages out: encode, stamp, append."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache, partial
from typing import Final

from google.protobuf.message import Message
from opentelemetry.trace import Span, Tracer
from opentelemetry.util.types import AttributeValue

from plumbline.topics import Topic, topic_of
from plumbline_bus.clock import Now, utc_now
from plumbline_bus.endings import ending
from plumbline_bus.errors import RecordTooLarge
from plumbline_bus.log import Appended, Headers, Log
from plumbline_bus.tracing import default_tracer, publishing, traceparent_headers
from plumbline_bus.trail import Hop, Trail, encode_trail

SPECVERSION: Final = ("ce_specversion", b"1.0")
CONTENT_TYPE: Final = ("content-type", b"application/protobuf")


async def publish(
    log: Log,
    message: Message,
    *,
    service: str,
    event_id: str,
    prefix: str = "",
    lane: str = "",
    trail: Sequence[Hop] = (),
    started: str | None = None,
    now: Now = utc_now,
    tracer: Tracer | None = None,
) -> Hop:
    """Append a message to the one topic of its type; it is durable when this returns.

    `trail` is the causing event's; the hop that this adds to it is returned. `started` None: now.
    RecordTooLarge when the topic does not take a message of that size; Unavailable from the log.
    """
    sender = Sender(log, service, prefix, lane, now, tracer or default_tracer())
    hop, appended = sender.send(message, event_id, trail, started)
    await appended
    return hop


@dataclass(frozen=True)
class Sender:
    """Sends what one service makes, in one lane."""

    log: Log
    service: str
    prefix: str
    lane: str
    now: Now
    tracer: Tracer

    def send(
        self, message: Message, event_id: str, trail: Sequence[Hop], started: str | None
    ) -> tuple[Hop, asyncio.Future[Appended]]:
        """What `publish` does, without waiting: the message is durable once the future is done."""
        topic = topic_of(message)
        name = f"{self.prefix}{topic.lane(self.lane)}"
        value = encode(message, topic)
        record_key = topic.record_key(message)
        span = publishing(self.tracer, name, event_id, record_key)
        try:
            ended = self.now()
            hop = Hop(self.service, event_id, started or ended, ended)
            headers = (*cloud_event(topic, hop, trail, record_key), *traceparent_headers(span))
            appended = asyncio.ensure_future(
                self.log.append(
                    name,
                    partition_key=topic.partition_key(message),
                    record_key=record_key,
                    value=value,
                    headers=headers,
                )
            )
        except BaseException:
            span.end()
            raise
        if span.is_recording():
            said = ending(message, (*trail, hop))
            appended.add_done_callback(partial(sent, span, said))
        return hop, appended


def sent(
    span: Span, said: Mapping[str, AttributeValue], appended: asyncio.Future[Appended]
) -> None:
    """The end of the span that sends a record: with where it came to stand, if it did."""
    if not appended.cancelled() and appended.exception() is None:
        span.set_attributes(said)
        span.set_attribute("messaging.destination.partition.id", str(appended.result().partition))
        span.set_attribute("messaging.kafka.offset", appended.result().offset)
    span.end()


def encode(message: Message, topic: Topic[Message]) -> bytes:
    """The bytes of a message, always the same. RecordTooLarge over the topic's limit."""
    value = message.SerializeToString(deterministic=True)
    if len(value) > topic.max_bytes:
        raise RecordTooLarge(f"{len(value)} bytes on {topic.name}, which takes {topic.max_bytes}")
    return value


def cloud_event(topic: Topic[Message], hop: Hop, trail: Sequence[Hop], record_key: str) -> Headers:
    """CloudEvents 1.0, binary mode of the Kafka binding: attributes in headers, a bare value."""
    source, kind = same_of(hop.service, topic.type_name)
    way = trail.and_then(hop) if isinstance(trail, Trail) else encode_trail((*trail, hop))
    return (
        SPECVERSION,
        ("ce_id", hop.event_id.encode()),
        source,
        kind,
        ("ce_time", hop.ended.encode()),
        ("ce_subject", record_key.encode()),
        CONTENT_TYPE,
        ("ce_trail", way),
    )


@lru_cache(maxsize=256)  # a service has few types
def same_of(service: str, type_name: str) -> Headers:
    """The headers that all events of one type from one service have."""
    return ("ce_source", service.encode()), ("ce_type", type_name.encode())
