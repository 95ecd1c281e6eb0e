"""Work of one key in order, of different keys side by side."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Hashable
from typing import Generic, TypeVar

T = TypeVar("T")


class Keyed(Generic[T]):
    """One task per key that has work, in a task group that ends when all of it is done."""

    def __init__(self, tasks: asyncio.TaskGroup, work: Callable[[T], Awaitable[None]]) -> None:
        self._tasks = tasks
        self._work = work
        self._waiting: dict[Hashable, deque[T]] = {}

    def add(self, key: Hashable, item: T) -> None:
        """Work on it once everything added before under its key is done."""
        if key in self._waiting:
            self._waiting[key].append(item)
        else:
            self._waiting[key] = deque([item])
            self._tasks.create_task(self._work_off(key))

    async def _work_off(self, key: Hashable) -> None:
        waiting = self._waiting[key]
        while waiting:
            await self._work(waiting.popleft())
        del self._waiting[key]
