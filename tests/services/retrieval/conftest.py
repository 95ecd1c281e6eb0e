"""The real embedding model, and desks that hold the tests' editions."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from pathlib import Path

import pytest
from services.retrieval.corpus import Desk, cll, myeloma, open_desk, zorvic

from plumbline_retrieval.embed import OnnxEmbedder, open_embedder
from plumbline_retrieval.model_files import MODEL_PACKAGE


@pytest.fixture(scope="session")
def embedder(tmp_path_factory: pytest.TempPathFactory) -> Iterator[OnnxEmbedder]:
    """The packaged model; tests that need it are skipped where it is not installed."""
    opened = open_embedder(MODEL_PACKAGE, tmp_path_factory.mktemp("model"))
    if opened is None:
        pytest.skip("the embedding model is not installed: make setup")
    yield opened
    opened.close()


@pytest.fixture
def desk(tmp_path: Path, embedder: OnnxEmbedder) -> Iterator[Desk]:
    with open_desk(tmp_path, embedder) as opened:
        yield opened


@pytest.fixture(scope="module")
def full(tmp_path_factory: pytest.TempPathFactory, embedder: OnnxEmbedder) -> Iterator[Desk]:
    """A desk with all the tests' editions, one of them superseded. Only to be asked."""
    with open_desk(tmp_path_factory.mktemp("full"), embedder) as opened:
        asyncio.run(opened.hold(cll("2008", "2008-06-01"), cll(), myeloma(), zorvic()))
        yield opened


@pytest.fixture(scope="module")
def lexical_full(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    """The same without an embedding model."""
    with open_desk(tmp_path_factory.mktemp("lexical"), None) as opened:
        asyncio.run(opened.hold(cll("2008", "2008-06-01"), cll(), myeloma(), zorvic()))
        yield opened


@pytest.fixture
def lexical_desk(tmp_path: Path) -> Iterator[Desk]:
    with open_desk(tmp_path, None) as opened:
        yield opened
