"""A collector for tests: OTLP over HTTP, as a real one takes it, kept in memory."""

from __future__ import annotations

import gzip
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from opentelemetry.proto.collector.metrics.v1.metrics_service_pb2 import (
    ExportMetricsServiceRequest,
    ExportMetricsServiceResponse,
)
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import (
    ExportTraceServiceRequest,
    ExportTraceServiceResponse,
)
from opentelemetry.proto.common.v1.common_pb2 import AnyValue, KeyValue
from opentelemetry.proto.metrics.v1.metrics_pb2 import Metric
from opentelemetry.proto.trace.v1.trace_pb2 import Span


@dataclass(frozen=True)
class Seen:
    """A span as it arrived, with the service that made it."""

    service: str
    span: Span

    @property
    def name(self) -> str:
        """Its name."""
        return self.span.name

    @property
    def said(self) -> dict[str, Any]:
        """Its attributes."""
        return plain(self.span.attributes)

    @property
    def span_id(self) -> str:
        """Its own id, hex."""
        return self.span.span_id.hex()

    @property
    def parent(self) -> str:
        """Its parent's id; "" for a root."""
        return self.span.parent_span_id.hex()


@dataclass
class Collector:
    """What arrived. While `answers` is clear, requests are taken and never answered."""

    url: str = ""
    bodies: list[bytes] = field(default_factory=list)
    spans: list[Seen] = field(default_factory=list)
    metrics: list[Metric] = field(default_factory=list)
    asked: threading.Event = field(default_factory=threading.Event)
    answers: threading.Event = field(default_factory=threading.Event)

    def take(self, path: str, body: bytes) -> bytes:
        """One export; the response to it."""
        self.bodies.append(body)
        if path == "/v1/traces":
            for traced in ExportTraceServiceRequest.FromString(body).resource_spans:
                service = str(plain(traced.resource.attributes)["service.name"])
                for scope in traced.scope_spans:
                    self.spans.extend(Seen(service, span) for span in scope.spans)
            return ExportTraceServiceResponse().SerializeToString()
        assert path == "/v1/metrics", path
        for measured in ExportMetricsServiceRequest.FromString(body).resource_metrics:
            for scope_metrics in measured.scope_metrics:
                self.metrics.extend(scope_metrics.metrics)
        return ExportMetricsServiceResponse().SerializeToString()

    def trace(self, trace_id: str) -> list[Seen]:
        """The spans of one trace."""
        return [seen for seen in self.spans if seen.span.trace_id.hex() == trace_id]

    def newest(self, name: str) -> dict[tuple[tuple[str, Any], ...], Any]:
        """The last value of each series of a metric: a number, or the count of a histogram."""
        found: dict[tuple[tuple[str, Any], ...], Any] = {}
        for metric in self.metrics:
            if metric.name != name:
                continue
            for point in (*metric.sum.data_points, *metric.gauge.data_points):
                found[tuple(sorted(plain(point.attributes).items()))] = point.as_int
            for counted in metric.histogram.data_points:
                found[tuple(sorted(plain(counted.attributes).items()))] = counted.count
        return found


def plain(attributes: Any) -> dict[str, Any]:
    """Attributes as a dict of Python values."""

    def value(any_value: AnyValue) -> Any:
        kind = any_value.WhichOneof("value")
        if kind == "array_value":
            return [value(item) for item in any_value.array_value.values]
        return getattr(any_value, kind) if kind else None

    pairs: list[KeyValue] = list(attributes)
    return {pair.key: value(pair.value) for pair in pairs}


@contextmanager
def collecting() -> Iterator[Collector]:
    """A collector on a free port."""
    collector = Collector()
    collector.answers.set()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["content-length"]))
            collector.asked.set()
            if not collector.answers.wait(60):
                return
            if self.headers.get("content-encoding") == "gzip":
                body = gzip.decompress(body)
            response = collector.take(self.path, body)
            self.send_response(200)
            self.send_header("content-type", "application/x-protobuf")
            self.send_header("content-length", str(len(response)))
            self.end_headers()
            self.wfile.write(response)

        def log_message(self, format: str, *args: Any) -> None:  # noqa: A002  the base's name
            """Nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    serving = threading.Thread(target=server.serve_forever, daemon=True)
    serving.start()
    collector.url = f"http://127.0.0.1:{server.server_address[1]}"
    try:
        yield collector
    finally:
        collector.answers.set()
        server.shutdown()
        server.server_close()
        serving.join()
