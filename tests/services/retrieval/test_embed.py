"""Vectors as the model's publishers print them."""

from __future__ import annotations

import asyncio
import hashlib
import time
from pathlib import Path

import numpy as np
import pytest

from plumbline_retrieval.embed import GRAPH_FILE, OnnxEmbedder, open_embedder
from plumbline_retrieval.minilm_graph import build
from plumbline_retrieval.model_files import WrongWeights, find_model, verify_weights


async def test_similarities_are_those_of_the_published_example(embedder: OnnxEmbedder) -> None:
    vectors = await embedder.embed(
        ["The weather is lovely today.", "It's so sunny outside!", "He drove to the stadium."]
    )
    published = [[1.0, 0.6660, 0.1046], [0.6660, 1.0, 0.1411], [0.1046, 0.1411, 1.0]]
    assert np.allclose(vectors @ vectors.T, published, atol=1e-4)


async def test_rows_are_of_length_one_and_in_order_whatever_the_batches(
    embedder: OnnxEmbedder,
) -> None:
    texts = [f"passage number {n} " * (1 + n % 7) for n in range(19)]
    together = await embedder.embed(texts)
    alone = np.concatenate([await embedder.embed([text]) for text in texts])
    assert np.allclose(np.linalg.norm(together, axis=1), 1, atol=1e-5)
    assert np.allclose(together, alone, atol=1e-5)
    assert (await embedder.embed([])).shape == (0, 384)


async def test_the_loop_goes_on_while_a_batch_is_embedded(embedder: OnnxEmbedder) -> None:
    ticks = 0
    work = asyncio.create_task(embedder.embed(["a long passage " * 100] * 8))
    while not work.done():
        await asyncio.sleep(0.001)
        ticks += 1
    assert ticks > 5


def test_the_graph_in_the_package_is_the_one_that_is_built() -> None:
    assert GRAPH_FILE.read_bytes() == build()


def test_an_absent_model_is_none_and_not_an_error(tmp_path: Path) -> None:
    assert open_embedder("no_such_package_anywhere", tmp_path) is None
    assert open_embedder("", tmp_path) is None


def test_other_weights_are_refused_every_time(tmp_path: Path) -> None:
    weights, remembered = tmp_path / "model.safetensors", tmp_path / "verified.json"
    weights.write_bytes(b"weights")
    for _ in range(2):
        with pytest.raises(WrongWeights):
            verify_weights(weights, remembered)
    verify_weights(weights, remembered, hashlib.sha256(b"weights").hexdigest())
    weights.write_bytes(b"other weights")
    with pytest.raises(WrongWeights):
        verify_weights(weights, remembered, hashlib.sha256(b"weights").hexdigest())


def test_a_second_start_does_not_read_the_weights_again(tmp_path: Path) -> None:
    files = find_model()
    if files is None:
        pytest.skip("the embedding model is not installed")
    remembered = tmp_path / "verified.json"
    verify_weights(files.weights, remembered)
    started = time.perf_counter()
    verify_weights(files.weights, remembered)
    assert time.perf_counter() - started < 0.01
