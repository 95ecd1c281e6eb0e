"""Sentences as blocks of a page: by heading, and a list under its lead-in once."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from plumbline_generation.extractive.cues import COUNTS_ITEMS
from plumbline_generation.extractive.evidence import Library, Unit
from plumbline_generation.extractive.plan import Said
from plumbline_generation.extractive.reading import tokens, verb_at
from plumbline_generation.extractive.statements import Quote, whole, without_parts

LONGEST_LABEL: Final = 80  # code points; safety_review takes no longer one
LONGEST_LIST_WORDS: Final = 60  # of a list read as one sentence
LONGEST_LEAD_WORDS: Final = 80  # of the answer in short


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
        if unit.lead_in and unit.lead_in in said and not COUNTS_ITEMS.search(unit.lead_in.text):
            quote = (unit,)
        said.update(quote)
        quotes.append(quote)
    return without_parts(quotes)


def lead(unit: Unit, library: Library, label: str = "") -> Said:
    """The unit as the answer in short; the item of a short list brings its whole list."""
    quote = _whole_list(unit, library) or whole(unit)
    bare = unit.is_item and not unit.leads
    return Said((quote,) if quote else (), label or (label_of_section(unit) if bare else ""))


def is_brief(unit: Unit) -> bool:
    """Whether the unit with what it needs can be the answer in short: few words, and no fragment.

    The item of a list without a lead-in says something only under its heading.
    """
    words = tokens(unit.text)
    says = unit.leads or not unit.is_item or any(verb_at(words, at) for at in range(len(words)))
    return bool(says) and words_of(whole(unit) or ()) <= LONGEST_LEAD_WORDS


def words_of(quote: Quote) -> int:
    """How many words a reader reads."""
    return sum(len(tokens(one.text)) for one in quote)


def _whole_list(unit: Unit, library: Library) -> Quote | None:
    """The outermost list of the item with all that stands under it, or as much as is brief.

    A list of which one must count the items is quoted whole or not at all.
    """
    if not unit.is_item or not unit.leads:
        return None
    top = unit.leads[0]
    under = [one for one in library.units if top in one.leads]
    if any(one.unquotable for one in (top, *under)):
        return None
    kept: Quote = (top,)
    for one in under:
        if words_of((*kept, one)) > LONGEST_LEAD_WORDS:
            break
        kept = (*kept, one)
    counted = any(COUNTS_ITEMS.search(lead.text) for lead in unit.leads)
    if len(kept) <= len(under) and (counted or unit not in kept):
        return None
    return kept if kept[-1].is_item else kept[:-1]
