"""What a text states, taken apart: quantities, terms, words, small words, and which of them are
denied.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

from plumbline_clinical.lexicon import mentions
from plumbline_clinical.polarity import direction, negation_count, obligation, strength
from plumbline_clinical.quantities import Quantity, numbers, quantities
from plumbline_clinical.text import STOP_WORDS, stem, words
from plumbline_safety_review.denial import denied
from plumbline_safety_review.paraphrase import (
    Operator,
    canonical,
    canonical_stems,
    denies_itself,
    load_paraphrase,
)

TEXTS_REMEMBERED = 16_384  # a draft is read several times; a sentence of a guideline in many drafts
DENYING_WORDS = frozenset(
    ["no", "not", "never", "none", "nor", "neither", "without", "cannot", "nothing"]
)
# Where one statement ends and the next begins, inside a sentence too.
CLAUSE_END = re.compile(
    r"[.;:!?](?=\s|$)|,\s+(?=(?:or|and|but|nor|while|whereas|which)\b)|\s(?=(?:but|whereas)\b)|\n"
)

OR = re.compile(r"\s(?=or\b)")
CHANGED_BY = re.compile(r"\b(up|down)\s+by\b", re.IGNORECASE)
STATE_OF_SIZE = re.compile(r"\b(?:enlarg\w*|swell\w*|swollen)\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Term:
    """A lexicon concept in a text, and whether it is denied there."""

    concept_id: str
    kind: str
    start: int
    end: int
    denied: bool


@dataclass(frozen=True, slots=True)
class ContentWord:
    """A word that carries meaning, outside quantities and terms, by its canonical stem.

    `narrows`: it says of whom or what less than all is spoken, so that losing it widens the text.
    """

    stem: str
    start: int
    end: int
    denied: bool
    narrows: bool = False


@dataclass(frozen=True, slots=True)
class Facts:
    """One text, taken apart. Places are code points of `text`."""

    text: str
    quantities: tuple[Quantity, ...]
    numbers: frozenset[str]
    terms: tuple[Term, ...]
    words: tuple[ContentWord, ...]
    operators: tuple[Operator, ...]
    clauses: tuple[tuple[int, int], ...]
    denials: int
    directions: frozenset[str]
    strength: int
    obligation: int

    @property
    def stems(self) -> frozenset[str]:
        """Canonical stems of its words."""
        return frozenset(word.stem for word in self.words)

    @property
    def all_stems(self) -> frozenset[str]:
        """Canonical stems of all its words, those of terms and units included, and what phrases
        mean.
        """
        return canonical_stems(self.text) | self.stems

    @property
    def concepts(self) -> frozenset[str]:
        """Ids of the concepts it names."""
        return frozenset(term.concept_id for term in self.terms)


@lru_cache(maxsize=TEXTS_REMEMBERED)
def facts(text: str) -> Facts:
    """Take a text apart. The same text always gives the same facts."""
    found = tuple(quantities(text))
    terms = tuple(
        Term(m.concept.id, m.concept.kind, m.start, m.end, denied(text, m.start, m.end))
        for m in mentions(text)
        if not _inside(m.start, m.end, found)
    )
    taken = [(q.start, q.end) for q in found] + [(t.start, t.end) for t in terms]
    content, operators = _words(text, taken)
    return Facts(
        text=text,
        quantities=found,
        numbers=frozenset(numbers(text)),
        terms=terms,
        words=tuple(content),
        operators=tuple(operators),
        clauses=tuple(_clauses(text, found)),
        denials=negation_count(text) + sum(denies_itself(word.text) for word in words(text)),
        directions=_directions(_without(text, found)),
        strength=strength(text),
        obligation=obligation(text),
    )


def clauses(text: str) -> tuple[Facts, ...]:
    """The statements of a text, each taken apart by itself."""
    return tuple(facts(text[start:end]) for start, end in facts(text).clauses)


def _words(text: str, taken: Sequence[tuple[int, int]]) -> tuple[list[ContentWord], list[Operator]]:
    """Words and small words outside what is taken; a known phrase counts as the one word
    it means.
    """
    known = load_paraphrase()
    content: list[ContentWord] = []
    operators: list[Operator] = []
    for phrase in known.phrase.finditer(text):
        if not _overlaps(phrase.start(), phrase.end(), taken):
            means = known.phrases[phrase[0].casefold()]
            start, end = phrase.span()
            content.append(ContentWord(means, start, end, denied(text, start, end)))
    taken = [*taken, *((word.start, word.end) for word in content)]
    for word in words(text):
        if _overlaps(word.start, word.end, taken):
            continue
        low = word.text.casefold()
        if low in known.operators:
            # "No A or B" and "no A and no B" say the same.
            if known.operators[low].id != "or" or not denied(text, word.start, word.end):
                operators.append(known.operators[low])
        elif _carries_meaning(low):
            itself = denies_itself(low)
            is_denied = denied(text, word.start, word.end) != itself
            narrows = itself or stem(low) in known.qualifiers
            content.append(
                ContentWord(canonical(stem(low)), word.start, word.end, is_denied, narrows)
            )
    return sorted(content, key=lambda word: word.start), operators


def _carries_meaning(low: str) -> bool:
    return low not in STOP_WORDS and low not in DENYING_WORDS and not low.isdigit()


def _clauses(text: str, found: Sequence[Quantity]) -> Iterator[tuple[int, int]]:
    """Code point ranges; a quantity ("5 m or more") is never cut, two joined by "or" are
    parted.
    """
    masked = _without(text, found)
    ends = [(end.start(), end.end()) for end in CLAUSE_END.finditer(masked)]
    for one, other in pairwise(found):
        ends += [
            (one.end + m.start(), one.end + m.start())
            for m in OR.finditer(masked[one.end : other.start])
        ]
    start = 0
    for end, following in sorted(ends):
        if start < end and text[start:end].strip():
            yield start, end
            start = following
    if text[start:].strip():
        yield start, len(text)


def _without(text: str, found: Sequence[Quantity]) -> str:
    """The text with its quantities blanked, of the same length."""
    for quantity in found:
        blank = " " * (quantity.end - quantity.start)
        text = text[: quantity.start] + blank + text[quantity.end :]
    return text


def _directions(text: str) -> frozenset[str]:
    """Directions of change; an enlarged organ is a state, "down by half" is a change."""
    by = frozenset(match[1].casefold() for match in CHANGED_BY.finditer(text))
    return frozenset(direction(STATE_OF_SIZE.sub(" ", text))) | by


def _overlaps(start: int, end: int, taken: Sequence[tuple[int, int]]) -> bool:
    return any(start < other_end and end > other_start for other_start, other_end in taken)


def _inside(start: int, end: int, found: Sequence[Quantity]) -> bool:
    return any(start >= quantity.start and end <= quantity.end for quantity in found)
