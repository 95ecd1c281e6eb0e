"""The nearest known word to one that may be misspelt."""

from __future__ import annotations

from collections.abc import Iterable

from rapidfuzz.distance import OSA

SHORTEST_WORD = 5  # below this, one letter makes another word: "nose" and "note"
SHORTEST_FOR_TWO = 8


def nearest(word: str, vocabulary: Iterable[str], *, max_distance: int = 2) -> str | None:
    """The word of the vocabulary that differs least, or None.

    Distance is optimal string alignment, so two swapped letters count once. A word of five to
    seven letters may differ by one, a longer one by two, and never by more than `max_distance`.
    The first letter must agree, unless it was swapped with the second. Words of one length come
    before others; between equals, the first in alphabetical order. Short words have no neighbour.
    """
    word = word.casefold()
    allowed = min(max_distance, allowance(word))
    if allowed < 1:
        return None
    best: tuple[int, int, str] | None = None
    for candidate in vocabulary:
        distance = distance_within(word, candidate.casefold(), allowed)
        if distance is None:
            continue
        rank = (distance, abs(len(candidate) - len(word)), candidate)
        if best is None or rank < best:
            best = rank
    return None if best is None else best[2]


def allowance(word: str) -> int:
    """How many slips a word of this length may hold and still be recognised."""
    if len(word) < SHORTEST_WORD:
        return 0
    return 1 if len(word) < SHORTEST_FOR_TWO else 2


def distance_within(word: str, candidate: str, allowed: int) -> int | None:
    """The distance between two words, or None where it is too large to be a slip."""
    allowed = min(allowed, allowance(candidate))
    if abs(len(word) - len(candidate)) > allowed or candidate[:1] not in word[:2]:
        return None
    distance = OSA.distance(word, candidate, score_cutoff=allowed)
    return distance if distance <= allowed else None
