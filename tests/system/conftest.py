"""One server with the demonstration corpus for every test that only reads."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from system.collector import Collector, collecting
from system.deployed import Deployed, deployed
from system.served import ROOT, Served, served

GUIDELINES = ROOT / "deploy" / "guidelines"
SEED = (GUIDELINES / "questions.txt").read_text().splitlines()[0]


@pytest.fixture(scope="session")
def plumbline(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """A server that holds the demonstration corpus and has answered its questions."""
    with served(tmp_path_factory.mktemp("plumbline") / "home", GUIDELINES) as server:
        yield server


@pytest.fixture
def empty(tmp_path: Path) -> Iterator[Served]:
    """A server with an empty library."""
    with served(tmp_path / "home", None) as server:
        yield server


@pytest.fixture(scope="session")
def told() -> Iterator[Collector]:
    """The telemetry of `apart`."""
    with collecting() as collector:
        yield collector


@pytest.fixture(scope="session")
def apart(
    kafka: str, plumbline: Served, told: Collector, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Deployed]:
    """Every service as a process of its own, two gateways; the corpus and the keys of `plumbline`.

    A test that ends a process starts it again. At the end all of them end in order, with 0.
    """
    keys = plumbline.home / "keys"
    environ = {"OTEL_EXPORTER_OTLP_ENDPOINT": told.url, "OTEL_BSP_SCHEDULE_DELAY": "500"}
    folder = tmp_path_factory.mktemp("apart")
    with deployed(folder, kafka, {"gateway": 2}, keys=keys, **environ) as running:
        assert {result["status"] for result in running.ingest(GUIDELINES)} == {"ingested"}
        yield running
        assert set(running.stop().values()) == {0}
