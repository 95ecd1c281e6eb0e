"""What a change of a sentence amounts to: its numbers, its meaning, or only its words."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from enum import IntEnum
from typing import Final

from plumbline_clinical.lexicon import mentions
from plumbline_clinical.polarity import (
    direction,
    negated,
    negation_count,
    obligation,
    strength,
)
from plumbline_clinical.quantities import Quantity, convertible, numbers, quantities, same_quantity
from plumbline_ingest.alignment.misspelling import misspelt
from plumbline_ingest.alignment.sentences import Sentence

# Counted as they stand, whatever they act on: "not uncommon" is not "uncommon".
NEGATORS: Final = re.compile(r"\b(?:no|not|never|none|nor|neither|without|cannot)\b|n['’]t\b", re.I)


class Kind(IntEnum):
    """What became of a place, from harmless to grave; the numbers are those on the wire."""

    SAME = 1
    MOVED = 2
    NEW = 3
    REWORDED = 4
    MEANING_CHANGED = 5  # a negation, an obligation, a direction, or what it is about
    NUMBER_CHANGED = 6
    WITHDRAWN = 7


@dataclass(frozen=True, slots=True)
class QuantityChange:
    """A quantity before and after; None where it came or went."""

    old: Quantity | None
    new: Quantity | None


@dataclass(frozen=True, slots=True)
class SentenceChange:
    """A sentence before and after; None where it came or went."""

    kind: Kind
    old: Sentence | None
    new: Sentence | None
    quantities: tuple[QuantityChange, ...] = ()


def reworded(old: Sentence, new: Sentence) -> SentenceChange:
    """What the change from one wording to the other amounts to."""
    if misspelt(old.text, new.text):
        return SentenceChange(Kind.REWORDED, old, new)
    changed = changed_quantities(old.text, new.text)
    if changed or sorted(numbers(old.text)) != sorted(numbers(new.text)):
        return SentenceChange(Kind.NUMBER_CHANGED, old, new, changed)
    if old.headers != new.headers and old.text == new.text:
        return SentenceChange(Kind.MEANING_CHANGED, old, new)
    kind = Kind.REWORDED if says_the_same(old.text, new.text) else Kind.MEANING_CHANGED
    return SentenceChange(kind, old, new)


def changed_quantities(old: str, new: str) -> tuple[QuantityChange, ...]:
    """The quantities that differ, each with what it became: of its dimension, in order."""
    before, after = quantities(old), quantities(new)
    for one in list(before):
        if (same := _first(after, one)) is not None:
            before.remove(one)
            after.remove(same)
    changes = []
    for one in before:
        partner = next((two for two in after if convertible(one.unit, two.unit)), None)
        partner = partner or (after[0] if after else None)
        if partner:
            after.remove(partner)
        changes.append(QuantityChange(one, partner))
    return (*changes, *(QuantityChange(None, one) for one in after))


def _first(found: Sequence[Quantity], one: Quantity) -> Quantity | None:
    return next((other for other in found if same_quantity(one, other)), None)


def says_the_same(old: str, new: str) -> bool:
    """Whether two wordings agree in what they name, deny and oblige, how surely, and which way up.

    Judged by the lexicon's terms and the language of negation and modality; a word outside both
    that changes the sense is not seen, which is why a rewording is always checked again.
    """
    return (
        len(NEGATORS.findall(old)) == len(NEGATORS.findall(new))
        and negation_count(old) % 2 == negation_count(new) % 2
        and _named(old) == _named(new)
        and obligation(old) == obligation(new)
        and strength(old) == strength(new)
        and direction(old) == direction(new)
    )


def _named(text: str) -> Counter[tuple[str, bool]]:
    """What a text names, and whether it denies it."""
    return Counter((m.concept.id, negated(text, m.start, m.end)) for m in mentions(text))
