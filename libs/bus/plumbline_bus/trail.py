"""The way a record came: one hop per service that worked on it, carried in `ce_trail`."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from json.encoder import encode_basestring_ascii as quoted
from typing import Final, NamedTuple, overload


class Hop(NamedTuple):
    """One service's work: the event it made, and when the work began and ended (RFC 3339, UTC)."""

    service: str
    event_id: str
    started: str
    ended: str


# As we write it: ASCII, nothing escaped. It is looked at for every record, so it never goes back
# (`*+`), and what is written otherwise is simply not plain.
MEMBERS: Final = ",".join(rf'"{name}":"[ !#-\[\]-~]*+"' for name in Hop._fields)
ONE: Final = rf"\{{{MEMBERS}\}}"
PLAIN: Final = re.compile(rf"\[(?:{ONE}(?:,{ONE})*+)?\]")


class Trail(Sequence[Hop]):
    """The hops of a `ce_trail` header, "" for none. ValueError when it is not a trail.

    It is checked at once, and taken apart only if somebody looks: most services just add a hop.
    """

    def __init__(self, header: str) -> None:
        self._hops: tuple[Hop, ...] | None = None
        self._inner = header[1:-1]  # as we write it, it can be added to as it stands
        if not PLAIN.fullmatch(header):
            self._hops = decode_trail(header)
            self._inner = joined(self._hops)

    def and_then(self, hop: Hop) -> bytes:
        """The header of what comes next."""
        inner = f"{self._inner},{as_json(hop)}" if self._inner else as_json(hop)
        return f"[{inner}]".encode()

    def __len__(self) -> int:
        return len(self._taken_apart())

    @overload
    def __getitem__(self, index: int) -> Hop: ...
    @overload
    def __getitem__(self, index: slice) -> Sequence[Hop]: ...
    def __getitem__(self, index: int | slice) -> Hop | Sequence[Hop]:
        return self._taken_apart()[index]

    def _taken_apart(self) -> tuple[Hop, ...]:
        if self._hops is None:
            self._hops = decode_trail(f"[{self._inner}]")
        return self._hops


def encode_trail(trail: Sequence[Hop]) -> bytes:
    """Compact JSON, oldest hop first."""
    return f"[{joined(trail)}]".encode()


def joined(trail: Sequence[Hop]) -> str:
    """The hops as JSON, without the brackets."""
    return ",".join(map(as_json, trail))


def as_json(hop: Hop) -> str:
    """One hop. By hand: it is done for every record, and this is ten times quicker."""
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


NO_TRAIL: Final = Trail("")
