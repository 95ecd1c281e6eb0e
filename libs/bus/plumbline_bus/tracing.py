"""W3C trace context in record headers, and the spans at both ends of a record."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from opentelemetry import trace
from opentelemetry.context import Context, attach, detach
from opentelemetry.trace import Link, Span, SpanKind, Tracer
from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator
from opentelemetry.util.types import AttributeValue

from plumbline_bus.log import Headers, Record

# Named here rather than the global propagator: that one also carries baggage, which may hold
# anything and would ride on every hop.
W3C = TraceContextTextMapPropagator()
SYSTEM = "plumbline"  # one name for both logs, so that a trace reads the same on either


def default_tracer() -> Tracer:
    """The tracer of this package. Does nothing, but passes traces on, until an SDK is set up."""
    return trace.get_tracer("plumbline_bus")


def traceparent_headers() -> Headers:
    """The current span as headers. To be read when appending, not when the message is built."""
    carrier: dict[str, str] = {}
    W3C.inject(carrier)
    return tuple((name, value.encode()) for name, value in carrier.items())


def parent_of(record: Record) -> Context:
    """The context in which the record was appended; an empty one when it has none."""
    if not (traceparent := record.header("traceparent")):
        return Context()
    carrier = {"traceparent": traceparent}
    if tracestate := record.header("tracestate"):
        carrier["tracestate"] = tracestate
    return W3C.extract(carrier, Context())


def trace_id_of(context: Context | None = None) -> str:
    """Trace id in a context (None: the current one): 32 hex digits, or "" without a trace."""
    found = trace.get_current_span(context).get_span_context()
    return trace.format_trace_id(found.trace_id) if found.is_valid else ""


@contextmanager
def publishing(tracer: Tracer, topic: str, event_id: str, record_key: str) -> Iterator[Span]:
    """The span `publish <topic>`, current while the record is appended."""
    attributes: dict[str, AttributeValue] = {
        "messaging.system": SYSTEM,
        "messaging.operation.name": "publish",
        "messaging.operation.type": "send",
        "messaging.destination.name": topic,
        "messaging.message.id": event_id,
        "messaging.kafka.message.key": record_key,
    }
    span = tracer.start_span(f"publish {topic}", kind=SpanKind.PRODUCER, attributes=attributes)
    token = attach(trace.set_span_in_context(span))
    try:
        yield span
    finally:
        detach(token)
        span.end()


@contextmanager
def processing(tracer: Tracer, record: Record, group: str) -> Iterator[Span]:
    """The span `process <topic>`, a child of the span that appended the record.

    Parent and link both: some viewers join records by parent only, others expect the link.
    """
    parent = parent_of(record)
    cause = trace.get_current_span(parent).get_span_context()
    attributes: dict[str, AttributeValue] = {
        "messaging.system": SYSTEM,
        "messaging.operation.name": "process",
        "messaging.operation.type": "process",
        "messaging.destination.name": record.topic,
        "messaging.destination.partition.id": str(record.partition),
        "messaging.kafka.offset": record.offset,
        "messaging.kafka.message.key": record.key,
        "messaging.consumer.group.name": group,
        "messaging.message.id": record.header("ce_id"),
    }
    span = tracer.start_span(
        f"process {record.topic}",
        context=parent,
        kind=SpanKind.CONSUMER,
        links=[Link(cause)] if cause.is_valid else [],
        attributes=attributes,
    )
    token = attach(trace.set_span_in_context(span))
    try:
        yield span
    finally:
        detach(token)
        span.end()
