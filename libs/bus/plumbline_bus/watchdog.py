"""Tells a reader that is stuck from one that has nothing to read."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Final

from plumbline_bus.errors import Stalled

STALLED_SECONDS: Final = 60.0  # several rebalances long, so that none is taken for a stall


class Watchdog:
    """Watches one reader that is asking for records and could take some.

    A client of a broker can stop without an error: its task is gone, or it waits for an answer that
    never comes. Nothing inside it notices, and a process that starts anew is well. So whoever reads
    reports what it sees, and `look` raises once unread records have been waiting for too long.
    """

    def __init__(
        self,
        what: str,
        seconds: float = STALLED_SECONDS,
        now: Callable[[], float] = time.monotonic,
    ) -> None:
        self._what = what
        self._seconds = seconds
        self._now = now
        self._well_at = now()

    def well(self) -> None:
        """It received something, was held back on purpose, or waits for a log that is away."""
        self._well_at = self._now()

    def look(self, *, unread: bool) -> None:
        """Say whether there are records that it could have received by now, and did not.

        Stalled when that has been so, without a break, for longer than it may be.
        """
        if not unread:
            self.well()
        elif self._now() - self._well_at >= self._seconds:
            raise Stalled(f"{self._what}: unread records, and none came for {self._seconds:.0f} s")
