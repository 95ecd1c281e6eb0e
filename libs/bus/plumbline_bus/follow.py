"""A follower: every partition, its own place, no group, no dead letters."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from contextlib import AbstractContextManager, aclosing, nullcontext
from dataclasses import dataclass
from typing import Any, Final

from opentelemetry.trace import Tracer

from plumbline_bus.errors import FollowError, Unavailable, Undecodable
from plumbline_bus.event import decode
from plumbline_bus.health import Health
from plumbline_bus.log import Log, Record
from plumbline_bus.patience import PATIENCE, Patience
from plumbline_bus.route import Follower
from plumbline_bus.tracing import cause_of, default_tracer, processing, trace_id_of, working
from plumbline_bus.unless import unless

CATCHING_UP: Final = "catching up"  # why a follower is not ready before it has passed the ends


async def follow(
    log: Log,
    service: str,
    follower: Follower[Any],
    stop: asyncio.Event,
    *,
    prefix: str = "",
    health: Health | None = None,
    patience: Patience = PATIENCE,
    tracer: Tracer | None = None,
) -> None:
    """Apply every record of a topic until told to stop. Not ready until past the ends seen first.

    FollowError when a record cannot be decoded or applied: it may not be skipped, so a person must
    look. While `apply` raises Unavailable the record is tried again; while the log does, it is not
    ready, and goes on from where it was as soon as it can.
    """
    name = f"{service}.{follower.topic.name}"
    health = health or Health()
    health.set(name, False, CATCHING_UP)
    following = Following(follower, name, health, stop, patience, tracer or default_tracer())
    positions = dict(follower.positions())
    waits = patience.waits()
    while not stop.is_set():
        try:
            await following.read(log, f"{prefix}{follower.topic.name}", positions)
        except Unavailable as error:
            health.set(name, False, str(error))
            await unless(stop, patience.sleep(next(waits)))


class CatchingUp:
    """Which partitions have not yet reached the end that was seen at the start."""

    def __init__(
        self, positions: Mapping[int, int], starts: Mapping[int, int], ends: Mapping[int, int]
    ) -> None:
        # From where records are still kept: waiting for ones deleted long ago would never end.
        self._ends = {
            partition: end
            for partition, end in ends.items()
            if max(positions.get(partition, 0), starts[partition]) < end
        }

    @property
    def caught_up(self) -> bool:
        """Whether none is left."""
        return not self._ends

    def passed(self, record: Record) -> None:
        """A record was applied."""
        if record.offset + 1 >= self._ends.get(record.partition, record.offset + 2):
            del self._ends[record.partition]


@dataclass(frozen=True)
class Following:
    """Reads records and applies them, one after the other."""

    follower: Follower[Any]
    name: str
    health: Health
    stop: asyncio.Event
    patience: Patience
    tracer: Tracer

    async def read(self, log: Log, topic: str, positions: dict[int, int]) -> None:
        """Apply what comes after these positions, which move along, until told to stop."""
        behind = CatchingUp(positions, await log.starts(topic), await log.ends(topic))
        async with aclosing(log.follow(topic, positions)) as records:
            while not self.stop.is_set():
                if behind.caught_up:
                    self.health.set(self.name, True)
                record = await unless(self.stop, anext(records))
                if record is None or not await self.apply(record, live=behind.caught_up):
                    return
                behind.passed(record)
                positions[record.partition] = record.offset + 1

    async def apply(self, record: Record, *, live: bool) -> bool:
        """Apply one record, waiting for the world if need be; False when told to stop meanwhile."""
        for wait in self.patience.waits():
            try:
                with self._span(record, live):
                    self._apply_once(record)
                return True
            except Unavailable as error:
                self.health.set(self.name, False, str(error))
                await unless(self.stop, self.patience.sleep(wait))
            if self.stop.is_set():
                break
        return False

    def _apply_once(self, record: Record) -> None:
        try:
            event = decode(record, self.follower.topic, trace_id_of(cause_of(record)))
            self.follower.apply(event)
        except Unavailable:
            raise
        except Undecodable as error:
            raise FollowError(f"{record.where} is {error.reason}") from error
        except Exception as error:
            kind = type(error).__qualname__
            raise FollowError(f"{record.where} could not be applied: {kind}") from error

    def _span(self, record: Record, live: bool) -> AbstractContextManager[object]:
        """A span for what is new. Rebuilding a store must not add to the traces of long ago."""
        if not live:
            return nullcontext()
        return working(processing(self.tracer, record, self.name))
