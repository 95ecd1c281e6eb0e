"""Editions in parts in, EditionIndexed out; questions in, evidence or an ending out."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Final

from google.protobuf.message import Message

from plumbline.common.v1.status_pb2 import (
    OUTCOME_NOT_COVERED,
    STAGE_FOUND,
    QuestionEnded,
    QuestionProgressed,
)
from plumbline.gateway.v1.events_pb2 import QuestionAsked
from plumbline.ingest.v1.events_pb2 import EditionIngested
from plumbline.regeneration.v1.events_pb2 import RegenerationRequested
from plumbline.retrieval.v1.events_pb2 import EvidenceRetrieved
from plumbline_bus import Event, Reject, Unavailable
from plumbline_retrieval.admission import Admission
from plumbline_retrieval.found import Found, Way
from plumbline_retrieval.intake import Intake
from plumbline_retrieval.questions import FOREMOST, Questions, Standing
from plumbline_retrieval.recalls import RECALL
from plumbline_retrieval.results import Attempt, Results
from plumbline_retrieval.search import PATIENT, Finder
from plumbline_retrieval.telemetry import searching, tell_found, tell_not_covered

FIRST_ATTEMPT: Final = 1
KEPT_DAYS: Final = 7  # as long as question.asked may come again, and a reader's words may be kept


async def on_edition_ingested(
    event: Event[EditionIngested], *, intake: Intake, admission: Admission
) -> Sequence[Message]:
    """Collect a part; with the last one the edition can be found. Parts may come again."""
    today = event.time[: len("YYYY-MM-DD")]
    return [await admission.completed(m, today) for m in await intake.take(event.message)]


async def on_question_asked(
    event: Event[QuestionAsked], *, finder: Finder, results: Results, questions: Questions
) -> Sequence[Message]:
    """Find the passages an answer may rest on, or say why there are none. Again: the same bytes.

    "Today" is the day on which the question was asked, so that a replay sees the same editions.
    """
    asked = event.message
    if not asked.run.answer_id or not asked.question.strip():
        raise Reject("question-empty")
    questions.put(asked.run, asked.question)
    return await found_once(asked, event.time, finder, results, questions)


async def on_regeneration_requested(
    event: Event[RegenerationRequested], *, finder: Finder, results: Results, questions: Questions
) -> Sequence[Message]:
    """Ask a question again, as it was asked then, of the editions in force now."""
    run = event.message.run
    if run.cause.kind == RECALL and not finder.recalls.heard(run.cause.ref):
        raise Unavailable("the recall it was asked for was not heard of yet")
    kept = questions.find(run.answer_id)
    if kept is None:
        raise Reject("question-unknown")
    asked = QuestionAsked(run=run, question=kept.question)
    return await found_once(asked, event.time, finder, results, questions)


async def found_once(
    asked: QuestionAsked, at: str, finder: Finder, results: Results, questions: Questions
) -> Sequence[Message]:
    """The messages for the first search of this revision, which stands."""
    today = at[: len("YYYY-MM-DD")]
    attempt = Attempt(asked.run.answer_id, asked.run.revision, FIRST_ATTEMPT)
    stored = results.find(attempt)
    if stored is None:
        stored = results.keep(attempt, await outcome(asked, today, finder, questions), today)
        results.forget_before((date.fromisoformat(today) - timedelta(days=KEPT_DAYS)).isoformat())
    return said(stored)


async def outcome(
    asked: QuestionAsked, today: str, finder: Finder, questions: Questions
) -> EvidenceRetrieved | QuestionEnded:
    """The search, traced."""
    with searching(asked.run) as span:
        way = await finder.explained(asked.question, today, asked.run.audience or PATIENT)
        questions.stood(asked.run.answer_id, standing(way))
        found = way.result
        if isinstance(found, Found):
            tell_found(span, found)
            return EvidenceRetrieved(
                run=asked.run,
                question=asked.question,
                evidence=found.evidence,
                retrieval=found.info,
                attempt=FIRST_ATTEMPT,
            )
        tell_not_covered(span, found)
        return QuestionEnded(
            run=asked.run,
            outcome=OUTCOME_NOT_COVERED,
            reason_code=found.reason,
            nearest_titles=found.nearest_titles,
        )


def standing(way: Way) -> Standing:
    """How the question stands after this search."""
    text = way.reading.expanded
    if not isinstance(way.result, Found):
        return Standing("", 0.0, text, way.dense)
    best = way.result.evidence[:FOREMOST]
    least = best[-1].score if len(best) == FOREMOST else 0.0
    return Standing(way.result.info.disease, least, text, way.dense)


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
