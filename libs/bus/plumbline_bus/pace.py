"""Reading no faster than what is made of the records can be published."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from typing import Final

LEAST: Final = 32  # a log takes many at a time, also of a route that handles one at a time
LONGEST_SECONDS: Final = 0.05  # some may be stuck, on one partition: the others are read on


class Pace:
    """Counts the records whose outputs are being published; reading waits while many are.

    It holds nothing back for long. But on one broker thousands on their way came no sooner than a
    hundred (tests/bench/test_loop.py), and all that waits with them is looked through for garbage
    again and again.
    """

    def __init__(self, concurrency: int) -> None:
        self._most = max(LEAST, 2 * concurrency)
        self._publishing = 0
        self._room = asyncio.Event()
        self._room.set()

    def begin(self) -> None:
        """What was made of a record is on its way."""
        self._publishing += 1
        if self._publishing >= self._most:
            self._room.clear()

    def end(self) -> None:
        """It has arrived, or failed."""
        self._publishing -= 1
        if self._publishing < self._most:
            self._room.set()

    async def room(self) -> None:
        """Wait for fewer to be on their way, or for a moment."""
        if not self._room.is_set():
            with suppress(TimeoutError):
                async with asyncio.timeout(LONGEST_SECONDS):
                    await self._room.wait()
