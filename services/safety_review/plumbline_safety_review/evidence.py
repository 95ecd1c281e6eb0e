"""What a claim may rest on: its quotes, and the lead-ins, headers and headings that say what they
are about.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from functools import cached_property, lru_cache

from plumbline_clinical.quantities import Quantity
from plumbline_safety_review.case import Statement
from plumbline_safety_review.facts import Facts, clauses, facts
from plumbline_safety_review.paraphrase import Operator


@dataclass(frozen=True)
class Evidence:
    """The quotes, whole and clause by clause; around them what names their subject and states no
    figure.
    """

    quotes: tuple[Facts, ...]
    clauses: tuple[Facts, ...]
    structure: tuple[Facts, ...]
    headings: tuple[Facts, ...]

    @cached_property
    def quantities(self) -> tuple[Quantity, ...]:
        """Every quantity of the quotes."""
        return tuple(quantity for quote in self.quotes for quantity in quote.quantities)

    @cached_property
    def operators(self) -> frozenset[Operator]:
        """Every small word of the quotes."""
        return frozenset(operator for quote in self.quotes for operator in quote.operators)

    @cached_property
    def stems(self) -> frozenset[str]:
        """Canonical stems of the quotes and their structure, terms' own words included."""
        return frozenset(stem for one in (*self.quotes, *self.structure) for stem in one.all_stems)

    @cached_property
    def concepts(self) -> frozenset[str]:
        """Concepts that the quotes and what they hang on name."""
        parts = (*self.quotes, *self.structure, *self.headings)
        return frozenset(concept for one in parts for concept in one.concepts)

    def holds_number(self, number: str) -> bool:
        """Whether the quotes hold this numeral, as a numeral or as a number word."""
        if any(number in quote.numbers for quote in self.quotes):
            return True
        try:
            value = Decimal(number)
        except InvalidOperation:
            return False
        return any(value in (quantity.value, quantity.high) for quantity in self.quantities)


def evidence_of(statement: Statement) -> Evidence:
    """The evidence of one claim, and of no other."""
    quotes = (*statement.quote_texts, *statement.labels)
    return _evidence(quotes, statement.structure, statement.headings)


@lru_cache(maxsize=4096)
def _evidence(
    quotes: tuple[str, ...], structure: tuple[str, ...], headings: tuple[str, ...]
) -> Evidence:
    return Evidence(
        quotes=_facts(quotes),
        clauses=tuple(one for quote in dict.fromkeys(quotes) for one in clauses(quote)),
        structure=_facts(structure),
        headings=_facts(headings),
    )


def _facts(texts: Iterable[str]) -> tuple[Facts, ...]:
    return tuple(facts(text) for text in dict.fromkeys(texts))


def same_value(one: Quantity, other: Quantity) -> bool:
    """Whether both name the same figure or range, whatever unit and comparator they carry."""
    return one.value == other.value and one.high == other.high


def same_unit(one: Quantity, other: Quantity) -> bool:
    """Whether both carry the same unit; none is a unit, too."""
    return one.unit == other.unit


def aligned(clause: Facts, among: Sequence[Facts]) -> list[Facts]:
    """The clauses that speak of what this one speaks of: those that share most; none when nothing
    is shared.
    """
    scored = [(_shared(clause, other), other) for other in among]
    best = max((score for score, _ in scored), default=0)
    return [other for score, other in scored if score == best and best > 0]


def _shared(one: Facts, other: Facts) -> int:
    """A figure says more about which clause this is than a term, and a term more than a word."""
    figures = sum(
        any(same_value(q, r) and same_unit(q, r) for r in other.quantities) for q in one.quantities
    )
    return 3 * figures + 2 * len(one.concepts & other.concepts) + len(one.stems & other.stems)
