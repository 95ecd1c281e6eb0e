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
        """Read at once, now and then, and at the end. A value that cannot be read is left out, and
        the first of a row is logged.
        """
        if not wanted():
            return
        failed = ""
        while True:
            before, failed = failed, await self._read_once()
            if failed and not before:
                extra = {"metric": self.name, "error": failed}
                logger.warning("a metric cannot be read", extra=extra)
            if stop.is_set():
                return
            await unless(stop, asyncio.sleep(self.every_seconds))

    async def _read_once(self) -> str:
        """The type of what went wrong; "" when nothing did."""
        try:
            for value, attributes in await self.read():
                set_gauge(self.name, value, attributes)
        except Exception as error:  # noqa: BLE001  no gauge is worth a service
            return type(error).__qualname__
        return ""


def wanted() -> bool:
    """Whether anybody will get to see metrics."""
    return isinstance(metrics.get_meter_provider(), MeterProvider)


@runtime_checkable
class Lagging(Protocol):
    """A log that can tell how far its groups are behind."""

    async def lag(self) -> Iterable[tuple[str, str, int]]:
        """(topic, group, records not committed) of what this process reads of its groups."""
        ...


def lag_of(log: Log, followers: Sequence[tuple[str, Follower[Any]]], prefix: str) -> Sampled:
    """How far the groups of this process are behind, and its followers (with their service)."""

    async def read() -> list[Sample]:
        groups = await log.lag() if isinstance(log, Lagging) else ()
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
