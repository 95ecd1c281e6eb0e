"""The loop: read, decode, handle, append, commit.

    read    `get` hands out records; those of one key queue behind each other, keys go side by side;
            no more while many wait for a slot, or are being published (slots.py, pace.py)
    carry   decode, handle, publish; or wait for the world; or a dead letter (tries.py, carry.py)
    commit  the highest position before which everything is done, now and then (in_hand.py)

Nothing is committed that is not durable in what it led to, so whatever dies, and whenever, the
worst is that a record comes again.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from opentelemetry.trace import Tracer

from plumbline_bus.carry import Carrier, Fate
from plumbline_bus.dead_letters import ordering_key
from plumbline_bus.errors import TooManyDeadLetters, Unavailable
from plumbline_bus.health import Concern, Health
from plumbline_bus.in_hand import InHand, Taken
from plumbline_bus.keyed import Keyed
from plumbline_bus.lanes import Lanes
from plumbline_bus.log import Log, Subscription
from plumbline_bus.pace import Pace
from plumbline_bus.patience import PATIENCE, Patience
from plumbline_bus.route import EventRoute, Route
from plumbline_bus.slots import Slots
from plumbline_bus.tracing import default_tracer, processing, trace_id_of
from plumbline_bus.tries import Tries
from plumbline_bus.unless import unless

logger = logging.getLogger(__name__)


async def consume(
    log: Log,
    service: str,
    route: Route[Any] | EventRoute[Any],
    stop: asyncio.Event,
    *,
    prefix: str = "",
    health: Health | None = None,
    patience: Patience = PATIENCE,
    tracer: Tracer | None = None,
    lanes: Lanes | None = None,
) -> None:
    """Carry the records of a route until told to stop; those being handled are finished first.

    TooManyDeadLetters when the brake stops it. Any other error is the log's: what is in hand then
    is not committed, and comes again. Cancelling it commits nothing more. Routes of one process
    share their `lanes`.
    """
    name = route.topic.lane(route.lane)
    group = f"{prefix}{service}.{name}"
    tracer = tracer or default_tracer()
    concern = Concern(health or Health(), f"{service}.{name}")
    lanes = lanes or Lanes()
    carrier = Carrier(
        log,
        service,
        route,
        prefix,
        patience.now,
        tracer,
        lanes.turn(route.topic, route.lane),
        lanes.holding(route.topic, route.lane),
    )
    tries = Tries(Slots(route.concurrency), Pace(route.concurrency), stop, patience, concern)
    try:
        async with log.subscribe(f"{prefix}{name}", group) as subscription:
            in_hand = InHand(subscription, most=2 * route.concurrency)
            await Consumer(
                subscription,
                in_hand,
                carrier,
                tries,
                concern,
                Brake(patience, group),
                group,
            ).run()
    except BaseExceptionGroup as errors:
        raise first_of(errors) from errors


class Brake:
    """Stops a service whose dead letters are its own fault."""

    def __init__(self, patience: Patience, group: str) -> None:
        self._group = group
        self._most = patience.max_dead_in_a_row
        self._in_a_row = 0

    def count(self, fate: Fate) -> None:
        """Count one fate. One record that is not broken shows that the fault is not ours."""
        self._in_a_row = self._in_a_row + 1 if fate is Fate.BROKEN else 0
        if self._in_a_row > self._most:
            raise TooManyDeadLetters(
                f"{self._group}: {self._in_a_row} broken records in a row, so it stops."
                " See them with: plumbline dead list"
            )


@dataclass(frozen=True)
class Consumer:
    """One member at work."""

    subscription: Subscription
    in_hand: InHand
    carrier: Carrier
    tries: Tries
    concern: Concern
    brake: Brake
    group: str

    async def run(self) -> None:
        """Until told to stop and drained, or until anything fails: then all of it ends."""
        async with asyncio.TaskGroup() as tasks:
            committing = tasks.create_task(self._commit_now_and_then())
            async with asyncio.TaskGroup() as carrying:
                await unless(self.tries.stop, self._take(Keyed(carrying, self._carry)))
            committing.cancel()
        await self._commit()

    async def _take(self, keyed: Keyed[Taken]) -> None:
        waits = self.tries.patience.waits()
        while True:
            try:
                batch = await self._batch()
            except Unavailable as error:
                self.concern.waits("reading", str(error))
                await self.tries.patience.sleep(next(waits))
                continue
            waits = self.tries.patience.waits()
            self.concern.goes_on("reading")
            for taken in batch:
                self.in_hand.take(taken)
                keyed.add((taken.record.partition, ordering_key(taken.record)), taken)
            await self.tries.room()

    async def _batch(self) -> Sequence[Taken]:
        records = await self.subscription.get(self.carrier.route.concurrency)
        # Without an await in between: the epochs are those of these records.
        return [Taken(record, self.subscription.epoch(record.partition)) for record in records]

    async def _carry(self, taken: Taken) -> None:
        record = taken.record
        if self.tries.stop.is_set() or not self.in_hand.still_ours(taken):
            return
        with self.in_hand.working, processing(self.carrier.tracer, record, self.group) as span:
            started, trace_id = self.carrier.now(), trace_id_of(span)
            error = await self.tries.until_settled(
                record,
                lambda: self.carrier.handle(record, trace_id),
                lambda made: self.carrier.publish(made, started),
                lambda: self.in_hand.still_ours(taken),
            )
            fate = Fate.CARRIED
            if error is not None:
                fate = await self.carrier.settle(record, error, started)
            if fate is not Fate.LEFT:
                self.brake.count(fate)
                self.in_hand.finish(taken)

    async def _commit_now_and_then(self) -> None:
        while True:
            await self.in_hand.moved.wait()
            await self.tries.patience.sleep(self.tries.patience.commit_every_seconds)
            await self._commit()

    async def _commit(self) -> None:
        try:
            await self.in_hand.commit()
        except Unavailable as error:
            self.concern.waits("committing", str(error))
            logger.warning("positions not committed", extra={"group": self.group})
        else:
            self.concern.goes_on("committing")


def first_of(errors: BaseExceptionGroup) -> BaseException:
    """The error behind a group: what failed first is why the rest was cancelled."""
    first: BaseException = errors
    while isinstance(first, BaseExceptionGroup):
        first = first.exceptions[0]
    return first
