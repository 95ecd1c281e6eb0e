"""Editions into the log: every part, in order, under ids that repeat when they are sent again."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from typing import Final

from plumbline_bus import Log, Unavailable, event_id, publish
from plumbline_ingest.store import Kept, Store

SERVICE: Final = "ingest"
RETRY_SECONDS: Final = 2.0  # the log is away: seconds, not milliseconds

logger = logging.getLogger(__name__)


class Publisher:
    """Says what the store holds and the log may not have heard to the end."""

    def __init__(
        self, log: Log, store: Store, *, prefix: str = "", retry_seconds: float = RETRY_SECONDS
    ) -> None:
        self._log = log
        self._store = store
        self._prefix = prefix
        self._retry_seconds = retry_seconds
        self._one_at_a_time = asyncio.Lock()  # parts of two editions would interleave

    async def publish(self, edition: Kept) -> None:
        """Append every part, then remember that it is done. Unavailable leaves it to be said again.

        Readers know a part that comes twice by its event id.
        """
        async with self._one_at_a_time:
            if (now := self._store.find(edition.edition_id)) and now.published:
                return  # someone else was faster
            for index, part in enumerate(self._store.parts(edition.edition_id)):
                await publish(
                    self._log,
                    part,
                    service=SERVICE,
                    event_id=event_id(SERVICE, edition.digest, "edition", index),
                    prefix=self._prefix,
                )
            self._store.mark_published(edition.edition_id)
        logger.info("published", extra={"edition_id": edition.edition_id, "parts": index + 1})

    async def serve(self, stop: asyncio.Event) -> None:
        """At start and until told to stop: finish what a crash or an absent log left unsaid."""
        while not stop.is_set():
            try:
                for edition in self._store.unpublished():
                    await self.publish(edition)
            except Unavailable:
                logger.warning("the log cannot be reached; editions wait")
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(stop.wait(), self._retry_seconds)
