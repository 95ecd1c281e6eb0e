"""GR-NEG: what the quotes deny stays denied, and nothing else is."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache

from plumbline_safety_review.case import Case
from plumbline_safety_review.denial import denied
from plumbline_safety_review.evidence import Evidence, aligned, evidence_of
from plumbline_safety_review.facts import Facts, clauses, facts
from plumbline_safety_review.verdict import Check, Finding


def examine(case: Case) -> Iterator[Finding]:
    """Looked at twice: what it is that is denied, and whether anything is."""
    for statement in case.composed:
        evidence, claim = evidence_of(statement), facts(statement.text)
        if bool(claim.denials) != any(quote.denials for quote in evidence.quotes):
            yield Finding("denial-differs", statement.id, statement.remedy)
        elif any(_differs(clause, evidence) for clause in (claim, *clauses(statement.text))):
            yield Finding("denied-thing-differs", statement.id, statement.remedy)


def _differs(clause: Facts, evidence: Evidence) -> bool:
    """Whether the clause denies other things than its quotes; one without a known thing is looked
    at whole.
    """
    shared = {
        anchor: polarity
        for anchor, polarity in _anchors(clause.text).items()
        if _held(anchor, evidence)
    }
    if shared:
        return any(polarity - _held(anchor, evidence) for anchor, polarity in shared.items())
    sources = aligned(clause, evidence.clauses)
    return bool(sources) and all(bool(clause.denials) != bool(one.denials) for one in sources)


@lru_cache(maxsize=16_384)
def _anchors(text: str) -> dict[object, frozenset[bool]]:
    """What can be denied in a text, with whether it is: terms, figures and words. Not to be
    changed.
    """
    read, found = facts(text), dict[object, frozenset[bool]]()
    anchors: list[tuple[object, bool]] = [(term.concept_id, term.denied) for term in read.terms]
    anchors += [(word.stem, word.denied) for word in read.words]
    anchors += [((q.value, q.high), denied(text, q.start, q.end)) for q in read.quantities]
    for anchor, is_denied in anchors:
        found[anchor] = found.get(anchor, frozenset()) | {is_denied}
    return found


def _held(anchor: object, evidence: Evidence) -> frozenset[bool]:
    """How the quotes have it; empty when they do not have it at all, which other checks
    look for.
    """
    nothing = frozenset[bool]()
    return nothing.union(*(_anchors(q.text).get(anchor, nothing) for q in evidence.quotes))


CHECK = Check("GR-NEG", "1", examine)
