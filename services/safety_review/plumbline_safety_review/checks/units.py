"""GR-UNIT: a figure keeps its unit and its power of ten."""

from __future__ import annotations

from collections.abc import Iterator

from plumbline_safety_review.case import Case
from plumbline_safety_review.evidence import evidence_of, same_unit, same_value
from plumbline_safety_review.facts import facts
from plumbline_safety_review.verdict import Check, Finding


def examine(case: Case) -> Iterator[Finding]:
    """Nothing is converted, so a unit that differs is wrong even where it could be converted."""
    for statement in case.composed:
        held = evidence_of(statement).quantities
        for quantity in facts(statement.text).quantities:
            same = [other for other in held if same_value(quantity, other)]
            if same and not any(same_unit(quantity, other) for other in same):
                yield Finding("unit", statement.id, statement.remedy)


CHECK = Check("GR-UNIT", "1", examine)
