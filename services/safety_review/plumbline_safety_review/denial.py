"""Whether a place of a text is denied, read from the nearest denial outwards."""

from __future__ import annotations

import re

from plumbline_clinical.polarity import negated

DENIAL = re.compile(
    r"\b(?:no|not|never|none|nor|neither|without|cannot|nothing)\b|n['’]t\b", re.IGNORECASE
)
# "No sign is found with the standard tests" does not deny the tests.
MEANS = re.compile(r"\b(?:with|by|during|using)\b", re.IGNORECASE)
JOIN = re.compile(r"\b(?:and|or|but|nor)\b|[,;:]")


def denied(text: str, start: int, end: int) -> bool:
    """Whether what stands at code points [start, end) is denied.

    Only the nearest denial before it is asked, and what follows it up to the next join: in
    "without A and without B" the two must not cancel each other.
    """
    before = [match.start() for match in DENIAL.finditer(text, 0, start)]
    first = before[-1] if before else 0
    if before and MEANS.search(text, first, start):
        return False
    if before and negated(text[first:end], start - first, end - first):
        return True
    join = JOIN.search(text, end)
    last = join.start() if join else len(text)
    return negated(text[first:last], start - first, end - first)
