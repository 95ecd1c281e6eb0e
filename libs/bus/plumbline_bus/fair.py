"""Handlers that compute one after the other let the event loop turn in between.

A loop runs whatever is ready before it looks at its sockets again. Sixty records handed out at once
are ready together: where each is computed for a tenth of a second, nothing else happens for six,
no heartbeat is sent, and a healthy member is shut out of its group with all of it in hand.
"""

from __future__ import annotations

import asyncio
import time
from collections import deque
from typing import Final

MOST_SECONDS: Final = 0.02  # well below a heartbeat, well above what a turn costs


class Fair:
    """Shared by all handlers of a process. Whoever waits keeps its place: nobody passes, not even
    what has just had a turn and is there again before the others."""

    def __init__(self, most_seconds: float = MOST_SECONDS) -> None:
        self._most_seconds = most_seconds
        self._began: float | None = None  # the turn of the loop that handlers run in
        self._line: deque[object] = deque()

    @property
    def spent(self) -> bool:
        """Whether one that comes now has to wait: for others, or for the next turn of the loop."""
        return bool(self._line) or self._used()

    async def turn(self) -> None:
        """Until it is one's own turn to run."""
        place = object()
        self._line.append(place)
        try:
            while self._line[0] is not place or self._used():  # noqa: ASYNC110  the loop's turn
                await asyncio.sleep(0)
        finally:
            self._line.remove(place)

    def _used(self) -> bool:
        """Whether handlers have had their share of this turn of the loop; else one begins now."""
        now = time.monotonic()
        if self._began is None:
            self._began = now
            asyncio.get_running_loop().call_soon(self._over)
        return now - self._began >= self._most_seconds

    def _over(self) -> None:
        self._began = None
