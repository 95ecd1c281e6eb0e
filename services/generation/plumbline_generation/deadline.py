"""A composer that may be slow, held to a deadline, with one behind it that is not."""

from __future__ import annotations

import asyncio
import logging

from plumbline.generation.v1.events_pb2 import Draft, MadeBy
from plumbline.retrieval.v1.events_pb2 import EvidenceRetrieved
from plumbline_generation.composer import Composer, Refusal

logger = logging.getLogger(__name__)


class WithinDeadline:
    """What the first composer makes in time, else what the other makes of the same evidence.

    A draft names who made it, so a reader sees which of them it was. `seconds` runs from when the
    composer is asked, not from when the question was.
    """

    def __init__(self, first: Composer, other: Composer, seconds: float) -> None:
        self._first = first
        self._other = other
        self._seconds = seconds

    @property
    def made_by(self) -> MadeBy:
        """Who is asked first."""
        return self._first.made_by

    async def compose(self, retrieved: EvidenceRetrieved) -> Draft | Refusal:
        """A draft by whoever was in time."""
        try:
            async with asyncio.timeout(self._seconds):
                return await self._first.compose(retrieved)
        except TimeoutError:
            logger.warning(
                "the composer did not answer in time; another composes",
                extra={"answer_id": retrieved.run.answer_id, "seconds": self._seconds},
            )
            return await self._other.compose(retrieved)
