"""The way a record came: one hop per service that worked on it, carried in `ce_trail`."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass


@dataclass(frozen=True, slots=True)
class Hop:
    """One service's work: the event it made, and when the work began and ended (RFC 3339, UTC)."""

    service: str
    event_id: str
    started: str
    ended: str


def encode_trail(trail: Sequence[Hop]) -> bytes:
    """Compact JSON, oldest hop first."""
    return json.dumps([asdict(hop) for hop in trail], separators=(",", ":")).encode()


def decode_trail(header: str) -> tuple[Hop, ...]:
    """The hops of a `ce_trail` header; none of "". ValueError when it is not a trail."""
    if not header:
        return ()
    try:
        return tuple(Hop(**hop) for hop in json.loads(header))
    except TypeError as error:
        raise ValueError("not a trail") from error
