"""CI-UNKNOWN: a citation of a passage that this service does not hold, or of a range outside it."""

from __future__ import annotations

from collections.abc import Iterator

from plumbline_safety_review.case import Case
from plumbline_safety_review.verdict import Check, Finding


def examine(case: Case) -> Iterator[Finding]:
    """The passage must be held here and the range must hold words of it."""
    for statement in case.statements:
        if statement.unknown:
            yield Finding("unknown-passage", statement.id)
        for quote in (*statement.quotes, *statement.also):
            if not quote.is_a_range or not quote.text.strip():
                yield Finding("range", statement.id)


CHECK = Check("CI-UNKNOWN", "1", examine)
