"""CI-QUOTE: what is called verbatim is, to the byte."""

from __future__ import annotations

from collections.abc import Iterator

from plumbline_safety_review.case import Case
from plumbline_safety_review.verdict import Check, Finding


def examine(case: Case) -> Iterator[Finding]:
    """A verbatim claim is its quotes in citation order, joined by one space."""
    for statement in case.statements:
        if statement.said_verbatim and statement.quotes and not statement.is_verbatim:
            yield Finding("not-verbatim", statement.id, statement.remedy)


CHECK = Check("CI-QUOTE", "1", examine)
