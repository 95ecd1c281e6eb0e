"""What a service reads and what it does with it: its table of contents, one line each."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, Generic

from google.protobuf.message import Message

from plumbline.topics import Topic
from plumbline_bus.event import Event, M

Handler = Callable[[M], Awaitable[Sequence[Message]]]
EventHandler = Callable[[Event[M]], Awaitable[Sequence[Message]]]


@dataclass(frozen=True)
class Route(Generic[M]):
    """Records of a topic go to a handler: one message in, a list of messages out.

    At most `concurrency` handlers run at a time, never two of one key. `lane` "" is the
    interactive lane; what the handler returns is published in the lane it came by.
    """

    topic: Topic[M]
    handle: Handler[M]
    concurrency: int = 32
    lane: str = ""

    def __call__(self, event: Event[M]) -> Awaitable[Sequence[Message]]:
        """Handle one event."""
        return self.handle(event.message)


@dataclass(frozen=True)
class EventRoute(Generic[M]):
    """A route whose handler needs the event's id, time or trail besides the message."""

    topic: Topic[M]
    handle: EventHandler[M]
    concurrency: int = 32
    lane: str = ""

    def __call__(self, event: Event[M]) -> Awaitable[Sequence[Message]]:
        """Handle one event."""
        return self.handle(event)


@dataclass
class Follower(Generic[M]):
    """A reader of every partition that keeps its own place.

    `positions` is read once, at the start: partition → position (missing: earliest). `apply` stores
    its rows and the position `event.offset + 1` of `event.partition` in ONE transaction; an event
    may come again after a crash, and is then the same.
    """

    topic: Topic[M]
    positions: Callable[[], Mapping[int, int]]
    apply: Callable[[Event[M]], None]


def step_name(handle: Callable[..., Any]) -> str:
    """Name of the handler's function, through `partial`; part of the ids of all its outputs."""
    while isinstance(handle, partial):
        handle = handle.func
    return str(getattr(handle, "__name__", type(handle).__name__))
