"""GR-TERM: every drug, marker, stage, category, test and organ of a claim stands in its
evidence.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from plumbline_safety_review.case import Case
from plumbline_safety_review.evidence import Evidence, evidence_of
from plumbline_safety_review.facts import Facts, Term, facts
from plumbline_safety_review.verdict import Check, Finding


def examine(case: Case) -> Iterator[Finding]:
    """A term may come from a lead-in, header or heading only where that names no other of its
    kind.
    """
    for statement in case.composed:
        claim, evidence = facts(statement.text), evidence_of(statement)
        if not all(_founded(term, evidence) for term in claim.terms):
            yield Finding("term-not-in-evidence", statement.id, statement.remedy)
        if not _in_order(claim.terms, [term for quote in evidence.quotes for term in quote.terms]):
            yield Finding("terms-exchanged", statement.id, statement.remedy)


def _founded(term: Term, evidence: Evidence) -> bool:
    if any(term.concept_id in quote.concepts for quote in evidence.quotes):
        return True
    if any(other.kind == term.kind for quote in evidence.quotes for other in quote.terms):
        return False  # the quotes speak of another of its kind: an exchange, not an addition
    return any(_names_only(part, term) for part in (*evidence.structure, *evidence.headings))


def _names_only(part: Facts, term: Term) -> bool:
    return {other.concept_id for other in part.terms if other.kind == term.kind} == {
        term.concept_id
    }


def _in_order(claim: Sequence[Term], evidence: Sequence[Term]) -> bool:
    """Whether terms of one kind follow each other as in the quotes: "A, not B" is not "B,
    not A".
    """
    for kind in {term.kind for term in claim}:
        rest = iter([term.concept_id for term in evidence if term.kind == kind])
        held = {term.concept_id for term in evidence}
        said = [t.concept_id for t in claim if t.kind == kind and t.concept_id in held]
        if not all(
            any(other == concept_id for other in rest) for concept_id in dict.fromkeys(said)
        ):
            return False
    return True


CHECK = Check("GR-TERM", "1", examine)
