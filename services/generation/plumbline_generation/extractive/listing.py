"""Sentences as blocks of a page: by heading, and a list under its lead-in once."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from plumbline_generation.extractive.cues import COUNTS_ITEMS
from plumbline_generation.extractive.evidence import Library, Unit
from plumbline_generation.extractive.plan import Said
from plumbline_generation.extractive.reading import tokens
from plumbline_generation.extractive.statements import Quote, whole, without_parts

LONGEST_LABEL: Final = 80  # code points; safety_review takes no longer one
LONGEST_LIST_WORDS: Final = 60  # of a list read as one sentence


def by_heading(units: Iterable[Unit]) -> Iterator[Said]:
    """One block for each innermost heading, in the order of the units."""
    sections: dict[str, list[Unit]] = {}
    for unit in units:
        sections.setdefault(label_of_section(unit), []).append(unit)
    for label, found in sections.items():
        yield Said(listed(found), label)


def label_of_section(unit: Unit) -> str:
    """Its innermost heading that is short enough to stand over a block; a sentence is none."""
    short = (part for part in reversed(unit.section) if len(part) <= LONGEST_LABEL)
    return next((part for part in short if not part.endswith(".")), "")


def listed(units: Sequence[Unit]) -> tuple[Quote, ...]:
    """Each unit with what it needs; the items after the first rest on the lead-in above them.

    A lead-in that counts or excepts stays with each of them. A sentence that another one brings
    along stands once.
    """
    quotes: list[Quote] = []
    said: set[Unit] = set()
    for unit in units:
        quote = whole(unit)
        if quote is None:
            continue
        if unit.is_item and unit.lead_in in said and not COUNTS_ITEMS.search(unit.lead_in.text):
            quote = (unit,)
        said.update(quote)
        quotes.append(quote)
    return without_parts(quotes)


def lead(unit: Unit, library: Library, label: str = "") -> Said:
    """The unit as the answer in short; the item of a short list brings its whole list."""
    quote = _whole_list(unit, library) or whole(unit)
    return Said((quote,) if quote else (), label)


def _whole_list(unit: Unit, library: Library) -> Quote | None:
    if not unit.is_item or unit.lead_in is None:
        return None
    items = [one for one in library.units if one.is_item and one.lead_in is unit.lead_in]
    words = sum(len(tokens(one.text)) for one in (unit.lead_in, *items))
    return (unit.lead_in, *items) if words <= LONGEST_LIST_WORDS else None
