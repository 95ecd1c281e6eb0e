"""Messages in, messages out."""

from __future__ import annotations

import logging
from typing import Any

import pytest
from opentelemetry import trace
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from services.retrieval.corpus import TODAY, Desk, cll, event, myeloma

from plumbline.common.v1.common_pb2 import Run, UrgentCard
from plumbline.common.v1.status_pb2 import (
    OUTCOME_NOT_COVERED,
    STAGE_FOUND,
    QuestionEnded,
    QuestionProgressed,
)
from plumbline.gateway.v1.events_pb2 import QuestionAsked
from plumbline.regeneration.v1.events_pb2 import RegenerationRequested
from plumbline.retrieval.v1.events_pb2 import EvidenceRetrieved
from plumbline_bus import Reject
from plumbline_retrieval.handlers import (
    on_edition_ingested,
    on_question_asked,
    on_regeneration_requested,
)

RUN = Run(
    answer_id="a" * 32,
    revision=1,
    audience="patient",
    locale="en",
    urgent=UrgentCard(card_id="card", version="1", sha256="0" * 64, rules=["rule"]),
)


def asked(question: str, revision: int = 1) -> QuestionAsked:
    run = Run()
    run.CopyFrom(RUN)
    run.revision = revision
    return QuestionAsked(run=run, question=question, canonical=question.casefold())


async def test_a_covered_question_gives_evidence_and_progress(desk: Desk) -> None:
    await desk.hold(cll())
    message = asked("What is complete response in CLL?")
    evidence, progressed = await on_question_asked(
        event(message), finder=desk.finder, results=desk.results, questions=desk.questions
    )
    assert isinstance(evidence, EvidenceRetrieved)
    assert (evidence.run, evidence.question, evidence.attempt) == (RUN, message.question, 1)
    assert progressed == QuestionProgressed(
        answer_id=RUN.answer_id, revision=1, stage=STAGE_FOUND, count=len(evidence.evidence)
    )


async def test_an_uncovered_question_ends_with_the_reason_and_the_nearest_titles(
    desk: Desk,
) -> None:
    await desk.hold(cll(), myeloma())
    (ended,) = await on_question_asked(
        event(asked("complete response in melanoma")),
        finder=desk.finder,
        results=desk.results,
        questions=desk.questions,
    )
    assert isinstance(ended, QuestionEnded)
    assert (ended.run, ended.outcome) == (RUN, OUTCOME_NOT_COVERED)
    assert ended.reason_code == "disease-not-held"
    assert len(ended.nearest_titles) == 2


@pytest.mark.parametrize("question", ["What is complete response in CLL?", "bread"])
async def test_asked_again_after_the_corpus_changed_the_same_bytes_are_said(
    desk: Desk, question: str
) -> None:
    await desk.hold(cll())

    async def said(revision: int) -> list[bytes]:
        messages = await on_question_asked(
            event(asked(question, revision)),
            finder=desk.finder,
            results=desk.results,
            questions=desk.questions,
        )
        return [one.SerializeToString(deterministic=True) for one in messages]

    first = await said(1)
    await desk.hold(cll("2020", "2020-01-01"), myeloma())
    assert await said(1) == first
    assert await said(2) != first


async def test_today_is_the_day_of_the_event(desk: Desk) -> None:
    await desk.hold(cll("2008", "2008-06-01"), cll())
    evidence, _ = await on_question_asked(
        event(asked("What is complete response in CLL?"), time="2011-02-03T23:59:59.000000Z"),
        finder=desk.finder,
        results=desk.results,
        questions=desk.questions,
    )
    assert isinstance(evidence, EvidenceRetrieved)
    assert {one.edition_id for one in evidence.evidence} == {"cll-response@2008"}


async def test_what_a_reader_asked_is_forgotten_after_seven_days(desk: Desk) -> None:
    await desk.hold(cll())
    handle = {"finder": desk.finder, "results": desk.results, "questions": desk.questions}
    for revision, day in ((1, "2026-11-01"), (2, "2026-11-08"), (3, "2026-11-09")):
        message = asked("What is complete response in CLL?", revision)
        await on_question_asked(event(message, time=f"{day}T00:00:00.000000Z"), **handle)  # type: ignore[arg-type]
    kept = desk.results._db.execute("SELECT revision FROM results ORDER BY revision").fetchall()
    assert kept == [(2,), (3,)]


async def test_an_empty_question_is_rejected(desk: Desk) -> None:
    for message in (asked("  "), QuestionAsked(question="What is CLL?")):
        with pytest.raises(Reject):
            await on_question_asked(
                event(message), finder=desk.finder, results=desk.results, questions=desk.questions
            )


async def test_an_edition_is_said_to_be_indexed_at_its_last_part(lexical_desk: Desk) -> None:
    intake, admission = lexical_desk.intake, lexical_desk.admission
    said = [
        await on_edition_ingested(event(part), intake=intake, admission=admission) for part in cll()
    ]
    assert [len(messages) for messages in said] == [0] * (len(said) - 1) + [1]


async def test_spans_and_logs_name_passages_and_never_words(
    desk: Desk, caplog: pytest.LogCaptureFixture
) -> None:
    exporter = InMemorySpanExporter()
    provider = trace.get_tracer_provider()
    if not isinstance(provider, TracerProvider):
        provider = TracerProvider()
        trace.set_tracer_provider(provider)
    provider.add_span_processor(SimpleSpanProcessor(exporter))
    caplog.set_level(logging.DEBUG)
    await desk.hold(cll())
    question = "What is complete response in CLL for a sphygmographer?"
    found = "What is complete response in CLL?"
    for revision, text in enumerate((question, found), start=1):
        await on_question_asked(
            event(asked(text, revision)),
            finder=desk.finder,
            results=desk.results,
            questions=desk.questions,
        )
    refused, retrieved = (
        s for s in exporter.get_finished_spans() if s.name.startswith("retrieval")
    )
    assert retrieved.attributes is not None
    assert retrieved.attributes["gen_ai.operation.name"] == "retrieval"
    assert retrieved.attributes["gen_ai.retrieval.top_k"] == 24
    assert len(retrieved.attributes["plumbline.passage.ids"]) > 3  # type: ignore[arg-type]
    everything = caplog.text + str([dict(s.attributes or {}) for s in (refused, retrieved)])
    assert "sphygmographer" not in everything
    assert "complete response" not in everything.casefold()
    assert TODAY not in everything


async def test_a_question_is_asked_again_in_its_own_words(desk: Desk) -> None:
    await desk.hold(cll())
    parts: Any = {"finder": desk.finder, "results": desk.results, "questions": desk.questions}
    message = asked("What is complete response in CLL?")
    first, _ = await on_question_asked(event(message), **parts)
    again = Run()
    again.CopyFrom(RUN)
    again.revision, again.cause.kind, again.cause.ref = 2, "edition", "cll-response@2018"
    evidence, _ = await on_regeneration_requested(event(RegenerationRequested(run=again)), **parts)
    assert isinstance(first, EvidenceRetrieved)
    assert isinstance(evidence, EvidenceRetrieved)
    assert (evidence.run, evidence.question) == (again, message.question)
    assert evidence.evidence == first.evidence


async def test_a_question_that_was_never_asked_cannot_be_asked_again(desk: Desk) -> None:
    parts: Any = {"finder": desk.finder, "results": desk.results, "questions": desk.questions}
    with pytest.raises(Reject, match="question-unknown"):
        await on_regeneration_requested(event(RegenerationRequested(run=RUN)), **parts)
