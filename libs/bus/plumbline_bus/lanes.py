"""Two lanes through one process: background work gets what the interactive lane leaves idle."""

from __future__ import annotations

import asyncio
import os
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from typing import Any, Final

from plumbline.topics import BACKGROUND, QUESTION_ASKED, Topic
from plumbline_bus.fair import Fair

# Between two stages of a question no record of it is in hand for a moment, some 10 ms; where the
# machine is busy, ten times that. So a pause is one that is longer than those have lately been.
QUIET_SECONDS: Final = 0.05
MOST_QUIET_SECONDS: Final = 0.25
LONGER: Final = 1.5  # than the longest moment between two stages
FADING: Final = 0.95  # of that longest one, with each stage since
# Where somebody asks all the time a campaign still gets a turn this often, and ends some day.
LONGEST_SECONDS: Final = 1.0
# Half the cores: a question that comes meanwhile finds the other half.
AT_A_TIME: Final = max(1, (os.cpu_count() or 1) // 2)


class Lanes:
    """What is in hand in this process, shared by all its routes.

    A background record waits until nothing that a reader waits for has been in hand for
    `quiet_seconds` at least, or until `longest_seconds` have passed; `at_a_time` of them are
    handled side by side.
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
        self._fair = Fair()
        self._readers = 0
        self._last = float("-inf")
        self._between = 0.0  # two stages of a question, at the longest

    @asynccontextmanager
    async def turn(self, topic: Topic[Any], lane: str) -> AsyncIterator[None]:
        """While a record of this lane is handled: a reader's at once, a background one in turn."""
        if lane != BACKGROUND:
            with self.holding(topic, lane):
                if self._fair.spent:
                    await self._fair.turn()
                yield
        else:
            async with self._turns:
                await self._idle()
                yield

    @contextmanager
    def holding(self, topic: Topic[Any], lane: str) -> Iterator[None]:
        """While a record of this lane is in hand; only what a reader waits for counts."""
        waited_for = lane != BACKGROUND and (BACKGROUND in topic.lanes or topic is QUESTION_ASKED)
        if waited_for and topic is not QUESTION_ASKED and not self._readers:
            self._between = max(self._between * FADING, self._since())
        self._readers += waited_for
        try:
            yield
        finally:
            self._readers -= waited_for
            if waited_for:
                self._last = time.monotonic()

    def _since(self) -> float:
        """Seconds since a record that a reader waits for was in hand, as far as it matters."""
        return min(MOST_QUIET_SECONDS, time.monotonic() - self._last)

    async def _idle(self) -> None:
        until = time.monotonic() + self._longest_seconds
        while (now := time.monotonic()) < until:
            wanted = max(self._quiet_seconds, LONGER * self._between)
            quiet = 0.0 if self._readers else now - self._last
            if quiet >= wanted:
                return
            await asyncio.sleep(min(wanted - quiet, until - now))
