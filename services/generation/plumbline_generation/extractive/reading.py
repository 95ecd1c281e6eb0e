"""Text as tokens: what stands where, its stem, and whether it can name a thing."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from plumbline_clinical.lexicon import Concept, mentions
from plumbline_clinical.quantities import quantities
from plumbline_clinical.spelling import nearest
from plumbline_clinical.text import stem
from plumbline_generation.extractive.cues import (
    ASKED,
    AUXILIARIES,
    DETERMINERS,
    FUNCTION,
    GENERIC,
    VERBS,
)

TOKEN: Final = re.compile(r"[^\W_]+(?:[.,]\d+)*(?:['’][^\W_]+)?")
PARENTHESES: Final = re.compile(r"\s*[(\[][^)\]]*[)\]]")
WARM_TEXTS: Final = 8192  # sentences of about 300 current guidelines; a miss only costs time
SHORTEST_ROOT: Final = 5  # letters; a shorter root begins too many unrelated words
# "Stage I" is not the stage that I am in: what names a step of a scale is read as a numeral.
NUMERALS: Final = {"i": "\u2170", "v": "\u2174"}
SCALES: Final = frozenset(["stage", "stages", "grade", "grades", "type", "types", "phase", "class"])
RANGES: Final = frozenset(["and", "or", "to", "through"])

Stems = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Token:
    """One word of a text; [start, end) in code points."""

    text: str
    low: str
    stem: str
    start: int
    end: int

    @property
    def names(self) -> bool:
        """Whether the word can be part of the name of a thing."""
        return self.low not in FUNCTION and self.low not in VERBS and not self.low[0].isdigit()

    @property
    def generic(self) -> bool:
        """Whether the word says nothing about the subject."""
        return self.empty or self.low in GENERIC

    @property
    def scaffolding(self) -> bool:
        """Whether the word belongs to the question and not to what it is about."""
        return self.empty or self.low in ASKED

    @property
    def empty(self) -> bool:
        """Whether the word only joins others."""
        return self.low in FUNCTION or self.low in AUXILIARIES


@dataclass(frozen=True, slots=True)
class Named:
    """A lexicon concept mentioned in a text; [start, end) in code points."""

    concept: Concept
    start: int
    end: int


def read_tokens(text: str) -> tuple[Token, ...]:
    """The words of a text in order. Hyphens divide; stems are without possessive endings."""
    words: list[Token] = []
    for found in TOKEN.finditer(text):
        words.append(_token(found, words))
    return tuple(words)


def _token(found: re.Match[str], before: Sequence[Token]) -> Token:
    low = unicodedata.normalize("NFC", found[0]).casefold().replace("’", "'")
    if low in NUMERALS and _on_a_scale(before):
        low = NUMERALS[low]
    return Token(found[0], low, stem(low), found.start(), found.end())


def _on_a_scale(before: Sequence[Token]) -> bool:
    """Whether a step of a scale may follow: "stage …", "stages 0 and …"."""
    if not before:
        return False
    if before[-1].low in SCALES:
        return True
    return len(before) > 2 and before[-1].low in RANGES and before[-3].low in SCALES


# Only sentences and headings of guidelines are kept warm; a reader's question never is.
tokens = lru_cache(maxsize=WARM_TEXTS)(read_tokens)


def read_named(text: str) -> tuple[Named, ...]:
    """Lexicon concepts mentioned in a text, in order."""
    return tuple(Named(found.concept, found.start, found.end) for found in mentions(text))


named = lru_cache(maxsize=WARM_TEXTS)(read_named)


@lru_cache(maxsize=WARM_TEXTS)
def quantity_ranges(text: str) -> tuple[tuple[int, int], ...]:
    """Where quantities stand in a text, unit and comparator included."""
    return tuple((found.start, found.end) for found in quantities(text))


@lru_cache(maxsize=WARM_TEXTS)
def counted_ranges(text: str) -> tuple[tuple[int, int], ...]:
    """Where quantities stand whose unit is no unit of measurement: "5 to 9 things"."""
    return tuple((found.start, found.end) for found in quantities(text) if not found.known_unit)


def verb_at(words: Sequence[Token], at: int) -> bool:
    """Whether the word is a verb there: "the count falls", but not "the fall of the count"."""
    word = words[at]
    if word.low not in VERBS:
        return False
    return word.low in AUXILIARIES or at == 0 or words[at - 1].low not in DETERMINERS


def stems_of(words: Sequence[Token]) -> Stems:
    """The stems in order."""
    return tuple(word.stem for word in words)


def alike(one: Token, other: Token) -> bool:
    """Whether two words are the same but for their ending, or but for a slip of the hand."""
    if one.stem == other.stem:
        return True
    if one.low[0].isdigit() or other.low[0].isdigit():
        return False
    return (
        nearest(one.low, (other.low,)) is not None or nearest(one.stem, (other.stem,)) is not None
    )


def akin(one: Token, other: Token) -> bool:
    """Whether two words are alike, or one is made from the other: "treat" and "treatment"."""
    if alike(one, other):
        return True
    shorter, longer = sorted((one.stem, other.stem), key=len)
    return len(shorter) >= SHORTEST_ROOT and longer.startswith(shorter)


def without_parentheses(text: str) -> str:
    """The text with blanks for what stands in brackets; every other character keeps its place."""
    return PARENTHESES.sub(lambda found: " " * len(found[0]), text)
