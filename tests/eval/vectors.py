"""Vectors made once, kept in a temporary folder by their text, and stores made with them."""

from __future__ import annotations

import hashlib
import sqlite3
import tempfile
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from contextlib import asynccontextmanager, closing, contextmanager
from pathlib import Path

import numpy as np
import pytest
from eval.sets import Set
from tqdm import tqdm

from plumbline_retrieval.edge_index import EdgeIndex, open_edge_index
from plumbline_retrieval.editions import Editions, open_database
from plumbline_retrieval.embed import DIMENSIONS, OnnxEmbedder, Vectors, open_embedder
from plumbline_retrieval.intake import Intake
from plumbline_retrieval.model_files import MODEL_PACKAGE
from plumbline_retrieval.service import identity

TABLE = "CREATE TABLE IF NOT EXISTS vectors (text TEXT PRIMARY KEY, vector BLOB NOT NULL)"


class RememberingEmbedder:
    """The packaged model, asked once for each text: a vector depends on nothing else."""

    def __init__(self, model: OnnxEmbedder, kept: Path, told: Callable[[], object]) -> None:
        self._model = model
        self._told = told
        self._kept = kept
        self.name, self.sha256 = model.name, model.sha256
        with closing(sqlite3.connect(kept)) as database:
            database.execute(TABLE)

    async def embed(self, texts: Sequence[str]) -> Vectors:
        """One row of length 1 per text, in order."""
        vectors = np.empty((len(texts), DIMENSIONS), np.float32)
        with closing(sqlite3.connect(self._kept)) as database, database:
            for row, text in enumerate(texts):
                key = hashlib.sha256(f"{self.sha256}\0{text}".encode()).hexdigest()
                found = database.execute("SELECT vector FROM vectors WHERE text = ?", (key,))
                if kept := found.fetchone():
                    vectors[row] = np.frombuffer(kept[0], np.float32)
                else:
                    vectors[row] = (await self._model.embed([text]))[0]
                    made = (key, vectors[row].tobytes())
                    database.execute("INSERT OR REPLACE INTO vectors VALUES (?, ?)", made)
                self._told()
        return vectors

    def knows(self, word: str) -> bool:
        """Whether the vocabulary holds this lower-case word whole."""
        return self._model.knows(word)


@contextmanager
def remembering_embedder(what: str) -> Iterator[RememberingEmbedder]:
    """The embedder with a progress bar; the test is skipped where the model is not installed."""
    folder = Path(tempfile.gettempdir()) / "plumbline-eval"
    folder.mkdir(exist_ok=True)
    model = open_embedder(MODEL_PACKAGE, folder)
    if model is None:
        pytest.skip("the embedding model is not installed: make setup")
    with tqdm(desc=f"{what}, vectors", unit="", mininterval=2) as bar:
        yield RememberingEmbedder(model, folder / "vectors.sqlite", bar.update)
    model.close()


@asynccontextmanager
async def indexed(
    made: Set, directory: Path, embedder: RememberingEmbedder
) -> AsyncIterator[EdgeIndex]:
    """The stores of the retrieval service with a set in them, as the service would make them."""
    directory.mkdir(parents=True)
    with (
        open_database(directory / "editions.sqlite") as database,
        open_edge_index(directory / "index", DIMENSIONS) as index,
    ):
        editions = Editions(database)
        intake = Intake(database, editions, index, embedder)
        for edition in made.editions:
            for part in edition.parts():
                await intake.take(part)
        editions.adopt(identity(embedder))
        yield index
