"""Two lanes through one process: background work gets what the interactive lane leaves idle."""

from __future__ import annotations

import asyncio
import os
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from typing import Any, Final

from plumbline.topics import BACKGROUND, QUESTION_ASKED, Topic

# Between two stages of a question no record of it is in hand for a moment: a few milliseconds.
QUIET_SECONDS: Final = 0.05
# Where somebody asks all the time a campaign still gets a turn this often, and ends some day.
LONGEST_SECONDS: Final = 1.0
# Half the cores: a question that comes meanwhile finds the other half.
AT_A_TIME: Final = max(1, (os.cpu_count() or 1) // 2)


class Lanes:
    """What is in hand in this process, shared by all its routes.

    A background record waits until nothing that a reader waits for has been in hand for
    `quiet_seconds`, or for `longest_seconds`; `at_a_time` of them are handled side by side.
    """

    def __init__(
        self,
        quiet_seconds: float = QUIET_SECONDS,
        longest_seconds: float = LONGEST_SECONDS,
        at_a_time: int = AT_A_TIME,
    ) -> None:
        self._quiet_seconds = quiet_seconds
        self._longest_seconds = longest_seconds
        self._turns = asyncio.Semaphore(at_a_time)
        self._readers = 0
        self._last = float("-inf")

    @asynccontextmanager
    async def turn(self, topic: Topic[Any], lane: str) -> AsyncIterator[None]:
        """While a record of this lane is handled: a reader's at once, a background one in turn."""
        if lane != BACKGROUND:
            with self.holding(topic, lane):
                yield
        else:
            async with self._turns:
                await self._idle()
                yield

    @contextmanager
    def holding(self, topic: Topic[Any], lane: str) -> Iterator[None]:
        """While a record of this lane is in hand; only what a reader waits for counts."""
        waited_for = lane != BACKGROUND and (BACKGROUND in topic.lanes or topic is QUESTION_ASKED)
        self._readers += waited_for
        try:
            yield
        finally:
            self._readers -= waited_for
            if waited_for:
                self._last = time.monotonic()

    async def _idle(self) -> None:
        until = time.monotonic() + self._longest_seconds
        while (now := time.monotonic()) < until:
            quiet = 0.0 if self._readers else now - self._last
            if quiet >= self._quiet_seconds:
                return
            await asyncio.sleep(min(self._quiet_seconds - quiet, until - now))
