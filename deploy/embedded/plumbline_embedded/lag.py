"""How far each group is behind the log, and since when."""

from __future__ import annotations

import time
from dataclasses import asdict, dataclass
from typing import Any

from plumbline.topics import DEAD_SUFFIX
from plumbline_bus import Look


@dataclass(frozen=True)
class Lag:
    """One group. `oldest_seconds` is how long its oldest unread record has been there."""

    group: str
    topic: str
    lag: int
    oldest_seconds: float | None

    def as_json(self) -> dict[str, Any]:
        """As one object."""
        return asdict(self)


def lags(look: Look, now_seconds: float | None = None) -> list[Lag]:
    """Every group that ever read here. Dead letters are no lag: nobody is meant to read on."""
    now_ms = (time.time() if now_seconds is None else now_seconds) * 1000
    found = []
    for group, topic in look.groups():
        if topic.endswith(DEAD_SUFFIX):
            continue
        unread = look.unread(group, topic)
        oldest = None if unread.oldest_ms is None else round((now_ms - unread.oldest_ms) / 1000, 1)
        found.append(Lag(group, topic, unread.records, oldest))
    return found
