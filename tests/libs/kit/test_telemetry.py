"""What telemetry says of work and of failures, what it leaves out, and what it costs unasked."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Mapping
from typing import Any

import pytest
from opentelemetry import baggage, trace
from opentelemetry.context import Context
from opentelemetry.sdk.metrics import MeterProvider
from opentelemetry.sdk.metrics.export import InMemoryMetricReader
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import ReadableSpan, TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from opentelemetry.trace import StatusCode
from system.collector import collecting

from plumbline_kit.metrics import SpanMetrics
from plumbline_kit.settings import SettingsError
from plumbline_kit.telemetry import step
from plumbline_kit.telemetry_export import Delivery, endpoint_of
from plumbline_kit.telemetry_traces import Nothing, ServiceTracers, in_service

WORDS = "my private words"


@pytest.fixture
def exporter() -> InMemorySpanExporter:
    return InMemorySpanExporter()


@pytest.fixture
def tracers(exporter: InMemorySpanExporter) -> ServiceTracers:
    provider = ServiceTracers("process", recording=True)
    provider.processors.add_span_processor(SimpleSpanProcessor(exporter))
    return provider


def test_a_step_that_fails_tells_the_type_of_it_and_no_word(
    exporter: InMemorySpanExporter, tracers: ServiceTracers
) -> None:
    with pytest.raises(ValueError, match=WORDS), step("work", {}, tracers.get_tracer("t")):
        raise ValueError(WORDS)
    (span,) = exporter.get_finished_spans()
    assert (span.attributes or {})["error.type"] == "ValueError"
    assert span.status.status_code is StatusCode.ERROR
    assert WORDS not in span.to_json()


def test_no_library_can_make_a_span_say_an_address_or_the_text_of_an_exception(
    exporter: InMemorySpanExporter, tracers: ServiceTracers
) -> None:
    typed = {"url.path": f"/{WORDS}", "url.query": WORDS, "server.address": WORDS, "kept": "yes"}
    with (
        pytest.raises(RuntimeError),
        tracers.get_tracer("web").start_as_current_span("GET", attributes=typed),
    ):
        raise RuntimeError(WORDS)
    (span,) = exporter.get_finished_spans()
    assert dict(span.attributes or {}) == {"kept": "yes"}
    assert WORDS not in span.to_json()


def test_each_span_is_of_the_service_that_it_was_made_in(
    exporter: InMemorySpanExporter, tracers: ServiceTracers
) -> None:
    tracer = tracers.get_tracer("t")
    for name in ("retrieval", "generation"):
        in_service(name).run(lambda: tracer.start_span("work").end())
    tracer.start_span("start").end()
    assert [s.resource.attributes["service.name"] for s in exporter.get_finished_spans()] == [
        *("retrieval", "generation", "process"),
    ]


def test_spans_that_are_not_recorded_still_pass_their_trace_on() -> None:
    tracer = ServiceTracers("process", recording=False).get_tracer("t")
    with (
        tracer.start_as_current_span("outer") as outer,
        tracer.start_as_current_span("in") as inner,
    ):
        assert not outer.is_recording()
        assert outer.get_span_context().is_valid
        assert inner.get_span_context().trace_id == outer.get_span_context().trace_id


def test_an_earlier_process_that_recorded_nothing_does_not_stop_this_one(
    exporter: InMemorySpanExporter, tracers: ServiceTracers
) -> None:
    silent = ServiceTracers("earlier", recording=False).get_tracer("t").start_span("sent")
    tracers.get_tracer("t").start_span("got", trace.set_span_in_context(silent)).end()
    (span,) = exporter.get_finished_spans()
    assert span.context is not None
    assert span.context.trace_id == silent.get_span_context().trace_id


def test_libraries_read_neither_trace_nor_baggage_from_a_request() -> None:
    headers = {"traceparent": f"00-{'1' * 32}-{'2' * 16}-01", "baggage": f"said={WORDS}"}
    found = Nothing().extract(headers)
    assert not trace.get_current_span(found).get_span_context().is_valid
    assert not baggage.get_all(found)
    carrier: dict[str, str] = {}
    Nothing().inject(carrier, Context())
    assert not carrier


def series(reader: InMemoryMetricReader) -> dict[str, list[tuple[dict[str, Any], Any]]]:
    """Metric → (attributes, value or count of values) of each series."""
    data = reader.get_metrics_data()
    assert data is not None
    return {
        metric.name: [
            (dict(p.attributes or {}), getattr(p, "value", getattr(p, "count", None)))
            for p in metric.data.data_points
        ]
        for resource in data.resource_metrics
        for scope in resource.scope_metrics
        for metric in scope.metrics
    }


def ended(attributes: dict[str, Any]) -> ReadableSpan:
    provider = TracerProvider(resource=Resource({"service.name": "retrieval"}))
    span = provider.get_tracer("t").start_span("s", attributes=attributes)
    span.end()
    assert isinstance(span, ReadableSpan)
    return span


def test_records_dead_letters_and_endings_are_counted_from_their_spans() -> None:
    reader = InMemoryMetricReader()
    counting = SpanMetrics(MeterProvider([reader]))
    record = {
        "messaging.operation.name": "process",
        "messaging.destination.name": "question.asked.v1",
        "messaging.consumer.group.name": "retrieval.question.asked.v1",
    }
    ending = {"plumbline.question.outcome": "withheld", "plumbline.question.elapsed_seconds": 1.5}
    for attributes in (record, record, {**record, "error.type": "question-empty"}, ending):
        counting.on_end(ended(attributes))
    counting.on_end(ended({"unlike": "either"}))
    found = series(reader)
    where = {
        "plumbline.service": "retrieval",
        "messaging.destination.name": "question.asked.v1",
        "messaging.consumer.group.name": "retrieval.question.asked.v1",
    }
    assert found == {
        "plumbline.records.handled": [(where, 2)],
        "plumbline.records.dead_lettered": [({**where, "error.type": "question-empty"}, 1)],
        "messaging.process.duration": [(where, 3)],
        "plumbline.questions.ended": [({"outcome": "withheld"}, 1)],
        "plumbline.question.duration": [({"outcome": "withheld"}, 1)],
    }


@pytest.mark.parametrize(
    ("environ", "told"),
    [
        ({"OTEL_EXPORTER_OTLP_ENDPOINT": "collector:4317"}, "http://localhost:4318"),
        (
            {
                "OTEL_EXPORTER_OTLP_ENDPOINT": "http://collector:4317",
                "OTEL_EXPORTER_OTLP_PROTOCOL": "grpc",
            },
            "http/protobuf is",
        ),
    ],
)
def test_an_endpoint_that_cannot_be_used_is_refused_with_what_to_do(
    environ: dict[str, str], told: str
) -> None:
    with pytest.raises(SettingsError, match=told):
        endpoint_of("traces", environ)


def test_one_signal_may_go_elsewhere_or_alone() -> None:
    environ = {"OTEL_EXPORTER_OTLP_METRICS_ENDPOINT": "http://collector:4318/v1/metrics"}
    assert endpoint_of("metrics", environ) == "http://collector:4318/v1/metrics"
    assert endpoint_of("traces", environ) == ""


def test_deliveries_that_fail_are_told_once_and_never_with_a_password(
    caplog: pytest.LogCaptureFixture,
) -> None:
    delivery = Delivery("traces", "https://someone:secret@collector:4318")
    for delivered in (True, False, False, True, True, False):
        delivery.tell(delivered=delivered)
    assert [record.getMessage().split(";")[0] for record in caplog.records] == [
        "telemetry cannot be delivered",
        "telemetry is delivered again",
        "telemetry cannot be delivered",
    ]
    assert {vars(record)["host"] for record in caplog.records} == {"collector"}
    assert all("secret" not in str(vars(record)) for record in caplog.records)


def ended_with(program: str, environ: Mapping[str, str]) -> int:
    """The exit code of a process of its own: tracers are made once in a process."""
    done = subprocess.run(
        [sys.executable, "-c", program], env={**os.environ, **environ}, check=False, timeout=50
    )
    return done.returncode


WITHOUT = """
import sys, threading
from plumbline_kit.telemetry_export import telemetry
with telemetry("x", {}):
    assert threading.active_count() == 1
