"""How many handlers of a route may run at a time, and when to read more for them."""

from __future__ import annotations

import asyncio
from collections import deque
from contextlib import suppress
from types import TracebackType


class Slots:
    """A slot is held while a record is tried; who waits for one gets it in the order of coming."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._free = most  # none while somebody waits
        self._line: deque[asyncio.Future[None]] = deque()
        self._room = asyncio.Event()
        self._room.set()

    async def __aenter__(self) -> None:
        if self._free:
            self._free -= 1
            return
        turn: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._line.append(turn)
        if len(self._line) >= self._most:
            self._room.clear()
        try:
            await turn
        except asyncio.CancelledError:
            if turn.cancelled():
                with suppress(ValueError):  # passed over already
                    self._line.remove(turn)
                self._look()
            else:  # it came in the same moment
                self._give()
            raise

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._give()

    async def room(self) -> None:
        """Wait until fewer are waiting than may run: what is read earlier would only lie about.

        Records that wait for another of their key, or for the world, wait for no slot: however many
        they are, those of other keys are read on.
        """
        await asyncio.sleep(0)  # whoever has just been given a record is in line by now
        await self._room.wait()

    def _give(self) -> None:
        """To whoever is first in line and has not gone."""
        while self._line:
            turn = self._line.popleft()
            if not turn.done():
                turn.set_result(None)
                break
        else:
            self._free += 1
        self._look()

    def _look(self) -> None:
        if len(self._line) < self._most:
            self._room.set()
