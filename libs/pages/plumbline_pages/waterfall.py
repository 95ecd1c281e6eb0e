"""The times of a run as bars: where each stage began, how long it took, of how much in all."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

WIDTH: Final = 300.0  # of the drawing, in its own units
THINNEST: Final = 2.5  # a bar that can be seen


@dataclass(frozen=True, slots=True)
class StageTime:
    """One stage of a run. Milliseconds, from the moment the question was taken.

    `count`: how many things it found, wrote or checked; None when nobody counted.
    """

    service: str
    start_ms: float
    took_ms: float
    count: int | None = None


@dataclass(frozen=True, slots=True)
class Bar:
    """A row of the waterfall. `again`: the service had a turn before this one."""

    stage: StageTime
    again: bool
    x: float
    width: float


@dataclass(frozen=True, slots=True)
class Waterfall:
    """All rows, and how long the whole took in milliseconds."""

    bars: Sequence[Bar]
    total_ms: float


def waterfall(stages: Sequence[StageTime]) -> Waterfall:
    """Lay the stages out on one scale. A clock that ran backwards gives no bar outside of it."""
    total = max((stage.start_ms + stage.took_ms for stage in stages), default=0.0)
    scale = WIDTH / total if total > 0 else 0.0
    seen: set[str] = set()
    bars = []
    for stage in stages:
        width = min(max(stage.took_ms * scale, THINNEST), WIDTH)
        x = min(max(stage.start_ms * scale, 0.0), WIDTH - width)
        bars.append(Bar(stage, stage.service in seen, round(x, 1), round(width, 1)))
        seen.add(stage.service)
    return Waterfall(bars, max(total, 0.0))
