"""A library that says one thing again and again is heard now and then."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from typing import Final

SECONDS: Final = 10.0  # a broker that is away for a minute: six lines of each kind, not thousands
MOST_KINDS: Final = 1000  # a library has some dozens; one that puts numbers into them has more


@dataclass
class _Said:
    at: float  # Unix seconds, when it was last let through
    withheld: int = 0


class Repeats(logging.Filter):
    """Of one library: the same kind of line once in so many seconds, `withheld` with the next.

    A kind is logger, level and text before anything is filled in.
    """

    def __init__(self, library: str, seconds: float = SECONDS) -> None:
        super().__init__(library)
        self._seconds = seconds
        self._said: dict[tuple[str, int, str], _Said] = {}

    def filter(self, record: logging.LogRecord) -> bool:
        """Whether to let a line through. Lines of others always."""
        if not super().filter(record):
            return True
        kind = (record.name, record.levelno, str(record.msg))
        said = self._said.get(kind)
        if said is not None and 0 <= record.created - said.at < self._seconds:
            said.withheld += 1
            return False
        if said is not None and said.withheld:
            record.withheld = said.withheld
        if len(self._said) >= MOST_KINDS:
            self._said.clear()
        self._said[kind] = _Said(record.created)
        return True
