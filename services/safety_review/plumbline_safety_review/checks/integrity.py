"""EV-INTEGRITY: the text of a cited passage is the text that was registered."""

from __future__ import annotations

import hashlib
import unicodedata
from collections.abc import Iterator

from plumbline_safety_review.case import Case
from plumbline_safety_review.verdict import Check, Finding


def examine(case: Case) -> Iterator[Finding]:
    """One flipped byte in our own copy withholds the answer."""
    for placed in case.cited:
        passage = placed.passage
        if hashlib.sha256(passage.text.encode()).hexdigest() != passage.text_sha256:
            yield Finding("text-hash")
        if not unicodedata.is_normalized("NFC", passage.text):
            yield Finding("text-form")


CHECK = Check("EV-INTEGRITY", "1", examine)
