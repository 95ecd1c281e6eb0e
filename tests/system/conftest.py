"""One server with the demonstration corpus for every test that only reads."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
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
