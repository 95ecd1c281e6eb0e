"""A question as it is compared with other questions."""

from __future__ import annotations

import re
import unicodedata

WHITE_SPACE = re.compile(r"\s+")
FINAL_PUNCTUATION = re.compile(r"[\s?!.…。？！;:,]+$")


def canonical_question(text: str) -> str:
    """Version 1 of the canonical form: what makes two askings the same question.

    NFC, case folded, white space collapsed, final punctuation removed. Numbers, comparators and
    negation are untouched, for a question that differs in one of them is another question.
    """
    folded = unicodedata.normalize("NFC", unicodedata.normalize("NFC", text).casefold())
    return FINAL_PUNCTUATION.sub("", WHITE_SPACE.sub(" ", folded).strip())


def letters(text: str) -> bool:
    """Whether there is anything to read: at least one letter of any script."""
    return any(character.isalpha() for character in text)
