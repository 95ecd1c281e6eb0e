"""Every record of a member from being taken to being done with."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from functools import partial
from typing import Any

from plumbline_bus.brake import Brake
from plumbline_bus.cancelled import is_cancelled
from plumbline_bus.carry import Carrier, Fate
from plumbline_bus.errors import Unavailable
from plumbline_bus.hands import Hands
from plumbline_bus.in_hand import InHand, Taken
from plumbline_bus.keyed import Keyed
from plumbline_bus.pace import Pace
from plumbline_bus.tracing import Current, processing, trace_id_of
from plumbline_bus.tries import Tried, Tries


class Dispatch:
    """Records of one key one after the other, of different keys side by side.

        take → handle → published → finished           in no task of its own, nor waited for
                  └─ failed ─ again, or a dead letter  in one, which waits for the world

    A hand is busy while a handler runs: what is being published, or waits to be tried again, keeps
    no other record from its turn.
    """

    def __init__(
        self,
        tasks: asyncio.TaskGroup,
        in_hand: InHand,
        carrier: Carrier,
        tries: Tries,
        brake: Brake,
        group: str,
    ) -> None:
        self._tasks = tasks
        self._in_hand = in_hand
        self._carrier = carrier
        self._tries = tries
        self._brake = brake
        self._group = group
        most = carrier.route.concurrency
        self._hands = Hands(self._start, most, self._handle)
        self._keyed = Keyed(self._hands.give)
        self._pace = Pace(most)

    def take(self, taken: Taken) -> None:
        """A record was handed out."""
        self._in_hand.take(taken)
        self._keyed.add(taken.key, taken)

    async def room(self) -> None:
        """Wait until more records are worth reading."""
        await self._hands.room()
        await self._pace.room()

    async def _handle(self, taken: Taken) -> None:
        if self._tries.stop.is_set() or not self._in_hand.still_ours(taken):
            self._leave(taken)  # it comes again, to whoever has it then
            return
        if not taken.started:
            self._begin(taken)
        try:
            with Current(taken.span):
                made = await self._carrier.handle(taken.record, trace_id_of(taken.span))
                publishing = self._carrier.publish(made, taken.started)
        except asyncio.CancelledError:
            if is_cancelled():
                raise
            # Something that the handler waited for. Passed on, it would end this task unheard.
            self._start(self._failed(taken, RuntimeError("cancelled from within")))
            return
        except Exception as error:  # noqa: BLE001  anything a handler raises is an answer
            self._start(self._failed(taken, error))
            return
        if publishing is None:
            self._finish(taken, Fate.CARRIED)
        else:
            self._pace.begin()
            self._carrier.holding.begin()  # what waits for the disk is no pause
            publishing.add_done_callback(partial(self._published, taken))

    def _published(self, taken: Taken, publishing: asyncio.Future[Any]) -> None:
        self._pace.end()
        self._carrier.holding.end()
        try:
            publishing.result()
        except asyncio.CancelledError:
            self._start(self._failed(taken, Unavailable("publishing was cut off")))
        except Exception as error:  # noqa: BLE001  as above
            self._start(self._failed(taken, error))
        else:
            self._finish(taken, Fate.CARRIED)

    async def _failed(self, taken: Taken, error: Exception) -> None:
        if taken.tried is None:
            taken.tried = Tried(self._tries.patience.waits())
        with Current(taken.span):
            again = await self._tries.again(taken.record, error, taken.tried)
            if not again:
                fate = await self._carrier.settle(taken.record, error, taken.started)
        if again:
            self._hands.give(taken)
        else:
            self._finish(taken, fate)

    def _begin(self, taken: Taken) -> None:
        self._in_hand.working.begin()
        taken.span = processing(self._carrier.sender.tracer, taken.record, self._group)
        taken.started = self._carrier.sender.now()

    def _finish(self, taken: Taken, fate: Fate) -> None:
        self._brake.count(fate)
        self._in_hand.finish(taken)
        self._leave(taken)

    def _leave(self, taken: Taken) -> None:
        if taken.started:
            taken.span.end()
            self._in_hand.working.end()
        if taken.tried is not None:
            self._tries.concern.goes_on(taken.record.where)
        self._keyed.done(taken.key)

    def _start(self, doing: Coroutine[Any, Any, None]) -> None:
        try:
            self._tasks.create_task(doing)
        except RuntimeError:  # all has ended meanwhile, and nothing is committed any more
            doing.close()
