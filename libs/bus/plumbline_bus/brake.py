"""What stops a service whose dead letters are its own fault."""

from __future__ import annotations

from plumbline_bus.carry import Fate
from plumbline_bus.errors import TooManyDeadLetters


class Brake:
    """Counts broken records in a row. One that is not broken shows that the fault is not ours."""

    def __init__(self, group: str, most: int) -> None:
        self._group = group
        self._most = most
        self._in_a_row = 0

    def count(self, fate: Fate) -> None:
        """Count one fate. TooManyDeadLetters when it is one too many."""
        self._in_a_row = self._in_a_row + 1 if fate is Fate.BROKEN else 0
        if self._in_a_row > self._most:
            raise TooManyDeadLetters(
                f"{self._group}: {self._in_a_row} broken records in a row, so it stops."
                " See them with: plumbline dead list"
            )
