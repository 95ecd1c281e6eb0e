"""What the library holds: its editions, and one passage with the words that answers quote."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import NamedTuple
from urllib.parse import quote

from plumbline_pages.environment import page
from plumbline_pages.quotes import Range, pieces
from plumbline_pages.words import words


class UsedIn(NamedTuple):
    """A published answer that rests on a passage or an edition."""

    title: str
    url: str


@dataclass(frozen=True, slots=True)
class Edition:
    """One edition as readers know it. `status`: current, superseded or withdrawn.

    `held_since`: the ISO time from which it could be found here; "" when that is not told.
    `answers`: how many published answers rest on it; None when nobody counted. `used_in`: the
    newest of them.
    """

    guideline_id: str
    title: str
    publisher: str
    version: str
    effective_date: str
    licence: str
    demonstration: bool = False
    based_on: str = ""
    status: str = "current"
    passages: int = 0
    held_since: str = ""
    answers: int | None = None
    used_in: Sequence[UsedIn] = ()


@dataclass(frozen=True, slots=True)
class PassageText:
    """One passage and its place: [start, end) in code points of the edition's text."""

    occurrence_id: str
    section: Sequence[str]
    start: int
    end: int
    text: str


def edition_named(title: str, version: str) -> str:
    """An edition in a reader's words, as plain text."""
    return f"{title}, {words('site.edition', version=version).unescape()}"


def guideline_path(guideline_id: str) -> str:
    """Where the library lists a guideline."""
    return f"/library#{_anchor(guideline_id)}"


def _anchor(guideline_id: str) -> str:
    return f"of-{quote(guideline_id, safe='')}"


def library(editions: Sequence[Edition]) -> str:
    """All editions by guideline, newest first."""
    by_guideline = sorted(editions, key=lambda e: e.effective_date, reverse=True)
    by_guideline.sort(key=lambda e: e.guideline_id)
    groups = [list(group) for _, group in groupby(by_guideline, key=lambda e: e.guideline_id)]
    groups.sort(key=lambda group: group[0].title.casefold())
    return page(
        "library.html",
        groups=groups,
        anchor=_anchor,
        demonstration=any(e.demonstration for e in editions),
    )


def passage(
    place: PassageText,
    edition: Edition,
    quoted: Sequence[Range] = (),
    used_in: Sequence[UsedIn] = (),
) -> str:
    """One passage in full; `quoted` ranges (code points of its text) are marked."""
    return page(
        "passage.html",
        place=place,
        edition=edition,
        pieces=pieces(place.text, quoted),
        used_in=used_in,
        demonstration=edition.demonstration,
    )
