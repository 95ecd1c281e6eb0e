"""How long the loop waits and how often it tries."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass
from typing import Final

from plumbline_bus.clock import Now, utc_now


@dataclass(frozen=True)
class Patience:
    """The loop's numbers, and the only clock it has: tests pass their own."""

    first_wait_seconds: float = 0.05
    longest_wait_seconds: float = 2.0  # a world that is well again is noticed this soon
    tries: int = 3  # a bug that is a race passes at the second; a third costs little
    max_dead_in_a_row: int = 20  # more is never the records' fault: a person must look
    commit_every_seconds: float = 0.05  # what a crash repeats at most, against one write per record
    sleep: Callable[[float], Awaitable[object]] = asyncio.sleep
    now: Now = utc_now

    def waits(self) -> Iterator[float]:
        """Seconds to wait after each failure: doubling, then the longest for ever."""
        wait = self.first_wait_seconds
        while True:
            yield wait
            wait = min(wait * 2, self.longest_wait_seconds)


PATIENCE: Final = Patience()
