"""How much harm an answer does while it stands as it is: what is worst is made again first."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from plumbline.regeneration.v1 import events_pb2 as wire
from plumbline_regeneration.answers import Answer
from plumbline_regeneration.judgement import Judgement

DAY_SECONDS: Final = 86_400.0
# From harmless to grave. The numbers on the wire are in the order in which they were added.
GRAVITY: Final[tuple[wire.Severity.ValueType, ...]] = (
    wire.SEVERITY_UNSPECIFIED,
    wire.SEVERITY_ADDED,
    wire.SEVERITY_MOVED,
    wire.SEVERITY_REWORDED,
    wire.SEVERITY_NUMBER_CHANGED,
    wire.SEVERITY_WITHDRAWN,
    wire.SEVERITY_MEANING_CHANGED,
    wire.SEVERITY_RECALLED,
)


@dataclass(frozen=True)
class Touched:
    """A published answer, what became of its sources, and how much that matters."""

    answer: Answer
    judged: Judgement
    readers: int
    damage: float


def damage(severity: wire.Severity.ValueType, readers: int, since: str, at: str) -> float:
    """10^gravity x (1 + readers) x (1 + days).

    An answer does harm for as long as it stands, to everybody who reads it, and the more, the worse
    it is wrong; so the three are multiplied. The gravity of a severity is its place in GRAVITY, in
    powers of ten: one step weighs as much as ten times the readers, or ten times the days. The
    ones keep what nobody has read yet, or what was published today, from weighing nothing.

    `readers`: pages served in the last days. Days are those from `since`, when it was published, to
    `at`, with their fraction (both RFC 3339); none when `since` is later.
    """
    stood = datetime.fromisoformat(at) - datetime.fromisoformat(since)
    days = max(0.0, stood.total_seconds()) / DAY_SECONDS
    return float(10 ** GRAVITY.index(severity) * (1 + readers) * (1 + days))
