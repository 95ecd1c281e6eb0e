"""Which partition a key belongs to: the same answer as Kafka's default partitioner."""

from __future__ import annotations

from functools import lru_cache
from struct import iter_unpack
from typing import Final

SEED: Final = 0x9747B28C  # Kafka's, as are the two below (org.apache.kafka.common.utils.Utils)
MULTIPLIER: Final = 0x5BD1E995
SHIFT: Final = 24
WORD: Final = 0xFFFFFFFF


def murmur2(data: bytes) -> int:
    """32-bit MurmurHash2, unsigned."""
    length = len(data)
    state = (SEED ^ length) & WORD
    whole = length - length % 4
    for (four,) in iter_unpack("<I", data[:whole]):
        word = four * MULTIPLIER & WORD
        word = (word ^ (word >> SHIFT)) * MULTIPLIER & WORD
        state = (state * MULTIPLIER & WORD) ^ word
    if whole < length:
        state = (state ^ int.from_bytes(data[whole:], "little")) * MULTIPLIER & WORD
    state = (state ^ (state >> 13)) * MULTIPLIER & WORD
    return state ^ (state >> 15)


@lru_cache(maxsize=8192)  # one answer's records follow each other through every topic
def partition_of(key: str, partitions: int) -> int:
    """The partition of a key among so many. The sign bit is cleared, as Kafka does."""
    return (murmur2(key.encode()) & 0x7FFFFFFF) % partitions
