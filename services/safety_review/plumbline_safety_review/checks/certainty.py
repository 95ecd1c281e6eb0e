"""GR-STRENGTH: a claim is no more certain, and binds no more and no less, than its quotes."""

from __future__ import annotations

from collections.abc import Iterator

from plumbline_safety_review.case import Case
from plumbline_safety_review.evidence import Evidence, aligned, evidence_of
from plumbline_safety_review.facts import clauses, facts
from plumbline_safety_review.verdict import Check, Finding


def examine(case: Case) -> Iterator[Finding]:
    """The source says "may": we keep it that way."""
    for statement in case.composed:
        evidence = evidence_of(statement)
        if _surer(statement.text, evidence):
            yield Finding("more-certain", statement.id, statement.remedy)
        if facts(statement.text).obligation != max(
            (quote.obligation for quote in evidence.quotes), default=0
        ):
            yield Finding("obligation", statement.id, statement.remedy)


def _surer(text: str, evidence: Evidence) -> bool:
    """0 is certain and larger is more hedged, so a smaller figure says more than the quotes do."""
    if facts(text).strength < max((quote.strength for quote in evidence.quotes), default=0):
        return True
    for clause in clauses(text):
        if not (clause.words or clause.quantities):
            continue  # a bare name states nothing
        sources = aligned(clause, evidence.clauses)
        if sources and all(clause.strength < source.strength for source in sources):
            return True
    return False


CHECK = Check("GR-STRENGTH", "1", examine)
