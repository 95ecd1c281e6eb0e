"""Many messages in groups that fit a record."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final, TypeVar

from google.protobuf.message import Message

PART_BYTES: Final = 262_144  # 256 KiB in one record, whose topic takes twice that
FIELD_BYTES: Final = 8  # tag and length of a message inside another, at most

M = TypeVar("M", bound=Message)


def in_parts(messages: Iterable[M], most_bytes: int = PART_BYTES) -> Iterator[list[M]]:
    """The messages in order, in groups of at most so many bytes; a larger one is alone."""
    part: list[M] = []
    size_bytes = 0
    for message in messages:
        own_bytes = message.ByteSize() + FIELD_BYTES
        if part and size_bytes + own_bytes > most_bytes:
            yield part
            part, size_bytes = [], 0
        part.append(message)
        size_bytes += own_bytes
    if part:
        yield part
