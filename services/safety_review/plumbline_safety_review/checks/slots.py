"""GR-SLOT: a figure stays with the thing it was measured on."""

from __future__ import annotations

from collections.abc import Iterator

from plumbline_clinical.quantities import Quantity
from plumbline_safety_review.case import Case
from plumbline_safety_review.evidence import Evidence, evidence_of, same_unit, same_value
from plumbline_safety_review.facts import Facts, clauses
from plumbline_safety_review.verdict import Check, Finding


def examine(case: Case) -> Iterator[Finding]:
    """Two limits of one sentence, exchanged, keep every word and every figure."""
    for statement in case.composed:
        evidence = evidence_of(statement)
        if any(_moved(clause, evidence) for clause in clauses(statement.text)):
            yield Finding("figure-moved", statement.id, statement.remedy)


def _moved(clause: Facts, evidence: Evidence) -> bool:
    """Whether the clause speaks of a thing that the quotes give another figure, and not
    this one.
    """
    for quantity in clause.quantities:
        with_it = [one for one in evidence.clauses if _holds(one, quantity)]
        others = [one for one in evidence.clauses if one.quantities and not _holds(one, quantity)]
        own = max((_subject(clause, one) for one in with_it), default=0)
        other = max((_subject(clause, one) for one in others), default=0)
        if with_it and other > own:
            return True
    return False


def _holds(clause: Facts, quantity: Quantity) -> bool:
    return any(
        same_value(quantity, other) and same_unit(quantity, other) for other in clause.quantities
    )


def _subject(one: Facts, other: Facts) -> int:
    return 2 * len(one.concepts & other.concepts) + len(one.stems & other.stems)


CHECK = Check("GR-SLOT", "1", examine)
