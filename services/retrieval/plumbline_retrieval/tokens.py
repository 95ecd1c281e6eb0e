"""Sets of words that are asked about and never listed, at 8 bytes a word."""

from __future__ import annotations

import hashlib
from array import array
from bisect import bisect_left
from collections.abc import Container, Iterable
from functools import lru_cache
from typing import Final

DIGEST_BYTES: Final = 8


class Tokens:
    """A set of texts, kept as sorted 64-bit hashes.

    A set of strings takes 80 bytes and more for each, which 5,000 documents do not leave room for.
    That a text which is not in it has the hash of one of 3,000 that are: 1 in 10^15.
    """

    __slots__ = ("_numbers",)

    def __init__(self, texts: Iterable[str] = ()) -> None:
        self._numbers = array("Q", sorted({number(text) for text in texts}))

    def __contains__(self, text: object) -> bool:
        wanted = known_number(str(text))
        place = bisect_left(self._numbers, wanted)
        return place < len(self._numbers) and self._numbers[place] == wanted

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Tokens) and self._numbers == other._numbers

    def __hash__(self) -> int:
        return hash(self._numbers.tobytes())

    def to_bytes(self) -> bytes:
        """For keeping."""
        return self._numbers.tobytes()

    @classmethod
    def from_bytes(cls, kept: bytes) -> Tokens:
        """As it was kept."""
        tokens = cls()
        tokens._numbers.frombytes(kept)
        return tokens


class AnyOf:
    """What stands in any of several sets."""

    __slots__ = ("_sets",)

    def __init__(self, sets: Iterable[Container[str]]) -> None:
        self._sets = tuple(sets)

    def __contains__(self, text: object) -> bool:
        return any(text in one for one in self._sets)


def number(text: str) -> int:
    """64 bits of a text's hash, the same in every process."""
    return int.from_bytes(
        hashlib.blake2b(text.encode(), digest_size=DIGEST_BYTES).digest(), "little"
    )


known_number = lru_cache(16_384)(number)  # one word of a question is looked up in every edition
