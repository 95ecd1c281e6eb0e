"""Gauges whose value must be looked up: read on the loop now and then, while metrics are wanted."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Final, Protocol, runtime_checkable

from opentelemetry import metrics
from opentelemetry.sdk.metrics import MeterProvider

from plumbline_bus import Follower, Log
from plumbline_bus.unless import unless
from plumbline_kit.metrics import Attributes, set_gauge
from plumbline_kit.metrics_names import GROUP, SERVICE, TOPIC, GaugeName

SAMPLE_SECONDS: Final = 5.0  # several times within one export, at a cost of some milliseconds

Sample = tuple[int, Attributes]

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Sampled:
    """A Server that serves nothing: it reads a gauge's values until told to stop."""

    name: GaugeName
    read: Callable[[], Awaitable[Iterable[Sample]]]
    every_seconds: float = SAMPLE_SECONDS

    async def serve(self, stop: asyncio.Event) -> None:
        """Read at once, now and then, and at the end. A value that cannot be read is left out."""
        if not wanted():
            return
        while not stop.is_set():
            await self._once()
            await unless(stop, asyncio.sleep(self.every_seconds))
        await self._once()

    async def _once(self) -> None:
        try:
            for value, attributes in await self.read():
                set_gauge(self.name, value, attributes)
        except Exception as error:  # noqa: BLE001  no gauge is worth a service
            logger.warning(
                "a metric could not be read",
                extra={"metric": self.name, "error": type(error).__qualname__},
            )


def wanted() -> bool:
    """Whether anybody will get to see metrics."""
    return isinstance(metrics.get_meter_provider(), MeterProvider)


@runtime_checkable
class Lagging(Protocol):
    """A log that can tell how far its groups are behind."""

    def lag(self) -> Iterable[tuple[str, str, int]]:
        """(topic, group, records not committed) of every group that was joined."""
        ...


def lag_of(log: Log, followers: Sequence[tuple[str, Follower[Any]]], prefix: str) -> Sampled:
    """How far the groups of this process are behind, and its followers (with their service)."""

    async def read() -> list[Sample]:
        groups = log.lag() if isinstance(log, Lagging) else ()
        found: list[Sample] = [
            (lag, {SERVICE: service_of(group, prefix), TOPIC: topic, GROUP: group})
            for topic, group, lag in groups
        ]
        for service, follower in followers:
            topic = f"{prefix}{follower.topic.name}"
            positions, ends = follower.positions(), await log.ends(topic)
            lag = sum(max(0, end - positions.get(p, 0)) for p, end in ends.items())
            group = f"{service}.{follower.topic.name}"
            found.append((lag, {SERVICE: service, TOPIC: topic, GROUP: group}))
        return found

    return Sampled("plumbline.group.lag", read)


def service_of(group: str, prefix: str) -> str:
    """The service that a group belongs to: `<prefix><service>.<topic>`."""
    return group.removeprefix(prefix).split(".", 1)[0]
