"""CI-RECALL: the cited words support the claim, not some other words."""

from __future__ import annotations

from collections.abc import Iterator

from plumbline_safety_review.case import Case
from plumbline_safety_review.evidence import evidence_of
from plumbline_safety_review.facts import facts
from plumbline_safety_review.verdict import Check, Finding

# Below this share of known words 69 % of unsupported sentences are caught for 9 % of supported
# ones (LFQA, sentence labels), and a false alarm costs style only.
LEAST_SUPPORT = 0.5
FEWEST_WORDS = 3  # a share of fewer says nothing


def examine(case: Case) -> Iterator[Finding]:
    """The share of the claim's words that its quotes hold."""
    for statement in case.composed:
        claim, evidence = facts(statement.text), evidence_of(statement)
        words = claim.stems | claim.concepts
        held = evidence.stems | evidence.concepts
        if len(words) >= FEWEST_WORDS and len(words & held) < LEAST_SUPPORT * len(words):
            yield Finding("not-supported", statement.id, statement.remedy)


CHECK = Check("CI-RECALL", "1", examine)
