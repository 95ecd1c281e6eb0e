"""CL-DIAGNOSE: no sentence tells the reader what they have or what their result means."""

from __future__ import annotations

from collections.abc import Iterator

from plumbline_clinical.sentences import sentence_spans
from plumbline_clinical.text import matching
from plumbline_safety_review.advice import load_advice
from plumbline_safety_review.case import Case
from plumbline_safety_review.facts import facts
from plumbline_safety_review.verdict import Check, Finding

CONDITIONS = ("disease", "response", "stage", "marker", "symptom")


def examine(case: Case) -> Iterator[Finding]:
    """ "You have …" or "your result means …" with a condition; "if you have …" tells nobody
    anything.
    """
    for statement in case.statements:
        spans = sentence_spans(statement.text)
        if any(_diagnoses(statement.text[start:end]) for start, end in spans):
            yield Finding("diagnosis", statement.id, statement.remedy)


def _diagnoses(sentence: str) -> bool:
    advice, plain = load_advice(), matching(sentence)
    if not (advice.has.search(plain) or advice.shows.search(plain)):
        return False
    named = any(term.kind in CONDITIONS for term in facts(sentence).terms)
    return named or advice.conditions.search(plain) is not None


CHECK = Check("CL-DIAGNOSE", "1", examine)
