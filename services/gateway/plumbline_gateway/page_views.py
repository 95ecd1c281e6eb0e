"""What each page shows: from the store and the policy to the page functions, nothing else."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import plumbline_pages as pages
from plumbline.common.v1.common_pb2 import Run, UrgentCard
from plumbline.common.v1.status_pb2 import Outcome, Stage
from plumbline.retrieval.v1.events_pb2 import EditionIndexed
from plumbline_clinical.red_flags import Card
from plumbline_gateway.answer_object import stale
from plumbline_gateway.editions import edition_status
from plumbline_gateway.front import Front
from plumbline_gateway.problems import Problem
from plumbline_gateway.site import Ended, Published

EXAMPLES = 8
STAGE_NAMES: dict[int, str] = {
    Stage.STAGE_FOUND: "found",
    Stage.STAGE_WRITTEN: "written",
    Stage.STAGE_CHECKED: "checked",
    Stage.STAGE_RENDERED: "rendered",
}


def home(front: Front, problem: Problem | None = None, text: str = "") -> str:
    """The home page; after a refused form, with the error and the asker's text in the box."""
    editions, current = front.site.editions(), front.current()
    held = [e for e in editions if current.get(e.guideline_id) == e.edition.version]
    return pages.home(
        [
            (title, pages.answer_path(title, answer))
            for title, answer in front.site.recent(EXAMPLES)
        ],
        _field_error(problem) if problem else None,
        text,
        [pages.Topic(e.edition.title, 0, "/library") for e in held],
        urgent=_card(front, problem.card) if problem else None,
        demonstration=any(e.edition.demonstration for e in held),
    )


def _field_error(problem: Problem) -> pages.FieldError:
    n = problem.details.get("over", problem.retry_after_seconds or 0)
    return pages.FieldError(problem.code, n, problem.details.get("kinds", ()), problem.what_to_do)


def _card(front: Front, urgent: UrgentCard | None) -> pages.UrgentCard | None:
    if urgent is None or urgent.card_id not in front.policy.cards:
        return None
    return _shown(front.policy.cards[urgent.card_id], front.policy.version)


def _shown(card: Card, version: str) -> pages.UrgentCard:
    calls = [pages.Call(phone.number) for phone in card.phones]
    return pages.UrgentCard(card.title, card.lines, calls, version)


def urgent(front: Front, card: UrgentCard, answer_url: str) -> str:
    """The card as a page of its own, on the way to an answer that is already there."""
    shown = _card(front, card)
    assert shown is not None  # it was made from this policy a moment ago
    return pages.urgent_card(shown, answer_url)


def answer(front: Front, published: Published) -> bytes:
    """A published page, with what is known about it today written into its places."""
    run = published.run
    sealed = front.site.sealed(run.answer_id, run.revision)
    old = stale(published.content, front.current())
    card = _card(front, run.urgent)
    return pages.fill(
        published.page,
        state=_banner(front, published, old) if old else "",
        seal=pages.seal_line(sealed.leaf_index if sealed else None),
        urgent=pages.urgent_block(card) if card else "",
    )


def _banner(front: Front, published: Published, old: dict[str, Any]) -> str:
    at = front.site.edition_indexed_at(old["by"])
    return pages.state_banner(
        old["severity"],
        since=at or published.published_at,
        by=old["by"],
        changed=len(old["claims"]),
        total=len(published.content["claims"]),
    )


def progress(front: Front, run: Run) -> str:
    """How far a run is."""
    reached: dict[str, tuple[float | None, int | None]] = {"received": (None, None)}
    before: datetime | None = None
    for number, count, at in front.site.progress(run.answer_id, run.revision):
        now = datetime.fromisoformat(at)
        seconds = (now - before).total_seconds() if before else None
        if name := STAGE_NAMES.get(number):
            reached[name] = (seconds, count or None)
        before = now
    steps = pages.steps(reached)
    path = pages.short_path(run.answer_id)
    return pages.progress(run.answer_id, path, steps, _card(front, run.urgent))


def ended(front: Front, state: Ended) -> str:
    """The fixed page of a run that ended without an answer."""
    message = state.message
    answer_id, code = message.run.answer_id, message.reason_code
    card, nearest = _card(front, message.run.urgent), list(message.nearest_titles)
    if message.outcome == Outcome.OUTCOME_NOT_COVERED:
        return pages.not_covered(code, nearest, card, answer_id=answer_id)
    if message.outcome == Outcome.OUTCOME_WITHHELD:
        return pages.withheld(code, nearest, card, answer_id=answer_id)
    return pages.failed(code, card, answer_id=answer_id)


def library(front: Front) -> str:
    """Every edition that can be found."""
    return pages.library([_edition(e, front.current()) for e in front.site.editions()])


def _edition(indexed: EditionIndexed, current: dict[str, str]) -> pages.Edition:
    edition = indexed.edition
    return pages.Edition(
        guideline_id=indexed.guideline_id,
        title=edition.title,
        publisher=edition.publisher,
        version=edition.version,
        effective_date=edition.effective_date,
        licence=edition.licence,
        demonstration=edition.demonstration,
        based_on=edition.based_on,
        status=edition_status(current, indexed.guideline_id, edition.version),
        passages=indexed.passages,
    )


def passage(front: Front, occurrence_id: str) -> str | None:
    """A cited passage with the words that answers quote; None when no published answer cites it."""
    citing = [
        (found, passage_id)
        for answer_id, passage_id in front.site.answers_citing(occurrence_id)
        if (found := front.site.latest_published(answer_id))
    ]
    places = [
        (found, place)
        for found, passage_id in citing
        for place in found.content["passages"]
        if place["id"] == passage_id and place["occurrence_id"] == occurrence_id
    ]
    if not places:
        return None
    place = places[0][1]
    return pages.passage(
        pages.PassageText(
            occurrence_id, place["section"], place["start"], place["end"], place["text"]
        ),
        _edition_of(place, front.current()),
        sorted({r for found, p in places for r in _quoted(found.content, p["id"])}),
        [
            pages.UsedIn(found.title, pages.answer_path(found.title, found.run.answer_id))
            for found, _ in places
        ],
    )


def _edition_of(place: dict[str, Any], current: dict[str, str]) -> pages.Edition:
    names = ("guideline_id", "title", "publisher", "version", "effective_date", "licence")
    return pages.Edition(
        **{name: place[name] for name in names},
        demonstration=place["demonstration"],
        based_on=place["based_on"],
        status=edition_status(current, place["guideline_id"], place["version"]),
    )


def _quoted(content: dict[str, Any], passage_id: str) -> Sequence[tuple[int, int]]:
    return [
        (citation["start"], citation["end"])
        for claim in content["claims"]
        for citation in [*claim["citations"], *claim.get("also", [])]
        if citation["passage"] == passage_id
    ]


def not_found() -> str:
    """Nothing at this address."""
    return pages.not_found()
