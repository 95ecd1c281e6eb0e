"""CI-MISSING: a sentence that states a fact and cites nothing."""

from __future__ import annotations

from collections.abc import Iterator

from plumbline_safety_review.case import Case
from plumbline_safety_review.verdict import Check, Finding


def examine(case: Case) -> Iterator[Finding]:
    """Nothing can be quoted in its place, so nothing mends it."""
    for statement in case.statements:
        if not statement.quotes:
            yield Finding("no-citation", statement.id)


CHECK = Check("CI-MISSING", "1", examine)
