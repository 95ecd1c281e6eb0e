"""How many handlers of a route may run at a time, and when to read more for them."""

from __future__ import annotations

import asyncio
from types import TracebackType


class Slots:
    """A slot is held while a record is tried; who waits for one gets it in the order of coming."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._free = asyncio.Semaphore(most)
        self._waiting = 0
        self._room = asyncio.Event()
        self._room.set()

    async def __aenter__(self) -> None:
        self._waiting += 1
        if self._waiting >= self._most:
            self._room.clear()
        try:
            await self._free.acquire()
        finally:
            self._waiting -= 1
            if self._waiting < self._most:
                self._room.set()

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._free.release()

    async def room(self) -> None:
        """Wait until fewer are waiting than may run: what is read earlier would only lie about.

        Records that wait for another of their key, or for the world, wait for no slot: however many
        they are, those of other keys are read on.
        """
        await asyncio.sleep(0)  # whoever has just been given a record is in line by now
        await self._room.wait()
