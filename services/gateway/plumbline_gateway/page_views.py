"""What each page shows: from the store and the policy to the page functions, nothing else."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import plumbline_pages as pages
from plumbline.common.v1.common_pb2 import Run, UrgentCard
from plumbline.common.v1.status_pb2 import Outcome, Stage
from plumbline.retrieval.v1.events_pb2 import EditionIndexed
from plumbline_clinical.red_flags import Card
from plumbline_gateway.front import Front
from plumbline_gateway.problems import Problem
from plumbline_gateway.stored import Ended, Withdrawn

RECALL = "recall"  # the cause that is no edition
EXAMPLES, TOPICS = 8, 12  # what a reader looks through; the library has the rest
STAGE_NAMES: dict[int, str] = {
    Stage.STAGE_FOUND: "found",
    Stage.STAGE_WRITTEN: "written",
    Stage.STAGE_CHECKED: "checked",
    Stage.STAGE_RENDERED: "rendered",
}


def home(front: Front, problem: Problem | None = None, text: str = "") -> str:
    """The home page; after a refused form, with the error and the asker's text in the box."""
    shelf = front.site.shelf
    recent, answers = shelf.recent(EXAMPLES), shelf.answers_by_edition()
    held = held_now(front)
    most = sorted(held, key=lambda e: (-answers.get(e.edition_id, 0), e.edition.title.casefold()))
    return pages.home(
        [(title, pages.answer_path(title, answer)) for title, answer in recent],
        _field_error(problem) if problem else None,
        text,
        [
            pages.Topic(
                e.edition.title,
                answers.get(e.edition_id, 0),
                pages.guideline_path(e.guideline_id),
            )
            for e in most[:TOPICS]
        ],
        proof=_proof(front, recent),
        urgent=card_of(front, problem.card) if problem else None,
        held=(len(held), sum(e.passages for e in held)) if held else None,
        demonstration=_demonstration(held),
    )


def held_now(front: Front) -> Sequence[EditionIndexed]:
    """The editions that are current now."""
    return front.site.shelf.held_now(front.today)


def _demonstration(held: Sequence[EditionIndexed]) -> bool:
    return any(e.edition.demonstration for e in held)


def _proof(front: Front, recent: Sequence[tuple[str, str]]) -> pages.Proof | None:
    """A sentence of the newest answer that has one which shows well and whose sources stand."""
    for title, answer_id in recent:
        found = front.site.runs.latest_published(answer_id)
        if found is None or front.stale(found):
            continue
        if proof := pages.proof_from(found.content, pages.answer_path(title, answer_id)):
            return proof
    return None


def _field_error(problem: Problem) -> pages.FieldError:
    n = problem.details.get("over", problem.retry_after_seconds or 0)
    return pages.FieldError(problem.code, n, problem.details.get("kinds", ()), problem.what_to_do)


def card_of(front: Front, urgent: UrgentCard | None) -> pages.UrgentCard | None:
    if urgent is None or urgent.card_id not in front.policy.cards:
        return None
    return _shown(front.policy.cards[urgent.card_id], front.policy.version)


def _shown(card: Card, version: str) -> pages.UrgentCard:
    calls = [pages.Call(phone.number) for phone in card.phones]
    return pages.UrgentCard(card.title, card.lines, calls, version)


def urgent(front: Front, card: UrgentCard, answer_url: str) -> str:
    """The card as a page of its own, on the way to an answer that is already there."""
    shown = card_of(front, card)
    assert shown is not None  # it was made from this policy a moment ago
    return pages.urgent_card(shown, answer_url)


def named(front: Front, edition_id: str) -> str:
    """An edition as readers know it; of a recall, why it was made."""
    if held := front.site.shelf.edition(edition_id):
        return pages.edition_named(held.edition.title, held.edition.version)
    recall = front.site.shelf.recalls().find(edition_id)
    return recall.why if recall else edition_id


def progress(front: Front, run: Run) -> str:
    """How far a run is."""
    asked = front.site.runs.asked_at(run.answer_id, run.revision)
    reached: dict[str, tuple[float | None, int | None]] = {"received": (0.0, None)}
    before = datetime.fromisoformat(asked) if asked else None
    for number, count, at in front.site.runs.progress(run.answer_id, run.revision):
        now = datetime.fromisoformat(at)
        if name := STAGE_NAMES.get(number):
            reached[name] = ((now - before).total_seconds() if before else None, count or None)
            before = now
    return pages.progress(
        run.answer_id,
        pages.short_path(run.answer_id),
        pages.steps(reached),
        card_of(front, run.urgent),
        demonstration=_demonstration(held_now(front)),
    )


def ended(front: Front, state: Ended) -> str:
    """The fixed page of a run that ended without an answer."""
    message, held = state.message, held_now(front)
    answer_id, code = message.run.answer_id, message.reason_code
    card, demonstration = card_of(front, message.run.urgent), _demonstration(held)
    if message.outcome not in (Outcome.OUTCOME_NOT_COVERED, Outcome.OUTCOME_WITHHELD):
        return pages.failed(code, card, answer_id=answer_id, demonstration=demonstration)
    page = pages.not_covered if message.outcome == Outcome.OUTCOME_NOT_COVERED else pages.withheld
    return page(
        code,
        list(message.nearest_titles),
        card,
        searched=_searched(front, state.at, held),
        answer_id=answer_id,
        demonstration=demonstration,
    )


def withdrawn(front: Front, state: Withdrawn) -> str:
    """The page of an answer that was taken down."""
    run, cause = state.published.run, state.message.cause
    guideline, _, version = cause.ref.partition("@")
    compared = front.site.edition_changes.of(cause.ref)
    return pages.withdrawn(
        state.published.title,
        since=state.at,
        by=named(front, cause.ref),
        recalled=cause.kind == RECALL,
        old=pages.version_path(state.published.title, run.answer_id, run.revision),
        changes=pages.diff_path(guideline, version) if compared else "",
        urgent=card_of(front, run.urgent),
        answer_id=run.answer_id,
        demonstration=_demonstration(held_now(front)),
    )


def _searched(front: Front, at: str, held: Sequence[EditionIndexed]) -> pages.Searched | None:
    """How much was searched; None when an edition has come since, so that today's sums are not."""
    if front.site.shelf.last_indexed_at() > at:
        return None
    return pages.Searched(at, len(held), sum(e.passages for e in held))


def not_found() -> str:
    """Nothing at this address."""
    return pages.not_found()


def refused(problem: Problem) -> str:
    """A request that could not be taken, and what to do."""
    return pages.refused(problem.title, problem.what_to_do)
