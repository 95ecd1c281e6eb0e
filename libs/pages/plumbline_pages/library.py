"""What the library holds: its editions, and one passage with the words that answers quote."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby
from math import ceil
from typing import Final, NamedTuple
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
    newest of them. `changes`: where it says what it changed; "" for the first.
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
    changes: str = ""


GUIDELINES_SHOWN: Final = 40  # of the library at once: within what a page may send


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
    """The page of one guideline."""
    return f"/library/of/{quote(guideline_id, safe='')}"


def library_path(number: int) -> str:
    """One part of the library; it begins at 1."""
    return "/library" if number == 1 else f"/library/{number}"


def library_parts(editions: Sequence[Edition]) -> int:
    """How many parts the library is shown in; an empty one has one."""
    return max(1, ceil(len({e.guideline_id for e in editions}) / GUIDELINES_SHOWN))


def library(editions: Sequence[Edition], number: int = 1) -> str:
    """One part of the library: editions by guideline, by title, the newest first."""
    by_guideline = sorted(editions, key=lambda e: e.effective_date, reverse=True)
    by_guideline.sort(key=lambda e: e.guideline_id)
    groups = [list(group) for _, group in groupby(by_guideline, key=lambda e: e.guideline_id)]
    groups.sort(key=lambda group: (group[0].title.casefold(), group[0].guideline_id))
    first = (number - 1) * GUIDELINES_SHOWN
    shown = groups[first : first + GUIDELINES_SHOWN]
    return page(
        "library.html",
        groups=shown,
        first=first + 1,
        last=first + len(shown),
        count=len(groups),
        before=library_path(number - 1) if number > 1 else "",
        after=library_path(number + 1) if first + len(shown) < len(groups) else "",
        demonstration=any(e.demonstration for e in editions),
    )


def guideline(editions: Sequence[Edition]) -> str:
    """One guideline (at least one edition of it), newest edition first."""
    group = sorted(editions, key=lambda e: e.effective_date, reverse=True)
    return page("guideline.html", group=group, demonstration=any(e.demonstration for e in editions))


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
