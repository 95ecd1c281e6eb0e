"""One trace through the log: the span that processes is a child of the span that published."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

import pytest
from libs.bus.rig import (
    ASKED,
    SECRET,
    Spying,
    broken,
    consuming,
    eventually,
    everything,
    evidence,
)
from opentelemetry import baggage, context, trace
from opentelemetry.sdk.trace import ReadableSpan, TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from opentelemetry.trace import NonRecordingSpan, SpanContext, SpanKind, StatusCode, Tracer

from plumbline.common.v1.common_pb2 import Run
from plumbline.gateway.v1.events_pb2 import QuestionAsked
from plumbline.retrieval.v1.events_pb2 import EvidenceRetrieved
from plumbline.topics import EVIDENCE_RETRIEVED, QUESTION_ASKED
from plumbline_bus import (
    Event,
    EventRoute,
    Follower,
    Log,
    Patience,
    Route,
    follow,
    publish,
)

QUESTION = QuestionAsked(run=Run(answer_id="a", revision=1), question=SECRET)
TRACEPARENT = b"00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"


@pytest.fixture
def exporter() -> InMemorySpanExporter:
    return InMemorySpanExporter()


@pytest.fixture
def tracer(exporter: InMemorySpanExporter) -> Tracer:
    provider = TracerProvider()
    provider.add_span_processor(SimpleSpanProcessor(exporter))
    return provider.get_tracer("test")


def named(spans: Sequence[ReadableSpan], name: str) -> ReadableSpan:
    (span,) = [span for span in spans if span.name == name]
    return span


def own_id(span: ReadableSpan) -> int:
    assert span.context is not None
    return int(span.context.span_id)


def parent_of(span: ReadableSpan) -> int:
    assert span.parent is not None
    return int(span.parent.span_id)


async def carry_one(
    log: Log,
    route: Route[QuestionAsked] | EventRoute[QuestionAsked],
    patience: Patience,
    tracer: Tracer,
) -> None:
    spy = Spying(log)
    async with consuming(spy, route, patience, tracer=tracer):
        await eventually(lambda: bool(spy.commits))


async def test_the_consumers_span_is_a_child_of_the_producers(
    log: Log, patience: Patience, tracer: Tracer, exporter: InMemorySpanExporter
) -> None:
    await publish(log, QUESTION, service="gateway", event_id="e1", tracer=tracer)
    await carry_one(log, Route(QUESTION_ASKED, evidence), patience, tracer)
    spans = exporter.get_finished_spans()
    root = named(spans, f"send {ASKED}")
    process = named(spans, f"process {ASKED}")
    out = named(spans, f"send {EVIDENCE_RETRIEVED.name}")
    assert (root.kind, process.kind, out.kind) == (
        SpanKind.PRODUCER,
        SpanKind.CONSUMER,
        SpanKind.PRODUCER,
    )
    assert parent_of(process) == own_id(root)
    assert parent_of(out) == own_id(process)
    assert len({span.context.trace_id for span in spans if span.context}) == 1
    assert [link.context.span_id for link in process.links] == [own_id(root)]


async def test_spans_say_where_their_record_stands_and_nothing_of_what_it_says(
    log: Log, patience: Patience, tracer: Tracer, exporter: InMemorySpanExporter
) -> None:
    await publish(log, QUESTION, service="gateway", event_id="e1", tracer=tracer)
    await carry_one(log, Route(QUESTION_ASKED, broken), patience, tracer)
    spans = exporter.get_finished_spans()
    where = {"messaging.destination.name": ASKED, "messaging.message.id": "e1"}
    for name in (f"send {ASKED}", f"process {ASKED}"):
        attributes = named(spans, name).attributes or {}
        assert where.items() <= attributes.items()
        assert attributes["messaging.destination.partition.id"].__class__ is str
        assert attributes["messaging.kafka.offset"] == 0
    assert named(spans, f"process {ASKED}").status.status_code is StatusCode.ERROR
    process = named(spans, f"process {ASKED}").attributes or {}
    assert process["messaging.consumer.group.name"] == "retrieval.question.asked.v1"
    assert process["error.type"] == "internal"
    assert all(SECRET not in span.to_json() for span in spans)


async def test_baggage_does_not_ride_on_records(log: Log, tracer: Tracer) -> None:
    token = context.attach(baggage.set_baggage("who", SECRET))
    try:
        await publish(log, QUESTION, service="gateway", event_id="e1", tracer=tracer)
    finally:
        context.detach(token)
    (record,) = await everything(log, ASKED)
    assert [name for name, _ in record.headers].count("traceparent") == 1
    assert all(SECRET.encode() not in value for _, value in record.headers)


async def test_without_any_sdk_a_trace_is_passed_on_to_what_is_published(
    log: Log, patience: Patience
) -> None:
    seen: list[str] = []

    async def handle(event: Event[QuestionAsked]) -> list[EvidenceRetrieved]:
        seen.append(event.trace_id)
        return [EvidenceRetrieved(run=event.message.run)]

    headers = (
        ("ce_type", b"plumbline.gateway.v1.QuestionAsked"),
        ("ce_id", b"e"),
        ("traceparent", TRACEPARENT),
    )
    await log.append(ASKED, partition_key="k", record_key="k", value=b"", headers=headers)
    async with consuming(log, EventRoute(QUESTION_ASKED, handle), patience):
        await eventually(lambda: bool(seen))
    assert seen == ["4bf92f3577b34da6a3ce929d0e0e4736"]
    (found,) = await everything(log, EVIDENCE_RETRIEVED.name)
    assert found.header("traceparent").split("-")[1] == seen[0]


async def test_a_follower_has_a_span_for_what_is_new_and_none_for_what_it_catches_up_on(
    log: Log, patience: Patience, tracer: Tracer, exporter: InMemorySpanExporter
) -> None:
    await publish(log, QUESTION, service="gateway", event_id="old", tracer=tracer)
    applied: list[Event[QuestionAsked]] = []
    stop = asyncio.Event()
    follower = Follower(QUESTION_ASKED, dict, applied.append)
    following = asyncio.create_task(
        follow(log, "gateway", follower, stop, patience=patience, tracer=tracer)
    )
    await eventually(lambda: len(applied) == 1)
    await publish(log, QUESTION, service="gateway", event_id="new", tracer=tracer)
    await eventually(lambda: len(applied) == 2)
    stop.set()
    await following
    processed = [s for s in exporter.get_finished_spans() if s.name == f"process {ASKED}"]
    assert [(s.attributes or {})["messaging.message.id"] for s in processed] == ["new"]
    assert processed[0].context is not None
    assert applied[1].trace_id == f"{processed[0].context.trace_id:032x}"
    assert len(applied[0].trace_id) == 32


async def test_a_record_without_a_trace_does_not_take_on_that_of_whoever_consumes(
    log: Log, patience: Patience
) -> None:
    somebody = NonRecordingSpan(SpanContext(trace_id=1, span_id=1, is_remote=False))
    with trace.use_span(somebody):
        spy = Spying(log)
        await log.append(
            ASKED,
            partition_key="k",
            record_key="k",
            value=b"",
            headers=(("ce_type", b"plumbline.gateway.v1.QuestionAsked"), ("ce_id", b"e")),
        )
        async with consuming(spy, Route(QUESTION_ASKED, evidence), patience):
            await eventually(lambda: bool(spy.commits))
    (found,) = await everything(log, EVIDENCE_RETRIEVED.name)
    assert not found.header("traceparent")
