"""One record's way through a route: decode, handle, publish; or a dead letter."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from enum import Enum, auto
from functools import cached_property
from typing import Any, Final, NamedTuple

from google.protobuf.message import Message
from opentelemetry import trace
from opentelemetry.trace import StatusCode

from plumbline.common.v1.status_pb2 import OUTCOME_FAILED, QuestionEnded
from plumbline.topics import topic_of
from plumbline_bus.dead_letters import bury
from plumbline_bus.errors import Reject, Undecodable
from plumbline_bus.event import Event, decode, parse, trail_of
from plumbline_bus.ids import event_id
from plumbline_bus.lanes import BackgroundTurn, Holding, Turn
from plumbline_bus.log import Appended, Record
from plumbline_bus.publish import Sender
from plumbline_bus.route import EventRoute, Route, step_name
from plumbline_bus.trail import Hop
from plumbline_bus.tries import described

logger = logging.getLogger(__name__)

INTERNAL: Final = "internal"  # reason code of a bug: its own text may hold words of the record


class Fate(Enum):
    """What became of a record."""

    CARRIED = auto()
    REJECTED = auto()  # its handler's verdict on this one record
    BROKEN = auto()  # undecodable, or a bug of ours: many in a row are an outage


class Made(NamedTuple):
    """What a handler made of an event."""

    event: Event[Any]
    outputs: Sequence[Message]


@dataclass(frozen=True)
class Carrier:
    """Carries the records of one route."""

    route: Route[Any] | EventRoute[Any]
    sender: Sender
    turn: Turn | BackgroundTurn
    holding: Holding

    @cached_property
    def step(self) -> str:
        """What the handler is called in the ids of what it makes."""
        return step_name(self.route.handle)

    async def handle(self, record: Record, trace_id: str) -> Made:
        """Decode a record and let the handler have it, when it is its lane's turn."""
        if not self.turn.is_near:
            await self.turn.come()
        with self.turn:
            event = decode(record, self.route.topic, trace_id)
            return Made(event, await self.route(event))

    def publish(self, made: Made, started: str) -> asyncio.Future[Any] | None:
        """Begin to publish what was made of a record; None when that is nothing.

        Made again, it is the same events.
        """
        if not made.outputs:
            return None
        if len(made.outputs) == 1:  # as mostly: no order to keep, so nothing to wait for here
            return self._send(made, 0, started)
        return asyncio.ensure_future(self._publish_all(made, started))

    async def settle(self, record: Record, error: Exception, started: str) -> Fate:
        """Put a record aside that failed for good. It may be committed when this returns.

        An error of the log goes on: then nothing is committed and the record comes again.
        """
        reason = error.reason if isinstance(error, Reject | Undecodable) else INTERNAL
        await bury(self.sender.log, record, error, reason)
        await self._end_question(record, reason, started)
        logger.error("dead letter", extra={**described(record, error), "reason": reason})
        span = trace.get_current_span()
        span.set_attribute("error.type", reason)
        span.set_status(StatusCode.ERROR)
        return Fate.REJECTED if isinstance(error, Reject) else Fate.BROKEN

    async def _publish_all(self, made: Made, started: str) -> None:
        """In order within a topic; side by side between topics, so that they share one flush."""
        lines: dict[str, list[int]] = {}
        for index, message in enumerate(made.outputs):
            lines.setdefault(topic_of(message).name, []).append(index)

        async def publish(line: Sequence[int]) -> None:
            for index in line:
                await self._send(made, index, started)

        for error in await asyncio.gather(*map(publish, lines.values()), return_exceptions=True):
            if error is not None:
                raise error

    def _send(self, made: Made, index: int, started: str) -> asyncio.Future[Appended]:
        identity = event_id(self.sender.service, made.event.id, self.step, index)
        _, appended = self.sender.send(made.outputs[index], identity, made.event.trail, started)
        return appended

    async def _end_question(self, record: Record, reason: str, started: str) -> None:
        """A rejected question still ends for its reader, whatever was wrong with the record."""
        try:
            run = getattr(parse(record, self.route.topic), "run", None)
        except Undecodable:
            return
        # An ending that cannot be read must not give rise to the next ending.
        if run is None or not run.answer_id or self.route.topic.message is QuestionEnded:
            return
        trail: Sequence[Hop] = ()
        with suppress(Undecodable):
            trail = trail_of(record)
        ended = QuestionEnded(run=run, outcome=OUTCOME_FAILED, reason_code=reason)
        identity = event_id(self.sender.service, record.header("ce_id"), "dead-letter", 0)
        _, appended = self.sender.send(ended, identity, trail, started)
        await appended
