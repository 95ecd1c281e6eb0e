"""Work of one key in order, of different keys side by side."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Hashable
from typing import Generic, TypeVar

T = TypeVar("T")


class Keyed(Generic[T]):
    """One item of a key is begun at a time, the next one when the last is done."""

    def __init__(self, begin: Callable[[T], None]) -> None:
        self._begin = begin
        self._waiting: dict[Hashable, deque[T] | None] = {}  # None: one is begun, nobody waits

    def add(self, key: Hashable, item: T) -> None:
        """Begin it once everything added before under its key is done."""
        if key not in self._waiting:
            self._waiting[key] = None
            self._begin(item)
        elif waiting := self._waiting[key]:
            waiting.append(item)
        else:
            self._waiting[key] = deque([item])

    def done(self, key: Hashable) -> None:
        """What was begun of this key is done."""
        if waiting := self._waiting[key]:
            self._begin(waiting.popleft())
        else:
            del self._waiting[key]
