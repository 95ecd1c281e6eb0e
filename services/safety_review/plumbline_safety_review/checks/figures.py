"""GR-NUM: every figure of a claim stands in its quotes, and no limit of the quotes is lost."""

from __future__ import annotations

from collections.abc import Iterator

from plumbline_safety_review.case import Case
from plumbline_safety_review.evidence import Evidence, evidence_of, same_value
from plumbline_safety_review.facts import Facts, facts
from plumbline_safety_review.verdict import Check, Finding


def examine(case: Case) -> Iterator[Finding]:
    """A figure that differs was wrong in nine of ten sentences people labelled, so one is
    enough.
    """
    for statement in case.composed:
        claim, evidence = facts(statement.text), evidence_of(statement)
        if _brings(claim, evidence):
            yield Finding("figure-not-in-quotes", statement.id, statement.remedy)
        if _loses(claim, evidence):
            yield Finding("limit-lost", statement.id, statement.remedy)


def _brings(claim: Facts, evidence: Evidence) -> bool:
    if not all(evidence.holds_number(number) for number in claim.numbers):
        return True
    return any(
        not any(same_value(quantity, held) for held in evidence.quantities)
        and not evidence.holds_number(str(quantity.value))
        for quantity in claim.quantities
    )


def _loses(claim: Facts, evidence: Evidence) -> bool:
    """Limits only: a bare count ("one of four groups") may be said without its figure."""
    return any(
        (quantity.comparator != "=" or quantity.high is not None)
        and not any(same_value(quantity, said) for said in claim.quantities)
        for quantity in evidence.quantities
    )


CHECK = Check("GR-NUM", "1", examine)
