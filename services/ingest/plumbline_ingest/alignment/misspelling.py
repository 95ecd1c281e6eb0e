"""Whether two wordings differ in nothing but a slip of the pen."""

from __future__ import annotations

import re
from typing import Final

WORDS: Final = re.compile(r"[^\W\d_]+|\d+|[^\w\s]")
LONG_ENOUGH: Final = 5  # in shorter words a letter makes another word: now, not


def misspelt(old: str, new: str) -> bool:
    """Whether each word that differs is a long one with two letters swapped, or one more or less.

    A replaced letter is not forgiven ("prevents", "presents"), nor another beginning ("typical",
    "atypical"): those are words of their own.
    """
    before, after = WORDS.findall(old), WORDS.findall(new)
    pairs = [(one, other) for one, other in zip(before, after, strict=False) if one != other]
    return len(before) == len(after) and bool(pairs) and all(_slip(*pair) for pair in pairs)


def _slip(one: str, other: str) -> bool:
    short, long = sorted((one.casefold(), other.casefold()), key=len)
    if not (short.isalpha() and long.isalpha() and len(short) >= LONG_ENOUGH):
        return False
    if short[0] != long[0]:
        return False
    at = next((i for i, letter in enumerate(short) if letter != long[i]), len(short))
    if len(short) == len(long):
        swapped = short[:at] + short[at : at + 2][::-1] + short[at + 2 :]
        return swapped == long
    return short[at:] == long[at + 1 :] and len(long) == len(short) + 1
