"""As many at work at a time as a route allows, however many records wait."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Coroutine
from typing import Any, Generic, TypeVar

T = TypeVar("T")
Start = Callable[[Coroutine[Any, Any, None]], object]


class Hands(Generic[T]):
    """Items are worked on in the order of coming, by `most` tasks at a time.

    A task goes from one item to the next for as long as there are any, and a further one is started
    only for what is left when it turns to an item: where the work never waits, a hundred items take
    two tasks rather than a hundred. What `work` raises ends the task it ran in.
    """

    def __init__(self, start: Start, most: int, work: Callable[[T], Awaitable[None]]) -> None:
        self._start = start
        self._most = most
        self._work = work
        self._waiting: deque[T] = deque()
        self._hands = 0
        self._one_is_coming = False
        self._room = asyncio.Event()
        self._room.set()

    def give(self, item: T) -> None:
        """Work on it when its turn comes."""
        self._waiting.append(item)
        if len(self._waiting) >= self._most:
            self._room.clear()
        self._call_one()

    async def room(self) -> None:
        """Wait until fewer are waiting than may be worked on: more would only lie about.

        What waits for another of its key, or for the world, does not wait here: however much that
        is, the rest is read on.
        """
        await self._room.wait()

    def _call_one(self) -> None:
        if self._waiting and self._hands < self._most and not self._one_is_coming:
            self._one_is_coming = True
            self._hands += 1
            self._start(self._work_off())

    async def _work_off(self) -> None:
        self._one_is_coming = False
        try:
            while self._waiting:
                item = self._waiting.popleft()
                if len(self._waiting) < self._most:
                    self._room.set()
                self._call_one()
                await self._work(item)
        finally:
            self._hands -= 1
