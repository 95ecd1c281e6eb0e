"""Every replica holds every edition: what another one took in is taken in here as well.

Replicas share the parts of editions among them, and each has an index of its own. So each hears
which editions were indexed, and reads the log for one that it does not hold.
"""

from __future__ import annotations

import asyncio
import logging
import sqlite3
from collections.abc import Callable
from contextlib import closing
from typing import Final

from plumbline.retrieval.v1.events_pb2 import EditionIndexed
from plumbline.topics import EDITION_INDEXED
from plumbline_bus import Event, Follower, Health, Log, Unavailable
from plumbline_bus.unless import unless
from plumbline_retrieval.editions import Editions, make_tables
from plumbline_retrieval.intake import Intake
from plumbline_retrieval.rebuild import rebuild

AGAIN_SECONDS: Final = 1.0

logger = logging.getLogger(__name__)

MakeIntake = Callable[[sqlite3.Connection], Intake]


class Replicas:
    """Runs beside the routes; not ready while it holds less than others do.

    `make_intake` is given a place for parts of its own: parts are read from the beginning, while
    the route may be in the middle of an edition.
    """

    def __init__(
        self, log: Log, editions: Editions, make_intake: MakeIntake, health: Health, prefix: str
    ) -> None:
        self._log = log
        self._editions = editions
        self._make_intake = make_intake
        self._health = health
        self._prefix = prefix
        self._positions: dict[int, int] = {}
        self._missing: set[str] = set()
        self._heard = asyncio.Event()

    def follower(self) -> Follower[EditionIndexed]:
        """Hears of every edition that some replica holds, from the beginning at each start."""
        return Follower(EDITION_INDEXED, lambda: self._positions, self._apply)

    def _apply(self, event: Event[EditionIndexed]) -> None:
        self._positions[event.partition] = event.offset + 1
        edition = event.message.edition_id
        if self._editions.find(edition) is None:
            self._missing.add(edition)
            self._health.set("editions", False, "taking in what another replica holds")
            self._heard.set()

    async def serve(self, stop: asyncio.Event) -> None:
        """Take in what is missing, until told to stop."""
        while not stop.is_set():
            await unless(stop, self._heard.wait())
            if stop.is_set():
                return
            self._heard.clear()
            await unless(stop, self._until_taken())

    async def _until_taken(self) -> None:
        while True:
            try:
                await self._take()
            except Unavailable as error:
                logger.warning("the log cannot be read", extra={"why": str(error)})
                await asyncio.sleep(AGAIN_SECONDS)
            else:
                return

    async def _take(self) -> None:
        wanted = set(self._missing)
        with closing(sqlite3.connect(":memory:", isolation_level=None)) as parts:
            make_tables(parts)
            await rebuild(self._log, self._make_intake(parts), self._prefix)
        for edition in wanted:
            if self._editions.find(edition) is None:
                # Another replica said that it holds it, so it was in the log.
                logger.error("an edition is not to be had", extra={"edition_id": edition})
        self._missing -= wanted
        if not self._missing:
            self._health.set("editions", True)
