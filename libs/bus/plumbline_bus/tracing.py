"""W3C trace context in record headers, and the spans at both ends of a record."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import Token
from types import TracebackType
from typing import Final

from opentelemetry import trace
from opentelemetry.context import Context, attach, detach
from opentelemetry.trace import (
    INVALID_SPAN,
    INVALID_SPAN_CONTEXT,
    Link,
    NoOpTracer,
    ProxyTracerProvider,
    Span,
    SpanKind,
    Tracer,
)
from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

from plumbline_bus.log import Headers, Record

# Named here rather than the global propagator: that one also carries baggage, which may hold
# anything and would ride on every hop.
W3C = TraceContextTextMapPropagator()
# One name for both logs, so that a trace reads the same on either; viewers know this one, and the
# messaging.kafka.* names belong to it.
SYSTEM = "kafka"
NO_TRACER: Final = NoOpTracer()


def default_tracer() -> Tracer:
    """The tracer of this package. Without an SDK it does nothing, but passes traces on."""
    without = isinstance(trace.get_tracer_provider(), ProxyTracerProvider)
    return NO_TRACER if without else trace.get_tracer("plumbline_bus")


def traceparent_headers(span: Span) -> Headers:
    """A span as headers. To be made when appending, not when the message is built."""
    if not span.get_span_context().is_valid:
        return ()
    carrier: dict[str, str] = {}
    W3C.inject(carrier, trace.set_span_in_context(span, Context()))
    return tuple((name, value.encode()) for name, value in carrier.items())


def parent_of(record: Record) -> Context:
    """The context in which the record was appended; an empty one when it has none."""
    if not (traceparent := record.header("traceparent")):
        return Context()
    carrier = {"traceparent": traceparent}
    if tracestate := record.header("tracestate"):
        carrier["tracestate"] = tracestate
    return W3C.extract(carrier, Context())


def cause_of(record: Record) -> Span:
    """The span that appended the record, as far as its headers tell."""
    return trace.get_current_span(parent_of(record))


def trace_id_of(span: Span) -> str:
    """Trace id of a span: 32 hex digits, or "" without a trace."""
    found = span.get_span_context()
    return trace.format_trace_id(found.trace_id) if found.is_valid else ""


class Current:
    """A span that is current while a block runs."""

    def __init__(self, span: Span) -> None:
        self._span = span
        self._token: Token[Context] | None = None

    def __enter__(self) -> Span:
        # Without an SDK and without a trace both are the one span that is none: nothing to change.
        if trace.get_current_span() is not self._span:
            self._token = attach(trace.set_span_in_context(self._span))
        return self._span

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        if self._token is not None:
            detach(self._token)


@contextmanager
def working(span: Span) -> Iterator[None]:
    """The same, and the span ends with the block."""
    try:
        with Current(span):
            yield
    finally:
        span.end()


def publishing(tracer: Tracer, topic: str, event_id: str, record_key: str) -> Span:
    """The span `send <topic>`; to be ended when the record is appended.

    It is not made the current one: a log has no spans of its own to be its children.
    """
    if tracer is NO_TRACER and trace.get_current_span() is INVALID_SPAN:
        return INVALID_SPAN  # as the tracer would find, but this is asked for with every record
    span = tracer.start_span(f"send {topic}", kind=SpanKind.PRODUCER)
    if span.is_recording():
        span.set_attributes(
            {
                "messaging.system": SYSTEM,
                "messaging.operation.name": "send",
                "messaging.operation.type": "send",
                "messaging.destination.name": topic,
                "messaging.message.id": event_id,
                "messaging.kafka.message.key": record_key,
            }
        )
    return span


def processing(tracer: Tracer, record: Record, group: str) -> Span:
    """The span `process <topic>`, a child of the span that appended the record; to be ended.

    Parent and link both: some viewers join records by parent only, others expect the link.
    """
    parent = parent_of(record)
    if tracer is NO_TRACER and not parent:
        return INVALID_SPAN
    cause = trace.get_current_span(parent).get_span_context() if parent else INVALID_SPAN_CONTEXT
    span = tracer.start_span(
        f"process {record.topic}",
        context=parent,
        kind=SpanKind.CONSUMER,
        links=[Link(cause)] if cause.is_valid else None,
    )
    if span.is_recording():
        span.set_attributes(
            {
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
        )
    return span
