"""A log on a broker that other tests use too: names of its own, topics made when first used."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import AsyncGenerator, AsyncIterator, Mapping, Sequence
from contextlib import aclosing, asynccontextmanager
from typing import Any
from uuid import uuid4

from aiokafka import TopicPartition
from aiokafka.admin import AIOKafkaAdminClient, RecordsToDelete
from libs.bus.rig import QUICK

from plumbline_bus import Appended, Headers, LocalLog, Log, Record, Subscription
from plumbline_bus.kafka import open_kafka
from plumbline_bus.kafka_connect import Timing


@asynccontextmanager
async def apart_on_kafka(
    bootstrap: str, prefix: str = "", *, instance: str = "", timing: Timing = QUICK
) -> AsyncIterator[Apart]:
    """With names of its own, or those of a prefix that it had before."""
    async with open_kafka(bootstrap, instance=instance, timing=timing) as shared:
        yield Apart(shared, bootstrap, prefix or f"{uuid4().hex}.")


@asynccontextmanager
async def admin_of(bootstrap: str) -> AsyncIterator[AIOKafkaAdminClient]:
    admin = AIOKafkaAdminClient(bootstrap_servers=bootstrap)
    await admin.start()
    try:
        yield admin
    finally:
        await admin.close()


async def delete_topics(bootstrap: str, prefix: str) -> None:
    """A small broker is slow with thousands of partitions."""
    async with admin_of(bootstrap) as admin:
        ours = [name for name in await admin.list_topics() if name.startswith(prefix)]
        if ours:
            await admin.delete_topics(ours)


async def forget(log: Log, topic: str) -> None:
    """Delete every record of a topic, as its retention would."""
    if isinstance(log, LocalLog):
        await log.retain(topic, -1)
    else:
        assert isinstance(log, Apart)
        async with admin_of(log.bootstrap) as admin:
            await admin.delete_records(
                {
                    TopicPartition(f"{log.prefix}{topic}", partition): RecordsToDelete(end)
                    for partition, end in (await log.ends(topic)).items()
                }
            )


class Apart:
    """Puts a prefix before every name on the way in, and takes it off on the way out."""

    def __init__(self, log: Log, bootstrap: str, prefix: str) -> None:
        self._log = log
        self.bootstrap = bootstrap
        self.prefix = prefix
        self._to_make: dict[str, tuple[int, dict[str, Any]]] = {}
        self._making: defaultdict[str, asyncio.Lock] = defaultdict(asyncio.Lock)

    async def create(self, topic: str, partitions: int, **how: Any) -> None:
        self._to_make[topic] = (partitions, how)

    async def append(
        self,
        topic: str,
        *,
        partition_key: str,
        record_key: str,
        value: bytes,
        headers: Headers = (),
    ) -> Appended:
        appended = await self._log.append(
            await self._name(topic),
            partition_key=partition_key,
            record_key=record_key,
            value=value,
            headers=headers,
        )
        return appended._replace(topic=topic)

    @asynccontextmanager
    async def subscribe(self, topic: str, group: str) -> AsyncIterator[Subscription]:
        name = await self._name(topic)
        async with self._log.subscribe(name, f"{self.prefix}{group}") as subscription:
            yield ApartSubscription(subscription, topic)

    async def follow(
        self, topic: str, positions: Mapping[int, int]
    ) -> AsyncGenerator[Record, None]:
        async with aclosing(self._log.follow(await self._name(topic), positions)) as records:
            async for record in records:
                yield record._replace(topic=topic)

    async def starts(self, topic: str) -> Mapping[int, int]:
        return await self._log.starts(await self._name(topic))

    async def ends(self, topic: str) -> Mapping[int, int]:
        return await self._log.ends(await self._name(topic))

    async def lag(self) -> list[tuple[str, str, int]]:
        inner: Any = self._log  # only what measures asks for it
        named = await inner.lag()
        return [(t.removeprefix(self.prefix), g.removeprefix(self.prefix), n) for t, g, n in named]

    async def _name(self, topic: str) -> str:
        name = f"{self.prefix}{topic}"
        async with self._making[topic]:
            if topic in self._to_make:
                partitions, how = self._to_make.pop(topic)
                await self._log.create(name, partitions, **how)
        return name


class ApartSubscription:
    def __init__(self, inner: Subscription, topic: str) -> None:
        self._inner = inner
        self._topic = topic

    def __getattr__(self, name: str) -> Any:
        return getattr(self._inner, name)

    async def get(self, limit: int) -> Sequence[Record]:
        return [record._replace(topic=self._topic) for record in await self._inner.get(limit)]
