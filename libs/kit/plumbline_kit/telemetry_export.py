"""Spans and metrics to a collector: OTLP over HTTP, in batches, on threads of their own.

Nothing is sent unless OTEL_EXPORTER_OTLP_ENDPOINT (or its form for one signal) is set; the standard
OTEL_ variables for headers, certificates, time limits and intervals are read by the SDK itself.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any, Final, TypeVar
from urllib.parse import urlsplit

from opentelemetry import metrics
from opentelemetry.sdk.metrics import MeterProvider
from opentelemetry.sdk.metrics.export import (
    MetricExporter,
    MetricExportResult,
    MetricsData,
    PeriodicExportingMetricReader,
)
from opentelemetry.sdk.trace import ReadableSpan, SpanProcessor
from opentelemetry.sdk.trace.export import BatchSpanProcessor, SpanExporter, SpanExportResult

from plumbline_kit.metrics import SpanMetrics
from plumbline_kit.settings import SettingsError
from plumbline_kit.telemetry_traces import resource_of, set_up_traces

ENDPOINT: Final = "OTEL_EXPORTER_OTLP_ENDPOINT"
PROTOCOL: Final = "OTEL_EXPORTER_OTLP_PROTOCOL"
SPOKEN: Final = "http/protobuf"  # what every collector and viewer takes, and OTLP's own default
FLUSH_SECONDS: Final = 3.0  # after a drain of 20: all of it ends within 25

T = TypeVar("T")

logger = logging.getLogger(__name__)


def endpoint_of(signal: str, environ: Mapping[str, str]) -> str:
    """Where "traces" or "metrics" go; "" when nowhere.

    SettingsError when it is no address, or another protocol than the one we speak is asked for.
    """
    own = f"OTEL_EXPORTER_OTLP_{signal.upper()}"
    endpoint = environ.get(f"{own}_ENDPOINT") or environ.get(ENDPOINT, "")
    protocol = environ.get(f"{own}_PROTOCOL") or environ.get(PROTOCOL) or SPOKEN
    if endpoint and protocol != SPOKEN:
        raise SettingsError(
            f"{PROTOCOL}={protocol} is not spoken here, {SPOKEN} is; leave it unset, and let "
            f"{ENDPOINT} name the collector's HTTP port (4318 by custom)"
        )
    if endpoint and not endpoint.startswith(("http://", "https://")):
        raise SettingsError(
            f"{ENDPOINT} must be the whole address of a collector, such as http://localhost:4318"
        )
    return endpoint


@contextmanager
def telemetry(process: str, environ: Mapping[str, str]) -> Iterator[None]:
    """Traces and metrics of this process, sent away while inside; what is left at the end is, too.

    Leaving takes FLUSH_SECONDS at most, whether the collector answers or not. SettingsError.
    """
    closing: list[Callable[[], Any]] = []
    processors: list[SpanProcessor] = []
    endpoints = {signal: endpoint_of(signal, environ) for signal in ("traces", "metrics")}
    if any(endpoints.values()):
        silence_the_sdk()
    if endpoints["metrics"]:
        meters = send_metrics(process, endpoints["metrics"])
        closing.append(meters.shutdown)
        processors.append(SpanMetrics(meters))
    if endpoints["traces"]:
        processors.append(batched(endpoints["traces"]))
    tracers = set_up_traces(process, *processors)
    closing.append(tracers.processors.shutdown)
    try:
        yield
    finally:
        together(closing, FLUSH_SECONDS)


def silence_the_sdk() -> None:
    """Its exporters tell of every try; `Delivery` tells of the first one."""
    for noisy in ("opentelemetry.exporter", "opentelemetry.sdk"):
        logging.getLogger(noisy).setLevel(logging.CRITICAL)


def batched(endpoint: str) -> SpanProcessor:
    """Spans are queued as they end, and sent by a thread."""
    # Slow to import, and needed only here.
    from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter

    return BatchSpanProcessor(Spans(OTLPSpanExporter(), Delivery("traces", endpoint)))


def send_metrics(process: str, endpoint: str) -> MeterProvider:
    """Metrics are collected and sent by a thread; its shutdown sends the last ones."""
    from opentelemetry.exporter.otlp.proto.http.metric_exporter import OTLPMetricExporter

    exporter = Metrics(OTLPMetricExporter(), Delivery("metrics", endpoint))
    provider = MeterProvider(
        [PeriodicExportingMetricReader(exporter)],
        resource=resource_of(process),
        shutdown_on_exit=False,
    )
    metrics.set_meter_provider(provider)
    return provider


class Delivery:
    """Logs the first of a row of failures, and that they are over."""

    def __init__(self, signal: str, endpoint: str) -> None:
        where = urlsplit(endpoint)  # without a password that it may hold
        self._said = {"signal": signal, "host": where.hostname or "", "port": where.port or 0}
        self._failing = False

    def tell(self, *, delivered: bool) -> None:
        """What became of one delivery."""
        if delivered and self._failing:
            logger.warning("telemetry is delivered again", extra=self._said)
        elif not delivered and not self._failing:
            logger.warning(
                f"telemetry cannot be delivered; is {ENDPOINT} right?",  # noqa: G004  a constant
                extra=self._said,
            )
        self._failing = not delivered


class Spans(SpanExporter):
    """An exporter whose failures are told once."""

    def __init__(self, exporter: SpanExporter, delivery: Delivery) -> None:
        self._exporter = exporter
        self._delivery = delivery

    def export(self, spans: Sequence[ReadableSpan]) -> SpanExportResult:
        """See `SpanExporter`."""
        result = self._exporter.export(spans)
        self._delivery.tell(delivered=result is SpanExportResult.SUCCESS)
        return result

    def shutdown(self) -> None:
        """See `SpanExporter`."""
        self._exporter.shutdown()


class Metrics(MetricExporter):
    """The same for metrics."""

    def __init__(self, exporter: MetricExporter, delivery: Delivery) -> None:
        super().__init__(exporter._preferred_temporality, exporter._preferred_aggregation)  # noqa: SLF001  the SDK has no other way
        self._exporter = exporter
        self._delivery = delivery

    def export(
        self, metrics_data: MetricsData, timeout_millis: float = 10_000, **kwargs: Any
    ) -> MetricExportResult:
        """See `MetricExporter`."""
        result = self._exporter.export(metrics_data, timeout_millis, **kwargs)
        self._delivery.tell(delivered=result is MetricExportResult.SUCCESS)
        return result

    def force_flush(self, timeout_millis: float = 10_000) -> bool:
        """See `MetricExporter`."""
        return self._exporter.force_flush(timeout_millis)

    def shutdown(self, timeout_millis: float = 30_000, **kwargs: Any) -> None:
        """See `MetricExporter`."""
        self._exporter.shutdown(timeout_millis, **kwargs)


def together(calls: Sequence[Callable[[], Any]], seconds: float) -> None:
    """Make blocking calls side by side and wait this long at most; a late one goes on alone."""
    threads = [threading.Thread(target=call, daemon=True) for call in calls]
    until = time.monotonic() + seconds
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(max(0.0, until - time.monotonic()))
