"""Sentences around the marks: what a term means, what it is for, and what must be kept in mind."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from functools import lru_cache
from typing import Final

from plumbline_generation.extractive.cues import (
    CAUTION,
    CONTEXT_HEADING,
    COUNTING,
    LASTING,
    PURPOSE,
    PURPOSE_HEADING,
    STRONG_CAUTION,
)
from plumbline_generation.extractive.evidence import Library, Unit
from plumbline_generation.extractive.reading import WARM_TEXTS, quantity_ranges, tokens
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

MOST_CONTEXT: Final = 8
MOST_WHY: Final = 4
MOST_PER_TERM: Final = 4  # sentences that say what one term means
MOST_RELATED: Final = 3
LONGEST_LIST_WORDS: Final = 60  # of a list read as one sentence
RELEVANCE: Final = 0.7  # weight against repetition (maximal marginal relevance)
SAME_HEADING: Final = 0.18  # what a second sentence under one heading loses: breadth before depth
TOO_ALIKE: Final = 0.75  # share of words; the second sentence says nothing new


class Background:
    """Chooses the sentences of a page that stand outside its table."""

    def __init__(self, sides: Sides, library: Library) -> None:
        self._sides = sides
        self._library = library
        self._units = tuple(unit for unit in library.stating() if not unit.is_cell)
        self._worst_rank = max((unit.rank for unit in library.units), default=1)
        self._heads = frozenset(head for term in sides.terms for head in term.heads)

    def meaning(self, side: int) -> list[Quote]:
        """What the term means, best first: its definitions, or the nearest thing that is said of it."""
        units = [unit for unit in self._units if self._speaks_of(unit, side)]
        defining = [unit for unit in units if defines(unit, side, self._sides)]
        if chosen := self._readable(defining):
            return chosen[:MOST_PER_TERM]
        opening = [unit for unit in units if self._opens(unit, side)]
        plain = [unit for unit in opening if not criterion(unit, self._sides)]
        listed = self._lists(side)
        marks = [unit for unit in opening if unit not in plain]
        other = [unit for unit in units if criterion(unit, self._sides) and self._stands(unit)]
        for quotes in (self._readable(plain), listed, self._readable(marks), self._readable(other)):
            if quotes:
                return quotes[:1]
        return self._cells(side)[:1]

    def _readable(self, units: Iterable[Unit]) -> list[Quote]:
        """Those that can be read alone, the short ones first."""
        whole_units = [(unit, quote) for unit in units if (quote := whole(unit))]
        whole_units.sort(
            key=lambda pair: (is_long(pair[0]), not means(pair[0], self._sides), len(pair[1]))
        )
        return [quote for _, quote in whole_units]

    def _stands(self, unit: Unit) -> bool:
        """Whether it says by itself what is measured, or its lead-in does."""
        return not unit.is_item or unit.lead_in is not None

    def _lists(self, side: int) -> list[Quote]:
        """Lead-ins that name the term with all their items: one item alone would be half a list."""
        items: dict[Unit, list[Unit]] = {}
        for unit in self._units:
            if unit.lead_in and unit.is_item and self._sides.about(unit.lead_in).only(side):
                items.setdefault(unit.lead_in, []).append(unit)
        lists = [(lead_in, *found) for lead_in, found in items.items()]
        return [
            quote
            for quote in lists
            if sum(len(tokens(unit.text)) for unit in quote) <= LONGEST_LIST_WORDS
        ]

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

    def why(self, used: Iterable[Unit]) -> list[Unit]:
        """What the terms are used for."""
        return self._spread(self._left(used, self._purpose), MOST_WHY)

    def context(self, used: Iterable[Unit]) -> list[Unit]:
        """What must be kept in mind."""
        return self._spread(self._left(used, self._caution), MOST_CONTEXT)

    def caution(self, chosen: Sequence[Unit]) -> Unit | None:
        """The most telling warning among the chosen."""
        warning = [
            unit
            for unit in chosen
            if STRONG_CAUTION.search(unit.text) and not is_long(unit) and self._own(unit)
        ]
        return max(warning, key=lambda unit: self._caution(unit), default=None)

    def _speaks_of(self, unit: Unit, side: int) -> bool:
        about = self._sides.about(unit)
        return side in about.sides and not about.other

    def _opens(self, unit: Unit, side: int) -> bool:
        about = self._sides.about(unit)
        opens = about.hold == Hold.SUBJECT and about.only(side)
        return opens and not unit.is_item and not warns(unit, self._sides)

    def _left(
        self, used: Iterable[Unit], score: Callable[[Unit], float]
    ) -> list[tuple[float, Unit]]:
        taken = set(used)
        scored = [
            (score(unit), unit)
            for unit in self._units
            if unit not in taken and not self._of_another(unit) and whole(unit)
        ]
        once = {unit.text: (points, unit) for points, unit in reversed(scored) if points > 0}
        return list(reversed(once.values()))

    def _of_another(self, unit: Unit) -> bool:
        """Whether it is a mark of a category nobody asked about."""
        about = self._sides.about(unit)
        strange = about.other and not about.mentioned
        return strange and (bool(quantity_ranges(unit.text)) or not self._own(unit))

    def _own(self, unit: Unit) -> int:
        """How much of the question stands in the sentence itself: sides named, or their head word."""
        sides = len(self._sides.about(unit).mentioned)
        return 2 * sides or int(any(word.stem in self._heads for word in tokens(unit.text)))

    def _near(self, unit: Unit) -> bool:
        """Whether its headings name a side or the terms' head word."""
        words = {word.stem for part in unit.section for word in tokens(part)}
        return bool(self._sides.of_heading(unit.section)) or bool(words & self._heads)

    def _standing(self, unit: Unit) -> float:
        return 0.5 * (1 - (unit.rank - 1) / self._worst_rank) - 0.5 * is_long(unit)

    def _purpose(self, unit: Unit) -> float:
        headed = any(PURPOSE_HEADING.search(part) for part in unit.section[1:])
        meant = bool(PURPOSE.search(unit.text)) + headed
        if not meant or not (self._own(unit) or self._near(unit)):
            return 0.0
        return meant + 0.5 * self._own(unit) + self._standing(unit)

    def _caution(self, unit: Unit) -> float:
        own, careful = self._own(unit), bool(CAUTION.search(unit.text))
        headed = any(CONTEXT_HEADING.search(part) for part in unit.section[1:])
        if unit.is_item and not self._sides.about(unit).mentioned:
            return 0.0
        if not own and not ((careful or headed) and self._near(unit)):
            return 0.0
        strong = bool(STRONG_CAUTION.search(unit.text))
        said = own + careful + strong + headed + 0.5 * self._near(unit)
        return said + topical(unit) + self._standing(unit)

    def _spread(self, scored: list[tuple[float, Unit]], most: int) -> list[Unit]:
        """The best, each weighed against those chosen before it; then in order of the evidence."""
        highest = max((points for points, _ in scored), default=1.0)
        chosen: list[Unit] = []
        left = list(scored)
        while left and len(chosen) < most:
            weighed = [
                (
                    RELEVANCE * points / highest
                    - (1 - RELEVANCE) * likeness(unit, chosen)
                    - SAME_HEADING * sum(unit.section == other.section for other in chosen),
                    -at,
                )
                for at, (points, unit) in enumerate(left)
            ]
            _, unit = left.pop(-max(weighed)[1])
            if likeness(unit, chosen) < TOO_ALIKE:
                chosen.append(unit)
        return [unit for unit in self._units if unit in chosen]


def topical(unit: Unit) -> float:
    """The share of its innermost heading's words that the sentence takes up."""
    heading = telling(unit.section[-1]) if unit.section else frozenset()
    return len(heading & telling(unit.text)) / max(1, len(heading))


def likeness(unit: Unit, others: Iterable[Unit]) -> float:
    """The largest share of words (Jaccard) with any of the others."""
    own = telling(unit.text)
    shares = (
        len(own & telling(other.text)) / max(1, len(own | telling(other.text))) for other in others
    )
    return max(shares, default=0.0)


@lru_cache(maxsize=WARM_TEXTS)
def telling(text: str) -> frozenset[str]:
    """The stems of a text's words without those that only join."""
    return frozenset(word.stem for word in tokens(text) if not word.empty)


def units_in(quotes: Iterable[Quote]) -> set[Unit]:
    """Every unit that is quoted; a lead-in is quoted with its item."""
    return {unit for quote in quotes for unit in quote}
