"""Editions in parts in, EditionIndexed out; questions in, evidence or an ending out."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import date, timedelta
from typing import Final

from google.protobuf.message import Message
from opentelemetry.trace import Span

from plumbline.common.v1.status_pb2 import (
    OUTCOME_NOT_COVERED,
    STAGE_FOUND,
    QuestionEnded,
    QuestionProgressed,
)
from plumbline.gateway.v1.events_pb2 import QuestionAsked
from plumbline.ingest.v1.events_pb2 import EditionIngested
from plumbline.retrieval.v1.events_pb2 import EvidenceRetrieved
from plumbline_bus import Event, Reject
from plumbline_kit.telemetry import tracer
from plumbline_retrieval.intake import Intake
from plumbline_retrieval.rank import MOST_EVIDENCE
from plumbline_retrieval.results import Attempt, Results
from plumbline_retrieval.search import Finder, Found

FIRST_ATTEMPT: Final = 1
KEPT_DAYS: Final = 7  # as long as question.asked may come again, and a reader's words may be kept


async def on_edition_ingested(
    event: Event[EditionIngested], *, intake: Intake
) -> Sequence[Message]:
    """Collect a part; with the last one the edition can be found. Parts may come again."""
    return await intake.take(event.message)


async def on_question_asked(
    event: Event[QuestionAsked], *, finder: Finder, results: Results
) -> Sequence[Message]:
    """Find the passages an answer may rest on, or say why there are none. Again: the same bytes.

    "Today" is the day on which the question was asked, so that a replay sees the same editions.
    """
    asked = event.message
    today = event.time[: len("YYYY-MM-DD")]
    if not asked.run.answer_id or not asked.question.strip():
        raise Reject("question-empty")
    attempt = Attempt(asked.run.answer_id, asked.run.revision, FIRST_ATTEMPT)
    stored = results.find(attempt)
    if stored is None:
        stored = results.keep(attempt, await outcome(asked, today, finder), today)
        results.forget_before((date.fromisoformat(today) - timedelta(days=KEPT_DAYS)).isoformat())
    return said(stored)


async def outcome(
    asked: QuestionAsked, today: str, finder: Finder
) -> EvidenceRetrieved | QuestionEnded:
    """The search, traced: which passages, never which words."""
    with tracer("plumbline_retrieval").start_as_current_span("retrieval plumbline") as span:
        span.set_attribute("gen_ai.operation.name", "retrieval")
        span.set_attribute("gen_ai.retrieval.top_k", MOST_EVIDENCE)
        span.set_attribute("openinference.span.kind", "RETRIEVER")
        span.set_attribute("plumbline.answer.id", asked.run.answer_id)
        found = await finder.find(asked.question, today)
        if isinstance(found, Found):
            describe(span, found)
            return EvidenceRetrieved(
                run=asked.run,
                question=asked.question,
                evidence=found.evidence,
                retrieval=found.info,
                attempt=FIRST_ATTEMPT,
            )
        span.set_attribute("plumbline.reason", found.reason)
        return QuestionEnded(
            run=asked.run,
            outcome=OUTCOME_NOT_COVERED,
            reason_code=found.reason,
            nearest_titles=found.nearest_titles,
        )


def describe(span: Span, found: Found) -> None:
    """The passages, as viewers of traces read them: ids and scores."""
    documents = [
        {"id": evidence.passage.occurrence_id, "score": evidence.score}
        for evidence in found.evidence
    ]
    span.set_attribute("gen_ai.data_source.id", found.info.corpus_digest)
    span.set_attribute("gen_ai.retrieval.documents", json.dumps(documents))
    span.set_attribute("plumbline.passage.ids", [str(d["id"]) for d in documents])
    span.set_attribute("plumbline.retrieval.mode", found.info.mode)


def said(stored: Message) -> list[Message]:
    """The messages of a stored result."""
    if not isinstance(stored, EvidenceRetrieved):
        return [stored]
    progressed = QuestionProgressed(
        answer_id=stored.run.answer_id,
        revision=stored.run.revision,
        stage=STAGE_FOUND,
        count=len(stored.evidence),
    )
    return [stored, progressed]
