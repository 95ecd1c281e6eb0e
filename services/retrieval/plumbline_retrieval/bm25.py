"""Texts as sparse BM25 vectors; the index multiplies by the document frequencies it knows."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from plumbline_clinical.lexicon import mentions
from plumbline_clinical.text import content_stems

K1: Final = (
    1.2  # how soon a repeated word stops counting; Robertson and Zaragoza 2009, the usual value
)
B: Final = 0.75  # how much a long passage is held back; same source
# BM25 divides by the mean length. Ours is fixed, because a mean that moved with every edition would
# change the vectors already stored: a passage of 60 to 250 words with its headings has about 90.
MEAN_TOKENS: Final = 90
CONCEPT: Final = "concept:"  # no word holds a colon


@dataclass(frozen=True, slots=True)
class Sparse:
    """Token numbers, ascending, and their weights."""

    indices: tuple[int, ...]
    values: tuple[float, ...]


def tokens(text: str) -> list[str]:
    """Stems of the words that carry meaning, and the id of every concept that is named.

    Concepts make the short and the long name of a thing meet, whichever of them each side uses.
    """
    return [*content_stems(text), *(CONCEPT + mention.concept.id for mention in mentions(text))]


def passage_vector(text: str) -> Sparse:
    """A passage's side of BM25: term frequency, saturated and length-normalised."""
    counts = Counter(tokens(text))
    norm = K1 * (1 - B + B * counts.total() / MEAN_TOKENS)
    return sparse((token, count * (K1 + 1) / (count + norm)) for token, count in counts.items())


def query_vector(text: str, others: Iterable[str] = ()) -> Sparse:
    """A question's side of BM25: each token once, and the stems of other words for them."""
    return sparse((token, 1.0) for token in {*tokens(text), *others})


def sparse(weighted: Iterable[tuple[str, float]]) -> Sparse:
    """Tokens by number. Two tokens of one number (1 in 4 billion pairs) are added."""
    values: dict[int, float] = {}
    for token, value in weighted:
        index = number(token)
        values[index] = values.get(index, 0.0) + value
    ordered = sorted(values)
    return Sparse(tuple(ordered), tuple(values[index] for index in ordered))


@lru_cache(65_536)
def number(token: str) -> int:
    """A token's place in the sparse space: 32 bits of its hash, the same in every process."""
    return int.from_bytes(hashlib.blake2b(token.encode(), digest_size=4).digest(), "big")
