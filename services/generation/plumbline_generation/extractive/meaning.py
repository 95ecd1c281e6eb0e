"""What a term means: its definitions, or the nearest thing that the evidence says of it."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final

from plumbline_generation.extractive.cues import COUNTING, GENUS, JOINED, LASTING
from plumbline_generation.extractive.evidence import Library, Unit
from plumbline_generation.extractive.glossary import label_of
from plumbline_generation.extractive.listing import LONGEST_LIST_WORDS
from plumbline_generation.extractive.reading import tokens
from plumbline_generation.extractive.sides import Hold, Sides
from plumbline_generation.extractive.statements import (
    Quote,
    criterion,
    defines,
    is_long,
    means,
    warns,
    whole,
)

MOST_PER_TERM: Final = 4  # sentences that say what one term means
MOST_RELATED: Final = 3
ARTICLE: Final = re.compile(r"an? ", re.IGNORECASE)


class Meanings:
    """Chooses the sentences that say what the terms mean."""

    def __init__(self, sides: Sides, library: Library) -> None:
        self._sides = sides
        self._library = library
        self._units = tuple(unit for unit in library.stating() if not unit.is_cell)

    def of(self, side: int) -> list[Quote]:
        """What the term means: its definitions, best first, or the nearest thing said of it."""
        units = [unit for unit in self._units if self._speaks_of(unit, side)]
        defining = [unit for unit in units if defines(unit, side, self._sides)]
        if chosen := self._readable(defining):
            return chosen[:MOST_PER_TERM]
        opening = [unit for unit in units if self._opens(unit, side)]
        plain = [unit for unit in opening if not criterion(unit, self._sides)]
        marks = [unit for unit in opening if unit not in plain]
        other = [unit for unit in units if self._marks(unit)]
        alone = [unit for unit in plain if self._alone(unit)]
        candidates = (
            self._readable(unit for unit in alone if ARTICLE.match(unit.text)),
            self._readable(unit for unit in self._units if self._labelled(unit, side)),
            self._readable(alone),
            self._readable(plain),
            self._lists(side),
            self._readable(marks),
            self._readable(other),
            self._cells(side),
        )
        return next((quotes[:1] for quotes in candidates if quotes), [])

    def _readable(self, units: Iterable[Unit]) -> list[Quote]:
        """Those that can be read alone, the short ones first."""
        whole_units = [(unit, quote) for unit in units if (quote := whole(unit))]
        whole_units.sort(
            key=lambda pair: (is_long(pair[0]), self._plainness(pair[0]), len(pair[1]))
        )
        return [quote for _, quote in whole_units]

    def _plainness(self, unit: Unit) -> int:
        """0 where it says what the term means, 1 where it says of what kind it is, 2 otherwise."""
        if means(unit, self._sides):
            return 0
        end = self._sides.opens_with_term(unit)
        return 1 if end is not None and GENUS.match(unit.text[end:]) else 2

    def _alone(self, unit: Unit) -> bool:
        """Whether the term alone is what the sentence is about: not "Z and Y have …"."""
        end = self._sides.opens_with_term(unit)
        return end is not None and not JOINED.match(unit.text[end:])

    def _labelled(self, unit: Unit, side: int) -> bool:
        """Whether it is the item that the term heads: "Z: what it is".

        What heads items of several lists is measured there and not defined.
        """
        label = label_of(unit.text) if unit.is_item else ""
        return (
            bool(label) and self._sides.named_in(label) == {side} and not warns(unit, self._sides)
        )

    def _marks(self, unit: Unit) -> bool:
        """Whether it states a mark of the term and does not only name it in passing."""
        passing = self._sides.about(unit).hold == Hold.MENTION
        return not passing and criterion(unit, self._sides) and self._stands(unit)

    def _stands(self, unit: Unit) -> bool:
        """Whether it says by itself what is measured, or its lead-in does."""
        return not unit.is_item or unit.lead_in is not None

    def _lists(self, side: int) -> list[Quote]:
        """The term's lists, whole, with their lead-in: one item alone would be half a list."""
        items: dict[tuple[Unit | None, str], list[Unit]] = {}
        for unit in self._units:
            if unit.is_item and self._heads(unit, side):
                items.setdefault((unit.lead_in, unit.occurrence_id), []).append(unit)
        lists = [(*([lead_in] if lead_in else []), *found) for (lead_in, _), found in items.items()]
        return [
            quote
            for quote in lists
            if sum(len(tokens(unit.text)) for unit in quote) <= LONGEST_LIST_WORDS
        ]

    def _heads(self, unit: Unit, side: int) -> bool:
        """Whether the lead-in of the item, or its heading where there is none, names the term."""
        if unit.lead_in:
            return self._sides.about(unit.lead_in).only(side)
        about = self._sides.about(unit)
        return about.hold == Hold.HEADING and about.only(side)

    def _cells(self, side: int) -> list[Quote]:
        return [
            quote
            for unit in self._library.stating()
            if unit.is_cell and self._sides.about(unit).only(side) and (quote := whole(unit))
        ]

    def counting(self, side: int) -> list[Unit]:
        """How many marks the term needs, and how long they must last."""
        return [
            unit
            for unit in self._units
            if self._speaks_of(unit, side)
            and self._sides.about(unit).hold in (Hold.SUBJECT, Hold.INHERITED, Hold.HEADING)
            and whole(unit)
            and not unit.is_item
            and (COUNTING.search(unit.text) or LASTING.search(unit.text))
        ][:MOST_PER_TERM]

    def related(self) -> list[Unit]:
        """What other categories mean that the evidence sets beside the terms."""
        found = [
            unit
            for unit in self._units
            if not unit.is_item
            and self._sides.about(unit).hold == Hold.SUBJECT
            and self._sides.about(unit).other
            and self._sides.about(unit).mentioned
            and not warns(unit, self._sides)
            and whole(unit)
        ]
        return found[:MOST_RELATED]

    def _speaks_of(self, unit: Unit, side: int) -> bool:
        about = self._sides.about(unit)
        return side in about.sides and not about.other

    def _opens(self, unit: Unit, side: int) -> bool:
        about = self._sides.about(unit)
        opens = about.hold == Hold.SUBJECT and about.only(side)
        return opens and not unit.is_item and not warns(unit, self._sides)
