"""The way a record came: one hop per service that worked on it, carried in `ce_trail`."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Hop:
    """One service's work: the event it made, and when the work began and ended (RFC 3339, UTC)."""

    service: str
    event_id: str
    started: str
    ended: str


COMPACT: Final = json.JSONEncoder(separators=(",", ":"))


def as_members(hop: Hop) -> dict[str, str]:
    """As in JSON. dataclasses.asdict would take as long as all else that is done to a record."""
    return {
        "service": hop.service,
        "event_id": hop.event_id,
        "started": hop.started,
        "ended": hop.ended,
    }


def encode_trail(trail: Sequence[Hop]) -> bytes:
    """Compact JSON, oldest hop first."""
    return COMPACT.encode([as_members(hop) for hop in trail]).encode()


def decode_trail(header: str) -> tuple[Hop, ...]:
    """The hops of a `ce_trail` header; none of "". ValueError when it is not a trail."""
    if not header:
        return ()
    try:
        return tuple(Hop(**hop) for hop in json.loads(header))
    except TypeError as error:
        raise ValueError("not a trail") from error
