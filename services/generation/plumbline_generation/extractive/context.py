"""Sentences around the marks: what they are for, and what must be kept in mind."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from functools import lru_cache
from typing import Final

from plumbline_clinical.text import stem
from plumbline_generation.extractive.cues import (
    CAUTION,
    CONTEXT_HEADING,
    DISEASE_HEADS,
    NAMES_ONLY,
    PURPOSE,
    PURPOSE_HEADING,
    STRONG_CAUTION,
)
from plumbline_generation.extractive.evidence import Library, Unit
from plumbline_generation.extractive.reading import WARM_TEXTS, quantity_ranges, tokens
from plumbline_generation.extractive.sides import Sides
from plumbline_generation.extractive.statements import (
    Quote,
    is_long,
    whole,
)

DISEASE_STEMS: Final = frozenset(stem(word) for word in DISEASE_HEADS)
MOST_CONTEXT: Final = 8
MOST_WHY: Final = 4
RELEVANCE: Final = 0.7  # weight against repetition (maximal marginal relevance)
EASY_WORDS: Final = 12  # most sentences of a text for readers of eleven are no longer
LONG_WINDED: Final = 0.03  # what each word more loses
SAME_HEADING: Final = 0.18  # what a second sentence under one heading loses: breadth before depth
TOO_ALIKE: Final = 0.85  # share of words; the second sentence says nothing new


class Background:
    """Chooses the sentences of a page that stand outside its table."""

    def __init__(self, sides: Sides, library: Library) -> None:
        self._sides = sides
        self._library = library
        self._units = tuple(unit for unit in library.stating() if not unit.is_cell)
        self._worst_rank = max((unit.rank for unit in library.units), default=1)
        # "Syndrome" is the last word of many names and says nothing of what is asked.
        self._heads = frozenset(head for term in sides.terms for head in term.heads) - DISEASE_STEMS

    def why(self, used: Iterable[Unit]) -> list[Unit]:
        """What the terms are used for."""
        return self._spread(self._left(used, self._purpose), MOST_WHY)

    def context(self, used: Iterable[Unit], most: int = MOST_CONTEXT) -> list[Unit]:
        """What must be kept in mind."""
        return self._spread(self._left(used, self._caution), most)

    def caution(self, chosen: Sequence[Unit]) -> Unit | None:
        """The most telling warning among the chosen."""
        warning = [
            unit
            for unit in chosen
            if STRONG_CAUTION.search(unit.text)
            and not is_long(unit)
            and self._own(unit)
            and (self._sides.about(unit).mentioned or not self._sides.about(unit).other)
        ]
        return max(warning, key=lambda unit: self._caution(unit), default=None)

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
        """How much of the question the sentence itself names: sides, or else their head word."""
        sides = len(self._sides.about(unit).mentioned)
        return 2 * sides or int(any(word.stem in self._heads for word in tokens(unit.text)))

    def _near(self, unit: Unit) -> bool:
        """Whether its headings name a side or the terms' head word."""
        words = {word.stem for part in unit.section for word in tokens(part)}
        return bool(self._sides.of_heading(unit.section)) or bool(words & self._heads)

    def _standing(self, unit: Unit) -> float:
        """How well the passage was found, less what makes the sentence hard to read."""
        words = len(tokens(unit.text))
        found = 0.5 * (1 - (unit.rank - 1) / self._worst_rank)
        return found - 0.5 * is_long(unit) - LONG_WINDED * max(0, words - EASY_WORDS)

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
        said = min(own, 2) + 0.75 * (careful + strong) + headed + 0.5 * self._near(unit)
        said -= bool(NAMES_ONLY.search(unit.text))
        return said + 1.5 * topical(unit) + self._standing(unit)

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
    """The largest share of its words, or of the shorter one's, with any of the others."""
    own = telling(unit.text)
    shares = (
        len(own & telling(other.text)) / max(1, min(len(own), len(telling(other.text))))
        for other in others
    )
    return max(shares, default=0.0)


@lru_cache(maxsize=WARM_TEXTS)
def telling(text: str) -> frozenset[str]:
    """The stems of a text's words without those that only join."""
    return frozenset(word.stem for word in tokens(text) if not word.empty)


def units_in(quotes: Iterable[Quote]) -> set[Unit]:
    """Every unit that is quoted; a lead-in is quoted with its item."""
    return {unit for quote in quotes for unit in quote}
