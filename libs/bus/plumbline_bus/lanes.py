"""Two lanes through one process: background work gets what the interactive lane leaves idle."""

from __future__ import annotations

import asyncio
import os
import time
from types import TracebackType
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
        self.fair = Fair()
        self._readers = 0
        self._last = float("-inf")
        self._between = 0.0  # two stages of a question, at the longest

    def turn(self, topic: Topic[Any], lane: str) -> Turn | BackgroundTurn:
        """Entered while a record is handled, once it has come: a reader's mostly is near."""
        return BackgroundTurn(self) if lane == BACKGROUND else Turn(self, self.holding(topic, lane))

    def holding(self, topic: Topic[Any], lane: str) -> Holding:
        """Counts records of this lane in hand; only what a reader waits for counts."""
        first = topic is QUESTION_ASKED
        waited_for = lane != BACKGROUND and (first or BACKGROUND in topic.lanes)
        return Holding(self, waited_for, first)

    def begin(self, first: bool) -> None:
        """A record that a reader waits for is in hand, of the first stage or a later one."""
        if not first and not self._readers:
            self._between = max(self._between * FADING, self._since())
        self._readers += 1

    def end(self) -> None:
        """It no longer is."""
        self._readers -= 1
        self._last = time.monotonic()

    async def begin_background(self) -> None:
        """Wait for a turn in the background, and take it."""
        await self._turns.acquire()
        try:
            await self._idle()
        except BaseException:
            self._turns.release()
            raise

    def end_background(self) -> None:
        """Pass the turn on."""
        self._turns.release()

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


# One of each serves all the records of a route, side by side: they keep nothing of a record. They
# are classes rather than generators because every record passes three of them.


class Holding:
    """Counts the records in hand that a reader waits for."""

    def __init__(self, lanes: Lanes, waited_for: bool, first: bool) -> None:
        self._lanes = lanes
        self._waited_for = waited_for
        self._first = first

    def begin(self) -> None:
        """A record is in hand."""
        if self._waited_for:
            self._lanes.begin(self._first)

    def end(self) -> None:
        """It no longer is."""
        if self._waited_for:
            self._lanes.end()


class Turn:
    """Entered while a handler of the interactive lane runs."""

    def __init__(self, lanes: Lanes, holding: Holding) -> None:
        self._fair = lanes.fair
        self._holding = holding

    @property
    def is_near(self) -> bool:
        """Whether it may be entered now; else it is to be waited for first."""
        return not self._fair.spent

    async def come(self) -> None:
        """Wait for it. It is to be entered at once then."""
        self._holding.begin()
        try:
            await self._fair.turn()
        finally:
            self._holding.end()

    def __enter__(self) -> None:
        self._holding.begin()

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._holding.end()


class BackgroundTurn:
    """Entered while a handler of the background lane runs."""

    is_near: Final = False

    def __init__(self, lanes: Lanes) -> None:
        self._lanes = lanes

    async def come(self) -> None:
        """Wait for it. It is taken then, and to be entered at once."""
        await self._lanes.begin_background()

    def __enter__(self) -> None:
        pass

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._lanes.end_background()
