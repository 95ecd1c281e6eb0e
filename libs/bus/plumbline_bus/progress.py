"""How far a partition may be committed while its records are worked on side by side."""

from __future__ import annotations

from collections import deque


class Progress:
    """Tracks the records of one partition, in one epoch, between being taken and being finished."""

    def __init__(self) -> None:
        self._taken: deque[int] = deque()
        self._finished: set[int] = set()
        self._position: int | None = None

    def take(self, offset: int) -> None:
        """A record is in hand. Offsets only grow; compaction may leave gaps between them."""
        self._taken.append(offset)

    def finish(self, offset: int) -> None:
        """A record in hand is done with, in any order."""
        self._finished.add(offset)
        while self._taken and self._taken[0] in self._finished:
            done = self._taken.popleft()
            self._finished.remove(done)
            self._position = done + 1

    @property
    def position(self) -> int | None:
        """The position that may be committed: all that was taken before it is finished.

        None while the first record is unfinished.
        """
        return self._position

    @property
    def in_hand(self) -> int:
        """How many records were taken and are not finished."""
        return len(self._taken) - len(self._finished)
