"""GR-NEG: what the quotes deny stays denied, and nothing else is."""

from __future__ import annotations

from collections.abc import Iterator

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
    """Whether the clause denies other things than its quotes; one without a known thing is looked at whole."""
    shared = {
        anchor: polarity for anchor, polarity in _anchors(clause).items() if _held(anchor, evidence)
    }
    if shared:
        return any(polarity - _held(anchor, evidence) for anchor, polarity in shared.items())
    sources = aligned(clause, evidence.clauses)
    return bool(sources) and all(bool(clause.denials) != bool(one.denials) for one in sources)


def _anchors(text: Facts) -> dict[object, set[bool]]:
    """What can be denied in a text, with whether it is: terms, figures and words."""
    found: dict[object, set[bool]] = {}
    for term in text.terms:
        found.setdefault(term.concept_id, set()).add(term.denied)
    for word in text.words:
        found.setdefault(word.stem, set()).add(word.denied)
    for quantity in text.quantities:
        anchor = (quantity.value, quantity.high)
        found.setdefault(anchor, set()).add(denied(text.text, quantity.start, quantity.end))
    return found


def _held(anchor: object, evidence: Evidence) -> set[bool]:
    """How the quotes have it; empty when they do not have it at all, which other checks look for."""
    return set().union(*(_anchors(quote).get(anchor, set()) for quote in evidence.quotes))


CHECK = Check("GR-NEG", "1", examine)
