"""A service as data, and run(): start, stop and drain one of them or all of them."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import signal
from collections.abc import Coroutine, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from plumbline_bus import (
    CATCHING_UP,
    EventRoute,
    Follower,
    Health,
    Lanes,
    Log,
    Route,
    consume,
    follow,
)
from plumbline_kit.metrics_sampled import lag_of
from plumbline_kit.telemetry_traces import in_service

DRAIN_SECONDS = 20.0  # all of it ends within 25 s, below the 30 s a cluster gives before it kills

logger = logging.getLogger(__name__)


class Server(Protocol):
    """Something that runs beside the log: HTTP, gRPC, a gauge that is read now and then."""

    async def serve(self, stop: asyncio.Event) -> None:
        """Serve until told to stop; what is in hand is finished first."""
        ...


@dataclass(frozen=True)
class Service:
    """What a service is: its name, what it reads and does, what it serves, and how it is.

    One that follows is not ready before each of its followers has said that it has caught up.
    """

    name: str
    routes: Sequence[Route[Any] | EventRoute[Any]] = ()
    followers: Sequence[Follower[Any]] = ()
    servers: Sequence[Server] = ()
    health: Health = field(default_factory=Health)

    def __post_init__(self) -> None:
        for follower in self.followers:
            self.health.set(f"{self.name}.{follower.topic.name}", False, CATCHING_UP)


@contextlib.contextmanager
def stopped_by_signals(stop: asyncio.Event) -> Iterator[None]:
    """SIGTERM and SIGINT set the event; nobody else in the process may take them."""
    loop = asyncio.get_running_loop()
    signals = (signal.SIGTERM, signal.SIGINT)
    for number in signals:
        loop.add_signal_handler(number, stop.set)
    try:
        yield
    finally:
        for number in signals:
            loop.remove_signal_handler(number)


async def run(
    log: Log,
    services: Sequence[Service],
    *,
    prefix: str = "",
    stop: asyncio.Event | None = None,
    drain_seconds: float = DRAIN_SECONDS,
) -> None:
    """Run until `stop` is set, or anything fails: then all of it stops and the failure is raised.

    What is not finished when the drain runs out is cut; it was not committed, so it comes again.
    """
    stop = stop or asyncio.Event()
    loop = asyncio.get_running_loop()
    try:
        async with asyncio.timeout(None) as drain, asyncio.TaskGroup() as tasks:
            lanes = Lanes()
            for service in services:
                _start(tasks, service, log, prefix, stop, lanes)
            followers = [(service.name, f) for service in services for f in service.followers]
            tasks.create_task(lag_of(log, followers, prefix).serve(stop))
            await stop.wait()
            drain.reschedule(loop.time() + drain_seconds)
    except TimeoutError:
        logger.warning("drain ran out; what was cut comes again", extra={"seconds": drain_seconds})


def _start(
    tasks: asyncio.TaskGroup,
    service: Service,
    log: Log,
    prefix: str,
    stop: asyncio.Event,
    lanes: Lanes,
) -> None:
    name, health = service.name, service.health
    work: list[Coroutine[Any, Any, None]] = [
        *(
            consume(log, name, route, stop, prefix=prefix, health=health, lanes=lanes)
            for route in service.routes
        ),
        *(follow(log, name, f, stop, prefix=prefix, health=health) for f in service.followers),
        *(server.serve(stop) for server in service.servers),
    ]
    for task in work:
        tasks.create_task(task, context=in_service(name))