sys.exit(any(name.startswith("opentelemetry.exporter") for name in sys.modules))
"""
AT_WORK = """
import os
from opentelemetry import trace
from plumbline_kit.metrics import set_gauge
from plumbline_kit.telemetry_export import telemetry
with telemetry("worker", os.environ):
    trace.get_tracer("t").start_span("last work").end()
    set_gauge("plumbline.ledger.size", 7)
"""


@pytest.mark.slow
def test_without_an_endpoint_no_exporter_is_even_imported() -> None:
    assert ended_with(WITHOUT, {}) == 0


@pytest.mark.slow
def test_what_is_left_at_the_end_is_sent() -> None:
    """Long before it would be: spans go every 5 seconds and metrics every minute."""
    with collecting() as collector:
        assert ended_with(AT_WORK, {"OTEL_EXPORTER_OTLP_ENDPOINT": collector.url}) == 0
        assert [(seen.service, seen.name) for seen in collector.spans] == [("worker", "last work")]
        assert list(collector.newest("plumbline.ledger.size").values()) == [7]


@pytest.mark.slow
def test_a_collector_that_never_answers_does_not_hold_up_the_end() -> None:
    with collecting() as collector:
        collector.answers.clear()  # for longer than the process may live
        assert ended_with(AT_WORK, {"OTEL_EXPORTER_OTLP_ENDPOINT": collector.url}) == 0
        assert collector.asked.is_set()
        assert not collector.spans
