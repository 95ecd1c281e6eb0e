"""What kind of statement a unit makes, and what must be quoted with it to keep its meaning."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from plumbline.ingest.v1.events_pb2 import SPAN_KIND_SENTENCE
from plumbline_generation.extractive.cues import (
    CONDITION,
    DANGLING,
    DANGLING_INSIDE,
    DEFINITION_VERBS,
    DENIES,
    GENUS,
    NOT_NEXT,
    PASSIVE,
    PLAIN_DEFINITION,
    PLEONASTIC,
    STATE,
    STRONG_CAUTION,
    UNCONDITIONAL,
)
from plumbline_generation.extractive.evidence import Unit
from plumbline_generation.extractive.reading import quantity_ranges, tokens
from plumbline_generation.extractive.sides import Hold, Sides

Quote = tuple[Unit, ...]

LONG_WORDS: Final = 40  # a longer sentence is hard to read; another is taken where there is one
MOST_BEFORE: Final = 2  # sentences pulled in so that "it" is clear; needing more, it is dropped


def is_long(unit: Unit) -> bool:
    """Whether the unit has too many words to be read with ease."""
    return len(tokens(unit.text)) > LONG_WORDS


def dangles(unit: Unit) -> bool:
    """Whether the unit opens with a word that points at what stands before it."""
    if PLEONASTIC.match(unit.text):
        return False
    return bool(DANGLING.match(unit.text) or DANGLING_INSIDE.match(unit.text))


def whole(unit: Unit) -> Quote | None:
    """The unit with all it needs to be read alone: headers, lead-in, or the sentence it points at.

    None when that cannot be had.
    """
    if unit.is_cell:
        return (*(header for header in (unit.column, unit.row) if header), unit)
    if unit.lead_in:
        return None if any(lead.unquotable for lead in unit.leads) else (*unit.leads, unit)
    return _with_before(unit)


def quoted(units: Iterable[Unit]) -> tuple[Quote, ...]:
    """Each unit with what it needs to be read alone; one that cannot have it is left out."""
    return tuple(quote for unit in units if (quote := whole(unit)))


def without_parts(quotes: Iterable[Quote]) -> tuple[Quote, ...]:
    """The quotes once each, without those that another one holds whole."""
    once = list(dict.fromkeys(quotes))
    return tuple(
        quote
        for quote in once
        if not any(set(quote) < set(other) for other in once if other is not quote)
    )


def in_cell(unit: Unit, sides: Sides) -> Quote | None:
    """The unit as it stands in a table whose column names the category and whose row the thing."""
    if unit.is_cell:
        return (unit,)
    if unit.is_item and unit.lead_in:
        return (unit.lead_in, unit) if conditions(unit.lead_in, sides) else (unit,)
    if DANGLING_INSIDE.match(unit.text):
        return (unit,)  # the row says what "it" is
    return _with_before(unit)


def conditions(lead_in: Unit, sides: Sides) -> bool:
    """Whether a lead-in says more than which category its items describe."""
    words = tokens(lead_in.text)
    names = {at for spot in sides.spots(lead_in.text) for at in range(spot.start, spot.end)}
    rest = " ".join(word.text for at, word in enumerate(words) if at not in names)
    return bool(CONDITION.search(UNCONDITIONAL.sub("", rest)))


def _with_before(unit: Unit) -> Quote | None:
    quote: Quote = (unit,)
    while dangles(quote[0]):
        before = quote[0].before
        pointed = before is not None and not quote[0].opens and before.kind == SPAN_KIND_SENTENCE
        if not pointed or before is None or before.unquotable or len(quote) > MOST_BEFORE:
            return None
        quote = (before, *quote)
    return quote


def defines(unit: Unit, side: int, sides: Sides) -> bool:
    """Whether the sentence says what the term means: "A Z means …", "Z: …" or "Z is …"."""
    if unit.is_cell or unit.is_item or not sides.about(unit).only(side) or warns(unit, sides):
        return False
    end = sides.opens_with_term(unit)
    if end is None:
        return False
    rest = unit.text[end:]
    verb = DEFINITION_VERBS.match(rest)
    if verb is None:
        return _labelled(rest)
    after = rest[verb.end() :]
    return not NOT_NEXT.match(after) and (
        PLAIN_DEFINITION.match(rest) is not None or PASSIVE.match(after) is None
    )


def means(unit: Unit, sides: Sides) -> bool:
    """Whether a defining sentence says so plainly: "means" and not only "is"."""
    end = sides.opens_with_term(unit)
    return end is not None and bool(PLAIN_DEFINITION.match(unit.text[end:]))


def is_plain(unit: Unit, sides: Sides) -> bool:
    """Whether it says outright what the term is: "A Z means …", "Z is a …", "Z: …"."""
    end = sides.opens_with_term(unit)
    rest = unit.text[end:] if end is not None else ""
    return bool(PLAIN_DEFINITION.match(rest) or GENUS.match(rest)) or _labelled(rest)


def _labelled(rest: str) -> bool:
    return rest.lstrip(" )").startswith(":") and len(tokens(rest)) > 2


def warns(unit: Unit, sides: Sides) -> bool:
    """Whether it says what a term does not mean, or what must not be read into it."""
    if DENIES.search(unit.text):
        return True
    end = sides.opens_with_term(unit)
    return end is not None and bool(STRONG_CAUTION.search(unit.text[end:][:60]))


def states_mark(unit: Unit) -> bool:
    """Whether it states a mark that can be met or missed: a quantity or a state."""
    return bool(quantity_ranges(unit.text)) or bool(STATE.search(unit.text))


def criterion(unit: Unit, sides: Sides) -> bool:
    """Whether it states a mark of the side it speaks about."""
    about = sides.about(unit)
    if unit.is_cell:
        return about.hold in (Hold.HEADER, Hold.HEADING)
    if about.other or not about.sides or warns(unit, sides):
        return False
    if about.hold == Hold.HEADING and len(about.sides) > 1:
        return False
    if about.hold == Hold.LEAD_IN or (unit.is_item and about.hold in (Hold.SUBJECT, Hold.HEADING)):
        return True
    if any(defines(unit, side, sides) for side in about.sides):
        return False
    return states_mark(unit)
