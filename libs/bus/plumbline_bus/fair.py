"""Handlers that compute one after the other let the event loop turn in between.

A loop runs whatever is ready before it looks at its sockets again. Sixty records handed out at once
are ready together: where each is computed for a tenth of a second, nothing else happens for six,
no heartbeat is sent, and a healthy member is shut out of its group with all of it in hand.
"""

from __future__ import annotations

import asyncio
import time
from typing import Final

MOST_SECONDS: Final = 0.02  # well below a heartbeat, well above what a turn costs


class Fair:
    """Shared by all handlers of a process."""

    def __init__(self, most_seconds: float = MOST_SECONDS) -> None:
        self._most_seconds = most_seconds
        self._began: float | None = None  # the turn of the loop that handlers run in

    @property
    def spent(self) -> bool:
        """Whether handlers have had their share of this turn of the loop; else one begins now."""
        now = time.monotonic()
        if self._began is None:
            self._began = now
            asyncio.get_running_loop().call_soon(self._over)
        return now - self._began >= self._most_seconds

    async def turn(self) -> None:
        """Until a turn of the loop in which another handler may run."""
        while self.spent:  # noqa: ASYNC110  it is the loop that is waited for
            await asyncio.sleep(0)

    def _over(self) -> None:
        self._began = None
