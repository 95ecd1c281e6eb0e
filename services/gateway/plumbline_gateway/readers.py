"""Says how often each answer's page was served: what many read is made again first."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections import deque
from collections.abc import Awaitable, Callable, Iterator, Mapping
from typing import Final
from uuid import uuid4

from plumbline.gateway.v1.events_pb2 import AnswersRead, TimesRead
from plumbline_bus import Unavailable, event_id

TELL_SECONDS: Final = 30.0  # between two; it orders the work of days
APPEND_SECONDS: Final = 2.0  # nobody waits for it but, at worst, the end of the process
LAST_SECONDS: Final = 0.2  # at the end of the process, which it may not hold up
MOST_ANSWERS: Final = 1_000  # a record: some 40 KiB, and for its reader some 10 ms of work

Say = Callable[[AnswersRead, str], Awaitable[None]]

logger = logging.getLogger(__name__)


class Readers:
    """A server beside the site. It counts nothing itself and is waited for by nobody.

    `take` gives answer id → times served since it was last called. `say` appends a message under
    an event id. What could not be said keeps its id and is said again before anything newer is
    taken: if it stands in the log all the same, its readers know it by that id.
    """

    def __init__(self, take: Callable[[], Mapping[str, int]], say: Say) -> None:
        self._take = take
        self._say = say
        self._run = uuid4().hex  # another start of this gateway says other events
        self._number = 0
        self._unsaid: deque[tuple[AnswersRead, str]] = deque()

    async def serve(self, stop: asyncio.Event) -> None:
        """Until told to stop; then once more, if the log answers at once."""
        while not stop.is_set():
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(stop.wait(), TELL_SECONDS)
            await self.tell(LAST_SECONDS if stop.is_set() else APPEND_SECONDS)

    async def tell(self, within_seconds: float) -> bool:
        """Say what was served; False when the log did not take it in time. Nothing is lost then."""
        try:
            async with asyncio.timeout(within_seconds):
                await self._say_unsaid()
                self._unsaid.extend(self._taken())
                await self._say_unsaid()
        except (TimeoutError, Unavailable):
            logger.info("how often answers were read cannot be said now; it is kept")
            return False
        return True

    async def _say_unsaid(self) -> None:
        while self._unsaid:
            await self._say(*self._unsaid[0])
            self._unsaid.popleft()

    def _taken(self) -> Iterator[tuple[AnswersRead, str]]:
        rows = [
            TimesRead(answer_id=one, times=times) for one, times in sorted(self._take().items())
        ]
        for first in range(0, len(rows), MOST_ANSWERS):
            self._number += 1
            said = event_id("gateway", self._run, "answers.read", self._number)
            yield AnswersRead(answers=rows[first : first + MOST_ANSWERS]), said
