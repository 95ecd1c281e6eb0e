"""Metrics: the instruments, and a span processor that makes most of them out of spans.

A span of the loop says everything that is counted of a record: whose it was, how it ended, how long
it took. So the loop knows of spans only, and what is counted can never differ from what is traced.
"""

from __future__ import annotations

from typing import Final

from opentelemetry import metrics
from opentelemetry.metrics import Counter, Histogram, Meter, MeterProvider
from opentelemetry.sdk.trace import ReadableSpan, SpanProcessor
from opentelemetry.util.types import AttributeValue

from plumbline_bus.endings import ELAPSED, OUTCOME
from plumbline_kit import metrics_names as names
from plumbline_kit.metrics_names import UNITS, CounterName, GaugeName, HistogramName

METER: Final = "plumbline"
NANOSECONDS: Final = 1e9
# OpenTelemetry's advice for durations in seconds, and then up to what a reader is made to wait.
BOUNDARIES_SECONDS: Final = (
    *(0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75),
    *(1.0, 2.5, 5.0, 7.5, 10.0, 30.0, 60.0),
)

Attributes = dict[str, AttributeValue]


def counter(meter: Meter, name: CounterName) -> Counter:
    """Counts up."""
    return meter.create_counter(name, UNITS[name])


def histogram(meter: Meter, name: HistogramName) -> Histogram:
    """Durations in seconds."""
    return meter.create_histogram(
        name, UNITS[name], explicit_bucket_boundaries_advisory=BOUNDARIES_SECONDS
    )


def set_gauge(name: GaugeName, value: int, attributes: Attributes | None = None) -> None:
    """Say what something is now. Does nothing until metrics are exported."""
    metrics.get_meter(METER).create_gauge(name, UNITS[name]).set(value, attributes)


class SpanMetrics(SpanProcessor):
    """Counts the spans that the loop makes around a record, and those that end a question."""

    def __init__(self, provider: MeterProvider) -> None:
        meter = provider.get_meter(METER)
        self._handled = counter(meter, "plumbline.records.handled")
        self._dead = counter(meter, "plumbline.records.dead_lettered")
        self._took = histogram(meter, "messaging.process.duration")
        self._ended = counter(meter, "plumbline.questions.ended")
        self._waited = histogram(meter, "plumbline.question.duration")

    def on_end(self, span: ReadableSpan) -> None:
        """See `SpanProcessor`."""
        said = dict(span.attributes or {})
        if said.get("messaging.operation.name") == "process":
            self._record(span, said)
        elif OUTCOME in said:
            how: Attributes = {names.OUTCOME: said[OUTCOME]}
            self._ended.add(1, how)
            if isinstance(elapsed_seconds := said.get(ELAPSED), float):
                self._waited.record(elapsed_seconds, how)

    def _record(self, span: ReadableSpan, said: Attributes) -> None:
        where: Attributes = {
            names.SERVICE: span.resource.attributes.get("service.name", ""),
            names.TOPIC: said.get(names.TOPIC, ""),
            names.GROUP: said.get(names.GROUP, ""),
        }
        self._took.record(((span.end_time or 0) - (span.start_time or 0)) / NANOSECONDS, where)
        if names.ERROR in said:
            self._dead.add(1, {**where, names.ERROR: said[names.ERROR]})
        else:
            self._handled.add(1, where)
