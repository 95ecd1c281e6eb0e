"""GR-LEX: a claim brings no word of its own."""

from __future__ import annotations

from collections.abc import Iterator

from plumbline_safety_review.case import Case
from plumbline_safety_review.evidence import evidence_of
from plumbline_safety_review.facts import facts
from plumbline_safety_review.paraphrase import load_paraphrase
from plumbline_safety_review.verdict import Check, Finding


def examine(case: Case) -> Iterator[Finding]:
    """One word is enough: an added clause may be one word long, and quoting costs style
    only.
    """
    free = load_paraphrase().free
    for statement in case.composed:
        if facts(statement.text).stems - evidence_of(statement).stems - free:
            yield Finding("new-word", statement.id, statement.remedy)


CHECK = Check("GR-LEX", "1", examine)
