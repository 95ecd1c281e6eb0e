"""GR-DOSE: a dose is quoted or not said at all."""

from __future__ import annotations

from collections.abc import Iterator

from plumbline_safety_review.advice import load_advice
from plumbline_safety_review.case import Case
from plumbline_safety_review.facts import facts
from plumbline_safety_review.verdict import Check, Finding

DRUGS = ("drug", "drug_class")


def examine(case: Case) -> Iterator[Finding]:
    """A drug with a figure in a unit of dose, in words that are not the source's."""
    units = load_advice().dose_units
    for statement in case.composed:
        claim = facts(statement.text)
        if any(term.kind in DRUGS for term in claim.terms) and any(
            quantity.unit in units for quantity in claim.quantities
        ):
            yield Finding("dose-not-quoted", statement.id, statement.remedy)


CHECK = Check("GR-DOSE", "1", examine)
