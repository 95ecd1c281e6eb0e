"""plumbline topics on a real broker: made, compared, set right, and a count never changed."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator
from typing import Any
from uuid import uuid4

import pytest
from aiokafka.admin import NewTopic
from aiokafka.admin.config_resource import ConfigResource, ConfigResourceType
from libs.bus.apart import admin_of, delete_topics

from plumbline_bus import topic_names
from plumbline_embedded.cli import main

pytestmark = pytest.mark.kafka

PAGES = "answer.rendered.v1"


@pytest.fixture
def prefix(kafka: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    prefix = f"{uuid4().hex[:8]}."
    monkeypatch.setenv("PLUMBLINE_LOG_URL", f"kafka://{kafka}")
    monkeypatch.setenv("PLUMBLINE_TOPIC_PREFIX", prefix)
    yield prefix
    asyncio.run(delete_topics(kafka, prefix))


@pytest.fixture
def topics(capsys: pytest.CaptureFixture[str]) -> Any:
    """Run `plumbline topics …`; (exit code, the object printed, what stands on standard error)."""

    def run(*arguments: str) -> tuple[int, dict[str, Any], str]:
        with pytest.raises(SystemExit) as ended:
            main(["topics", *arguments, "--json"])
        printed = capsys.readouterr()
        return int(ended.value.code or 0), json.loads(printed.out or "{}"), printed.err

    return run


async def change(kafka: str, topic: str, **settings: str) -> None:
    named = {name.replace("_", "."): value for name, value in settings.items()}
    async with admin_of(kafka) as admin:
        await admin.alter_configs([ConfigResource(ConfigResourceType.TOPIC, topic, named)])
    async with asyncio.timeout(20):
        for name, value in named.items():
            while await setting(kafka, topic, name) != value:  # noqa: ASYNC110 (a broker's)
                await asyncio.sleep(0.05)


def test_they_are_made_compared_and_set_right(kafka: str, prefix: str, topics: Any) -> None:
    code, told, _ = topics("diff")
    assert code == 1
    assert {d["topic"] for d in told["differences"]} == set(topic_names(prefix))
    assert topics("apply")[0] == 0
    assert topics("diff") == (0, {"schema": "plumbline.topics/1", "differences": []}, "")
    assert topics("apply")[1]["changed"] == []

    asyncio.run(change(kafka, f"{prefix}{PAGES}", retention_ms="1000", segment_ms="600000"))
    code, told, _ = topics("diff")
    assert code == 1
    found = {(d["what"], d["found"], d["wanted"]) for d in told["differences"]}
    assert {("retention.ms", "1000", "-1"), ("cleanup.policy", "delete", "compact")} <= found
    rows = {row["topic"]: row for row in topics("list")[1]["topics"]}
    assert rows[f"{prefix}{PAGES}"]["state"] == "different"
    assert rows[f"{prefix}question.asked.v1"]["retention"] == "7 d"

    assert topics("apply")[0] == 0
    assert topics("diff")[0] == 0
    # What an operator set besides is left alone.
    assert asyncio.run(setting(kafka, f"{prefix}{PAGES}", "segment.ms")) == "600000"


async def setting(kafka: str, topic: str, name: str) -> str:
    async with admin_of(kafka) as admin:
        wanted = ConfigResource(ConfigResourceType.TOPIC, topic)
        (answer,) = await admin.describe_configs([wanted])
    return str({entry[0]: entry[1] for entry in answer.resources[0][4]}[name])


def test_another_number_of_partitions_is_refused_and_nothing_is_changed(
    kafka: str, prefix: str, topics: Any
) -> None:
    async def make() -> None:
        async with admin_of(kafka) as admin:
            await admin.create_topics([NewTopic(f"{prefix}{PAGES}", 5, 1)])
            while f"{prefix}{PAGES}" not in await admin.list_topics():  # noqa: ASYNC110 (a broker's)
                await asyncio.sleep(0.05)

    asyncio.run(make())
    code, _, said = topics("apply")
    assert code == 1
    assert f"{prefix}{PAGES} has 5, not 12" in said
    assert "PLUMBLINE_TOPIC_PREFIX" in said
    rows = {row["topic"]: row["state"] for row in topics("list")[1]["topics"]}
    assert rows.pop(f"{prefix}{PAGES}") == "different"
    assert set(rows.values()) == {"missing"}


def test_without_brokers_it_says_what_to_set(topics: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PLUMBLINE_LOG_URL", "kafka://127.0.0.1:1")
    code, _, said = topics("list")
    assert (code, said.count("\n")) == (1, 1)
    assert "Kafka" in said
    monkeypatch.delenv("PLUMBLINE_LOG_URL")
    code, _, said = topics("list")
    assert code == 2
    assert "kafka://host:port" in said
