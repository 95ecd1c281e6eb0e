"""What the library and a passage's page show, from the store."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import plumbline_pages as pages
from plumbline.retrieval.v1.events_pb2 import EditionIndexed
from plumbline_gateway.editions import edition_status
from plumbline_gateway.front import Front
from plumbline_gateway.recalls import Recalls

ANSWERS_NAMED = 3  # beside each edition of the library; the rest are counted


def library(front: Front) -> str:
    """The library, or its first part when it is a large one."""
    return pages.library(_held(front))


def library_part(front: Front, number: int) -> str | None:
    """One part of the library, from 1; None when it has no such part."""
    held = _held(front)
    return pages.library(held, number) if 1 <= number <= pages.library_parts(held) else None


def guideline(front: Front, guideline_id: str) -> str | None:
    """Every edition of one guideline; None when none is held."""
    editions = [e for e in _held(front) if e.guideline_id == guideline_id]
    return pages.guideline(editions) if editions else None


def _held(front: Front) -> list[pages.Edition]:
    """Every edition that can be found, since when, and how many answers rest on it."""
    shelf, current, recalls = front.site.shelf, front.current(), front.site.shelf.recalls()
    since, answers = shelf.held_since(), shelf.answers_by_edition()
    newest = shelf.newest_by_edition(ANSWERS_NAMED)
    compared = front.site.edition_changes.known()
    return [
        replace(
            _edition(e, current, recalls),
            held_since=since.get(e.edition_id, ""),
            answers=answers.get(e.edition_id, 0),
            used_in=[_used_in(*answer) for answer in newest.get(e.edition_id, ())],
            changes=pages.diff_path(e.guideline_id, e.edition.version)
            if e.edition_id in compared
            else "",
        )
        for e in shelf.editions()
    ]


def _used_in(title: str, answer_id: str) -> pages.UsedIn:
    return pages.UsedIn(title, pages.answer_path(title, answer_id))


def _status(current: Mapping[str, str], recalls: Recalls, guideline: str, version: str) -> str:
    if recalls.of_edition(guideline, version):
        return "withdrawn"
    return edition_status(current, guideline, version)


def _edition(
    indexed: EditionIndexed, current: Mapping[str, str], recalls: Recalls
) -> pages.Edition:
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
        status=_status(current, recalls, indexed.guideline_id, edition.version),
        passages=indexed.passages,
    )


def passage(front: Front, occurrence_id: str) -> str | None:
    """A cited passage with the words that answers quote; None when no published answer cites it."""
    citing = [
        (found, passage_id)
        for answer_id, passage_id in front.site.shelf.answers_citing(occurrence_id)
        if (found := front.site.runs.latest_published(answer_id))
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
        _edition_of(place, front.current(), front.site.shelf.recalls()),
        sorted({r for found, p in places for r in _quoted(found.content, p["id"])}),
        [_used_in(found.title, found.run.answer_id) for found, _ in places],
    )


def _edition_of(
    place: dict[str, Any], current: Mapping[str, str], recalls: Recalls
) -> pages.Edition:
    names = ("guideline_id", "title", "publisher", "version", "effective_date", "licence")
    return pages.Edition(
        **{name: place[name] for name in names},
        demonstration=place["demonstration"],
        based_on=place["based_on"],
        status=_status(current, recalls, place["guideline_id"], place["version"]),
    )


def _quoted(content: dict[str, Any], passage_id: str) -> Sequence[tuple[int, int]]:
    return [
        (citation["start"], citation["end"])
        for claim in content["claims"]
        for citation in [*claim["citations"], *claim.get("also", [])]
        if citation["passage"] == passage_id
    ]
