"""Whether a record is tried again, by which of the three answers its handler gave."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from plumbline_bus.errors import Reject, Unavailable, Undecodable
from plumbline_bus.health import Concern
from plumbline_bus.log import Record
from plumbline_bus.patience import Patience
from plumbline_bus.unless import unless

logger = logging.getLogger(__name__)


@dataclass
class Tried:
    """What became of a record so far."""

    waits: Iterator[float]
    bugs: int = 0


@dataclass(frozen=True)
class Tries:
    """Judges failures, and has the world take its time."""

    stop: asyncio.Event
    patience: Patience
    concern: Concern

    async def again(self, record: Record, error: Exception, tried: Tried) -> bool:
        """True when it is time to try again, or to stop; False when the error stands."""
        if isinstance(error, Reject | Undecodable):
            return False
        if isinstance(error, Unavailable):
            self.concern.waits(record.where, str(error))
        else:
            tried.bugs += 1
            logger.warning("a handler failed", extra=described(record, error))
            if tried.bugs >= self.patience.tries:
                return False
        await unless(self.stop, self.patience.sleep(next(tried.waits)))
        return True


def described(record: Record, error: Exception) -> dict[str, str]:
    """What may be logged of a failure; not its text, which may hold words of the record."""
    raised_at = "?"
    trace = error.__traceback__
    while trace is not None:
        raised_at = f"{Path(trace.tb_frame.f_code.co_filename).name}:{trace.tb_lineno}"
        trace = trace.tb_next
    return {
        "record": record.where,
        "event_id": record.header("ce_id"),
        "error": type(error).__qualname__,
        "raised_at": raised_at,
    }
