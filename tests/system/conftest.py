"""One server with the demonstration corpus for every test that only reads."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
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
def apart(
    kafka: str, plumbline: Served, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Deployed]:
    """Every service as a process of its own, two gateways; the corpus and the keys of `plumbline`.

    A test that ends a process starts it again. At the end all of them end in order, with 0.
    """
    keys = plumbline.home / "keys"
    with deployed(tmp_path_factory.mktemp("apart"), kafka, {"gateway": 2}, keys=keys) as running:
        assert {result["status"] for result in running.ingest(GUIDELINES)} == {"ingested"}
        yield running
        assert set(running.stop().values()) == {0}
