"""plumbline run with its log on brokers: the same answers, and a home that is as careful."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import pytest
from libs.bus.apart import delete_topics
from system.conftest import GUIDELINES, SEED
from system.contract import same_answer
from system.served import Served, served

pytestmark = [pytest.mark.slow, pytest.mark.kafka, pytest.mark.timeout(300)]


@pytest.fixture
def on_brokers(kafka: str, tmp_path: Path) -> Iterator[Served]:
    prefix = f"{uuid4().hex[:8]}."
    environ = {"PLUMBLINE_LOG_URL": f"kafka://{kafka}", "PLUMBLINE_TOPIC_PREFIX": prefix}
    with served(tmp_path / "home", GUIDELINES, **environ) as server:
        yield server
    asyncio.run(delete_topics(kafka, prefix))


def test_one_process_on_brokers_answers_remembers_and_guards_its_home(
    on_brokers: Served, plumbline: Served
) -> None:
    answer = on_brokers.ask(SEED)
    known = plumbline.ask(SEED)
    assert answer["review"]["content_sha256"] == known["review"]["content_sha256"]
    assert on_brokers.receipt(answer["answer_id"])
    assert not on_brokers.home.joinpath("log.sqlite").exists()
    assert on_brokers.run("topics", "diff").returncode == 0

    second = on_brokers.run("run", "--port", "0")
    assert second.returncode == 1
    assert "in use by process" in second.stderr

    on_brokers.kill()
    on_brokers.start()
    assert same_answer(on_brokers.ask(SEED), answer)

    assert on_brokers.stop() == 0
    on_brokers.home.joinpath("keys", "log.pem").unlink()
    refused = on_brokers.run("run", "--port", "0")
    assert refused.returncode == 1
    assert "log.pem" in refused.stderr
