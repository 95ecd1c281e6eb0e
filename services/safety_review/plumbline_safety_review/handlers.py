"""AnswerDrafted in; AnswerReviewed out when it passes, QuestionEnded when it does not."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from google.protobuf.message import Message

from plumbline.common.v1.common_pb2 import Run
from plumbline.common.v1.status_pb2 import (
    OUTCOME_WITHHELD,
    STAGE_CHECKED,
    QuestionEnded,
    QuestionProgressed,
)
from plumbline.generation.v1.events_pb2 import AnswerDrafted
from plumbline.safety_review.v1.events_pb2 import AnswerReviewed
from plumbline_bus import Event, Reject, Unavailable
from plumbline_safety_review.case import Case, occurrences, statements_of
from plumbline_safety_review.catalogue import Catalogue, load_catalogue
from plumbline_safety_review.content import content_of
from plumbline_safety_review.passages import Placed
from plumbline_safety_review.policy import Policy
from plumbline_safety_review.results import Attempt, Result, Results
from plumbline_safety_review.review import Passed, Withheld, review
from plumbline_safety_review.statement import signed_review
from plumbline_safety_review.telemetry import reviewing, tell_outcome
from plumbline_tlog.note import Signer


class Shelf(Protocol):
    """The passages as this handler needs them."""

    def placed(self, occurrence_ids: Sequence[str]) -> Mapping[str, Placed]:
        """The passages of those places that are held."""
        ...

    def current(self, guideline_id: str, on_date: str) -> str:
        """The edition in force on that ISO date; "" when there is none."""
        ...

    def positions(self) -> Mapping[int, int]:
        """How far the log of editions has been read."""
        ...


@dataclass(frozen=True)
class Desk:
    """What a review needs. `ends` are the ends of the log of editions; `now` is RFC 3339 in whole
    seconds.
    """

    shelf: Shelf
    results: Results
    policy: Policy
    signer: Signer
    ends: Callable[[], Awaitable[Mapping[int, int]]]
    now: Callable[[], str]
    catalogue: Catalogue = field(default_factory=load_catalogue)


async def on_answer_drafted(event: Event[AnswerDrafted], *, desk: Desk) -> list[Message]:
    """Review one draft. The first result of an attempt is stored, then said, and said again for
    ever.
    """
    drafted = event.message
    run = drafted.run
    if not run.answer_id or not run.revision:
        raise Reject("no-run")
    attempt = Attempt(run.answer_id, run.revision, drafted.attempt)
    result = desk.results.find(attempt)
    if result is None:
        placed = await _held(drafted, desk)
        result = desk.results.keep(attempt, _decide(drafted, placed, event.time[:10], desk))
    return _said(run, result)


async def _held(drafted: AnswerDrafted, desk: Desk) -> Mapping[str, Placed]:
    """The cited passages. Unavailable while one is missing and the log of editions is not read to
    its end.
    """
    wanted = occurrences(drafted.draft)
    placed = desk.shelf.placed(wanted)
    if len(placed) < len(wanted):
        ends = await desk.ends()
        read = desk.shelf.positions()
        if any(read.get(partition, 0) < end for partition, end in ends.items()):
            raise Unavailable("an edition that a draft cites is not read yet")
        placed = desk.shelf.placed(wanted)  # it may have been read while we asked for the ends
    return placed


def _decide(
    drafted: AnswerDrafted, placed: Mapping[str, Placed], on_date: str, desk: Desk
) -> Result:
    guidelines = {one.edition.guideline_id for one in placed.values()}
    case = Case(
        draft=drafted.draft,
        statements=statements_of(drafted.draft.claims, placed),
        retrieval=drafted.retrieval,
        catalogue=desk.catalogue,
        current={guideline: desk.shelf.current(guideline, on_date) for guideline in guidelines},
    )
    run = drafted.run
    with reviewing(run, desk.policy) as span:
        outcome = review(case, desk.policy, run.answer_id)
        tell_outcome(span, outcome)
    if isinstance(outcome, Passed):
        content = content_of(outcome, run, desk.policy)
        reviewed = AnswerReviewed(
            run=run,
            content=content,
            review=signed_review(content, outcome, run, desk.policy, desk.signer),
            published_at=desk.now(),
            attempt=drafted.attempt,
        )
        return Result(True, reviewed.SerializeToString(deterministic=True), len(outcome.checks))
    return _ended(run, case, outcome)


def _ended(run: Run, case: Case, outcome: Withheld) -> Result:
    titles = dict.fromkeys(edition.manifest.title for edition in case.editions)
    ended = QuestionEnded(
        run=run,
        outcome=OUTCOME_WITHHELD,
        reason_code=outcome.reason_code,
        nearest_titles=list(titles),
    )
    return Result(False, ended.SerializeToString(deterministic=True), outcome.checks)


def _said(run: Run, result: Result) -> list[Message]:
    if not result.passed:
        return [QuestionEnded.FromString(result.message)]
    progressed = QuestionProgressed(
        answer_id=run.answer_id, revision=run.revision, stage=STAGE_CHECKED, count=result.checks
    )
    return [AnswerReviewed.FromString(result.message), progressed]
