"""GR-COMP: a limit keeps its direction and its boundary."""

from __future__ import annotations

from collections.abc import Iterator

from plumbline_safety_review.case import Case
from plumbline_safety_review.evidence import evidence_of, same_unit, same_value
from plumbline_safety_review.facts import facts
from plumbline_safety_review.verdict import Check, Finding


def examine(case: Case) -> Iterator[Finding]:
    """ "At least" is not "more than": the reader on the boundary would be told something else."""
    for statement in case.composed:
        held = evidence_of(statement).quantities
        for quantity in facts(statement.text).quantities:
            same = [
                other
                for other in held
                if same_value(quantity, other) and same_unit(quantity, other)
            ]
            if same and all(quantity.comparator != other.comparator for other in same):
                yield Finding("comparator", statement.id, statement.remedy)


CHECK = Check("GR-COMP", "1", examine)
