"""Text to vectors: the Embedder protocol, and the model that runs in this process."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Final, Protocol

import numpy as np
import onnxruntime
from numpy.typing import NDArray

from plumbline_retrieval.model_files import (
    MODEL_NAME,
    WEIGHTS_SHA256,
    find_model,
    read_weights,
    verify_weights,
)
from plumbline_retrieval.wordpiece import WordPiece

GRAPH_FILE: Final = Path(__file__).with_name("minilm.onnx")  # made by minilm_graph.py
DIMENSIONS: Final = 384
LONGEST_TEXT_TOKENS: Final = 256  # the model was trained on no more
INTRA_OP_THREADS: Final = 2
# Threads that spin while they wait for each other gain nothing measurable when the machine is idle,
# and when it is not take half as much again of it (51 against 34 ms of CPU for a passage).
NO_SPINNING: Final = ("session.intra_op.allow_spinning", "0")

Vectors = NDArray[np.float32]

logger = logging.getLogger(__name__)


class Embedder(Protocol):
    """Texts in, unit vectors out. Vectors of different models are never compared."""

    @property
    def name(self) -> str:
        """The model's name, as told to readers."""
        ...

    @property
    def sha256(self) -> str:
        """SHA-256 of its weights, lower-case hex."""
        ...

    async def embed(self, texts: Sequence[str]) -> Vectors:
        """One row of length 1 per text, in order. Does not block the event loop."""
        ...

    def knows(self, word: str) -> bool:
        """Whether this lower-case word is a common one that the model's vocabulary holds whole."""
        ...


class OnnxEmbedder:
    """all-MiniLM-L6-v2 in onnxruntime, fp32, one text at a time.

    So a question waits for one passage at most, and a vector depends on nothing but its text, as it
    would on the padding of a batch. From 40 words on, batches are no faster on two cores.
    """

    name = MODEL_NAME
    sha256 = WEIGHTS_SHA256

    def __init__(self, weights: Path, vocabulary: Path) -> None:
        self._pieces = WordPiece(vocabulary, LONGEST_TEXT_TOKENS)
        self._tensors = read_weights(weights)  # the session reads these as long as it lives
        self._session = session_with(self._tensors)
        self._worker = ThreadPoolExecutor(max_workers=1, thread_name_prefix="embed")

    async def embed(self, texts: Sequence[str]) -> Vectors:
        """One row of length 1 per text, in order."""
        vectors = np.empty((len(texts), DIMENSIONS), np.float32)
        loop = asyncio.get_running_loop()
        for row, text in enumerate(texts):
            vectors[row] = await loop.run_in_executor(self._worker, self._run, text)
        return vectors

    def knows(self, word: str) -> bool:
        """Whether the vocabulary holds this lower-case word whole."""
        return self._pieces.knows(word)

    def close(self) -> None:
        """End the worker; what it has in hand is finished first."""
        self._worker.shutdown()

    def _run(self, text: str) -> Vectors:
        ids = np.array([self._pieces.encode(text)], np.int64)
        found = self._session.run(None, {"input_ids": ids, "attention_mask": np.ones_like(ids)})
        return np.asarray(found[0][0], np.float32)


def session_with(tensors: dict[str, NDArray[np.float32]]) -> onnxruntime.InferenceSession:
    """A session of the weight-less graph with these weights, by their names in the file."""
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = INTRA_OP_THREADS
    options.add_session_config_entry(*NO_SPINNING)
    used = {name: tensor for name, tensor in tensors.items() if not name.startswith("pooler.")}
    values = [onnxruntime.OrtValue.ortvalue_from_numpy(np.asarray(t)) for t in used.values()]
    options.add_external_initializers(list(used), values)
    return onnxruntime.InferenceSession(
        GRAPH_FILE.read_bytes(), options, providers=["CPUExecutionProvider"]
    )


def open_embedder(package: str, directory: Path) -> OnnxEmbedder | None:
    """The embedder of an installed model package; None when it is absent.

    WrongWeights when the package carries another model than the pinned one.
    """
    files = find_model(package)
    if files is None:
        logger.warning("no embedding model is installed; search is lexical only")
        return None
    verify_weights(files.weights, directory / "verified-model.json")
    return OnnxEmbedder(files.weights, files.vocabulary)
