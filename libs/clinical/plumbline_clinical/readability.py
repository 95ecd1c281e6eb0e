"""How hard a text is to read."""

from __future__ import annotations

import re
from collections.abc import Sequence

from plumbline_clinical.sentences import sentence_spans
from plumbline_clinical.text import words

VOWELS = re.compile(r"[aeiouy]+")


def syllables(word: str) -> int:
    """The syllables of a word, by rule."""
    return max(1, len(VOWELS.findall(word.casefold())))


def fk_grade_masked(text: str, terms: Sequence[str]) -> float:
    """Flesch-Kincaid grade; terms count as one word of two syllables."""
    for term in terms:
        text = re.sub(re.escape(term), "xaxa", text, flags=re.IGNORECASE)
    found = words(text)
    if not found:
        return 0.0
    total = sum(syllables(word.text) for word in found)
    sentences = max(1, len(sentence_spans(text)))
    return 0.39 * len(found) / sentences + 11.8 * total / len(found) - 15.59
