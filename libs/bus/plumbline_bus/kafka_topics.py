"""The topics on a cluster beside the table that says what they must be; mending what differs.

A partition count is never changed: records are placed by key modulo the count, so that a key's new
records would stand in another partition than its old ones, in no order with them.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import asdict, dataclass
from typing import Any, Final

from plumbline.topics import DEAD_SUFFIX, TOPICS
from plumbline_bus.errors import BusError, Unavailable
from plumbline_bus.kafka_admin import Admin, Described
from plumbline_bus.kafka_connect import LARGEST_BYTES, PATIENT, Clients, Timing

COPIES: Final = 3
PARTITIONS: Final = "partitions"
REPLICAS: Final = "replicas"
KNOWN_WITHIN_SECONDS: Final = 30.0  # milliseconds on a quiet cluster, seconds on a busy one
LOOK_SECONDS: Final = 0.1


class TopicsDiffer(BusError):
    """What `apply` must not or cannot change. The text names the topics and says what to do."""


@dataclass(frozen=True)
class Wanted:
    """One topic as it must be: a name with its prefix, its count, and its settings."""

    name: str
    partitions: int
    replicas: int
    settings: Mapping[str, str]


@dataclass(frozen=True)
class Difference:
    """One thing that is not as it must be. `found` None: there is no such topic."""

    topic: str
    what: str
    wanted: str
    found: str | None

    def as_json(self) -> dict[str, Any]:
        """As one object."""
        return asdict(self)


def topic_settings(copies: int, retention_seconds: int | None, compacted: bool) -> dict[str, str]:
    """What a topic is created with. `retention_seconds` None: for ever."""
    return {
        "cleanup.policy": "compact" if compacted else "delete",
        "retention.ms": "-1" if retention_seconds is None else str(retention_seconds * 1000),
        "min.insync.replicas": str(max(1, copies - 1)),
        "max.message.bytes": str(LARGEST_BYTES),
    }


def wanted_topics(copies_of: Callable[[str], int], prefix: str = "") -> Iterator[Wanted]:
    """Every topic, its lanes and dead letters; `copies_of` a name is how many it has, or may."""
    for topic in TOPICS:
        for name in topic.names:
            for full, compacted in (
                (f"{prefix}{name}", topic.compacted),
                (f"{prefix}{name}{DEAD_SUFFIX}", False),
            ):
                copies = copies_of(full)
                settings = topic_settings(copies, topic.retention_seconds, compacted)
                yield Wanted(full, topic.partitions, copies, settings)


def differences(wanted: Wanted, found: Described | None) -> Iterator[Difference]:
    """What of one topic is not as it must be. More copies than are wanted are no difference."""
    if found is None:
        yield Difference(wanted.name, "topic", f"{wanted.partitions} partitions", None)
        return
    if found.partitions != wanted.partitions:
        yield Difference(wanted.name, PARTITIONS, str(wanted.partitions), str(found.partitions))
    if found.copies < wanted.replicas:
        yield Difference(wanted.name, REPLICAS, str(wanted.replicas), str(found.copies))
    for name, value in wanted.settings.items():
        if (is_set := found.settings.get(name)) != value:
            yield Difference(wanted.name, name, value, is_set)


class ClusterTopics:
    """The topics of one deployment on a cluster."""

    def __init__(self, admin: Admin, prefix: str) -> None:
        self._admin = admin
        self._prefix = prefix

    async def look(self) -> list[tuple[Wanted, Described | None]]:
        """Each topic as it must be and as it is.

        What there are more brokers for gets more copies; a broker that is down asks for no fewer.
        """
        brokers = await self._admin.brokers()
        found = await self._admin.described(self._prefix)

        def copies_of(name: str) -> int:
            return max(min(COPIES, brokers), found[name].copies if name in found else 0)

        return [(w, found.get(w.name)) for w in wanted_topics(copies_of, self._prefix)]

    async def differ(self) -> list[Difference]:
        """Everything that is not as it must be."""
        return [d for wanted, found in await self.look() for d in differences(wanted, found)]

    async def apply(self) -> list[Difference]:
        """Make what is missing, set what is set otherwise; what that was.

        TopicsDiffer before anything is changed when a topic has another number of partitions.
        """
        looked = await self.look()
        mended = [d for wanted, found in looked for d in differences(wanted, found)]
        if wrong := [d for d in mended if d.what == PARTITIONS]:
            raise TopicsDiffer(refusal(wrong))
        missing = [wanted for wanted, found in looked if found is None]
        if missing:
            await self._admin.create_all(
                [(w.name, w.partitions, w.replicas, w.settings) for w in missing]
            )
        for wanted, found in looked:
            if found and any(d.what in wanted.settings for d in differences(wanted, found)):
                await self._admin.set(wanted.name, {**found.own, **wanted.settings})
        await self._until_known()
        return [d for d in mended if d.what != REPLICAS]

    async def _until_known(self) -> None:
        """Brokers hear of a change a little later; whoever starts next must find it."""
        try:
            async with asyncio.timeout(KNOWN_WITHIN_SECONDS):
                while any(d.what != REPLICAS for d in await self.differ()):  # noqa: ASYNC110 (theirs)
                    await asyncio.sleep(LOOK_SECONDS)
        except TimeoutError:
            raise Unavailable("the brokers do not know all of it yet; run it again") from None


def refusal(wrong: list[Difference]) -> str:
    """Why nothing was changed."""
    told = ", ".join(f"{d.topic} has {d.found}, not {d.wanted}" for d in wrong)
    return (
        f"nothing was changed: the number of partitions is fixed for life ({told}). "
        "Use another PLUMBLINE_TOPIC_PREFIX, or delete those topics if nothing in them is needed"
    )


@asynccontextmanager
async def open_topics(
    bootstrap: str, prefix: str = "", *, timing: Timing = PATIENT
) -> AsyncIterator[ClusterTopics]:
    """Connect to the brokers at `host:port,host:port`. Unavailable when none answers."""
    clients = Clients(bootstrap, "", timing)
    try:
        yield ClusterTopics(await clients.admin(), prefix)
    finally:
        await clients.close()
