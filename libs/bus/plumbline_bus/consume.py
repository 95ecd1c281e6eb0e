"""The loop: read, decode, handle, append, commit.

    read    `get` hands out records; those of one key queue behind each other, keys go side by side
            (dispatch.py); no more while many wait, or are being published (hands.py, pace.py)
    carry   decode, handle, publish; or wait for the world; or a dead letter (carry.py, tries.py)
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

from plumbline_bus.brake import Brake
from plumbline_bus.carry import Carrier
from plumbline_bus.dead_letters import ordering_key
from plumbline_bus.dispatch import Dispatch
from plumbline_bus.errors import Unavailable
from plumbline_bus.health import Concern, Health
from plumbline_bus.in_hand import InHand, Taken
from plumbline_bus.lanes import Lanes
from plumbline_bus.log import Log, Subscription
from plumbline_bus.patience import PATIENCE, Patience
from plumbline_bus.publish import Sender
from plumbline_bus.route import EventRoute, Route
from plumbline_bus.tracing import default_tracer
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
    concern = Concern(health or Health(), f"{service}.{name}")
    lanes = lanes or Lanes()
    carrier = Carrier(
        route,
        Sender(log, service, prefix, route.lane, patience.now, tracer or default_tracer()),
        lanes.turn(route.topic, route.lane),
        lanes.holding(route.topic, route.lane),
    )
    tries = Tries(stop, patience, concern)
    try:
        async with log.subscribe(f"{prefix}{name}", group) as subscription:
            in_hand = InHand(subscription, most=2 * route.concurrency)
            brake = Brake(group, patience.max_dead_in_a_row)
            await Consumer(subscription, in_hand, carrier, tries, concern, brake, group).run()
    except BaseExceptionGroup as errors:
        raise first_of(errors) from errors


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
                dispatch = Dispatch(
                    carrying, self.in_hand, self.carrier, self.tries, self.brake, self.group
                )
                await unless(self.tries.stop, self._take(dispatch))
                await self.in_hand.working.none.wait()
            committing.cancel()
        await self._commit()

    async def _take(self, dispatch: Dispatch) -> None:
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
                dispatch.take(taken)
            await dispatch.room()

    async def _batch(self) -> Sequence[Taken]:
        records = await self.subscription.get(self.carrier.route.concurrency)
        # Without an await in between: the epochs are those of these records.
        epoch = self.subscription.epoch
        return [Taken(r, epoch(r.partition), (r.partition, ordering_key(r))) for r in records]

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
