"""Appending through aiokafka's producer: order, size, refusal, and nothing of it in the logs."""

from __future__ import annotations

import asyncio
import logging
from dataclasses import replace

import pytest
from aiokafka.admin import NewTopic
from aiokafka.admin.config_resource import ConfigResource, ConfigResourceType
from libs.bus.apart import admin_of, apart_on_kafka
from libs.bus.rig import QUICK, everything

from plumbline_bus import Log, RecordTooLarge
from plumbline_bus.kafka_connect import LARGEST_BYTES

pytestmark = pytest.mark.kafka

TOPIC = "t"


async def put(log: Log, value: bytes) -> int:
    return (await log.append(TOPIC, partition_key="k", record_key="k/1", value=value)).offset


async def test_calls_keep_their_order_when_they_must_wait_for_room(kafka: str) -> None:
    async with apart_on_kafka(kafka) as log:
        await log.create(TOPIC, 1)
        values = [bytes([n]) * 30_000 for n in range(100)]
        await asyncio.gather(*(put(log, value) for value in values))
        assert [record.value for record in await everything(log, TOPIC)] == values


async def test_the_largest_record_of_any_topic_goes_through_and_a_larger_one_is_refused(
    kafka: str,
) -> None:
    async with apart_on_kafka(kafka) as log:
        await log.create(TOPIC, 1)
        await put(log, b"x" * 1_048_576)
        with pytest.raises(RecordTooLarge):
            await put(log, b"x" * LARGEST_BYTES)
        assert await put(log, b"next") == 1
        assert len(await everything(log, TOPIC)) == 2


async def test_what_a_broker_refused_does_not_stop_what_comes_after_it(kafka: str) -> None:
    """The refused batch leaves a gap in the producer's numbers, which a broker does not forgive."""
    async with apart_on_kafka(kafka) as log:
        async with admin_of(kafka) as admin:
            small = {"max.message.bytes": "1000"}
            await admin.create_topics([NewTopic(f"{log.prefix}{TOPIC}", 1, 1, topic_configs=small)])
        await put(log, b"first")
        results = await asyncio.gather(
            put(log, b"x" * 5000), *(put(log, b"y") for _ in range(5)), return_exceptions=True
        )
        assert isinstance(results[0], RecordTooLarge)
        assert await put(log, b"last") >= 1
        assert (await everything(log, TOPIC))[-1].value == b"last"


async def test_a_topic_is_made_with_what_was_asked_for(kafka: str) -> None:
    async with apart_on_kafka(kafka) as log:
        await log.create("kept", 1)
        await log.create("seven-days", 1, retention_seconds=7 * 86_400)
        await log.create("compacted", 1, compacted=True)
        made = {}
        for topic in ("kept", "seven-days", "compacted"):
            await log.ends(topic)
            made[topic] = await settings(log.bootstrap, f"{log.prefix}{topic}")
    assert made["kept"]["cleanup.policy"] == "delete"
    assert made["kept"]["retention.ms"] == "-1"
    assert made["seven-days"]["retention.ms"] == str(7 * 86_400_000)
    assert made["compacted"]["cleanup.policy"] == "compact"
    assert {m["max.message.bytes"] for m in made.values()} == {str(LARGEST_BYTES)}


async def settings(bootstrap: str, topic: str) -> dict[str, str]:
    async with admin_of(bootstrap) as admin:
        resource = ConfigResource(ConfigResourceType.TOPIC, topic)
        (answer,) = await admin.describe_configs([resource])
    return {entry[0]: entry[1] for entry in answer.resources[0][4]}


async def test_at_the_loudest_level_no_word_of_a_record_is_logged(
    kafka: str, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.DEBUG):
        async with apart_on_kafka(kafka, timing=replace(QUICK, look=0.1)) as log:
            await log.create(TOPIC, 1)
            await put(log, b"words of the asker")
            await everything(log, TOPIC)
    assert "words of the asker" not in "".join(str(vars(record)) for record in caplog.records)
