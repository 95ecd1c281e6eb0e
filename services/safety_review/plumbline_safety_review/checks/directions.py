"""GR-DIR: what rises in the quotes rises in the claim, and a change keeps its direction."""

from __future__ import annotations

from collections.abc import Iterator

from plumbline_safety_review.case import Case
from plumbline_safety_review.evidence import Evidence, aligned, evidence_of
from plumbline_safety_review.facts import clauses, facts
from plumbline_safety_review.verdict import Check, Finding


def examine(case: Case) -> Iterator[Finding]:
    """As a whole and clause by clause, so that "fell … rose" cannot become "rose … fell"."""
    for statement in case.composed:
        if _differs(statement.text, evidence_of(statement)):
            yield Finding("direction", statement.id, statement.remedy)


def _differs(text: str, evidence: Evidence) -> bool:
    held = frozenset[str]().union(*(quote.directions for quote in evidence.quotes))
    if facts(text).directions != held:
        return True
    for clause in clauses(text):
        if not (clause.directions or any(one.comparator != "=" for one in clause.quantities)):
            continue  # it tells of no change and could have lost none
        sources = aligned(clause, evidence.clauses)
        if sources and all(clause.directions != source.directions for source in sources):
            return True
    return False


CHECK = Check("GR-DIR", "1", examine)
