"""EvidenceRetrieved in; AnswerDrafted with its progress, or QuestionEnded, out."""

from __future__ import annotations

from google.protobuf.message import Message

from plumbline.common.v1.status_pb2 import (
    OUTCOME_NOT_COVERED,
    STAGE_WRITTEN,
    QuestionEnded,
    QuestionProgressed,
)
from plumbline.generation.v1.events_pb2 import AnswerDrafted
from plumbline.retrieval.v1.events_pb2 import EvidenceRetrieved
from plumbline_bus import Reject
from plumbline_generation.composer import Composer, Refusal
from plumbline_generation.results import Result, Results
from plumbline_generation.telemetry import composing

MOST_TITLES = 3  # nearest editions named to a reader whose question is not covered


async def on_evidence_retrieved(
    retrieved: EvidenceRetrieved, *, composer: Composer, results: Results
) -> list[Message]:
    """Compose a draft from the evidence. The same attempt gives what was stored the first time."""
    run = retrieved.run
    if not run.answer_id or not run.revision:
        raise Reject("no-run")
    if not retrieved.question.strip():
        raise Reject("no-question")
    attempt = max(1, retrieved.attempt)
    result = results.find(run.answer_id, run.revision, attempt)
    if result is None:
        made = await composed(retrieved, attempt, composer)
        result = results.keep(run.answer_id, run.revision, attempt, made)
    return published(result)


async def composed(retrieved: EvidenceRetrieved, attempt: int, composer: Composer) -> Result:
    """What the composer makes of the evidence, as the message that says so."""
    with composing(retrieved, composer.made_by) as said:
        draft = await composer.compose(retrieved)
        if isinstance(draft, Refusal):
            said.refused(draft.reason_code)
            return QuestionEnded(
                run=retrieved.run,
                outcome=OUTCOME_NOT_COVERED,
                reason_code=draft.reason_code,
                nearest_titles=nearest_titles(retrieved),
            )
        said.drafted(len(draft.claims), draft.question_type)
        return AnswerDrafted(
            run=retrieved.run, draft=draft, retrieval=retrieved.retrieval, attempt=attempt
        )


def published(result: Result) -> list[Message]:
    """A draft is published with how many sentences it has; an ending by itself."""
    if isinstance(result, QuestionEnded):
        return [result]
    progressed = QuestionProgressed(
        answer_id=result.run.answer_id,
        revision=result.run.revision,
        stage=STAGE_WRITTEN,
        count=len(result.draft.claims),
    )
    return [result, progressed]


def nearest_titles(retrieved: EvidenceRetrieved) -> list[str]:
    """Titles of the editions that were looked at, best first, each once."""
    ranked = sorted(retrieved.evidence, key=lambda found: (found.rank, found.passage.occurrence_id))
    return list(dict.fromkeys(found.edition.title for found in ranked))[:MOST_TITLES]
