"""CL-DIRECTIVE: no sentence tells the reader to start, stop or change a treatment."""

from __future__ import annotations

from collections.abc import Iterator

from plumbline_clinical.sentences import sentence_spans
from plumbline_clinical.text import matching
from plumbline_safety_review.advice import load_advice
from plumbline_safety_review.case import Case
from plumbline_safety_review.facts import facts
from plumbline_safety_review.verdict import Check, Finding

TREATMENTS = ("drug", "drug_class", "treatment")


def examine(case: Case) -> Iterator[Finding]:
    """Second person or imperative, with a treatment; "call", "ask" and "tell your team" are
    welcome.
    """
    for statement in case.statements:
        spans = sentence_spans(statement.text)
        if any(_directs(statement.text[start:end]) for start, end in spans):
            yield Finding("directive", statement.id, statement.remedy)


def _directs(sentence: str) -> bool:
    advice, plain = load_advice(), matching(sentence)
    if not (advice.told.search(plain) or advice.ordered.search(plain)):
        return False
    if advice.excused.search(plain):
        return False
    treats = any(term.kind in TREATMENTS for term in facts(sentence).terms)
    return treats or advice.objects.search(plain) is not None


CHECK = Check("CL-DIRECTIVE", "1", examine)
