"""The shard: exact scores with live IDF, and what survives."""

from __future__ import annotations

import math
import uuid
from pathlib import Path

import numpy as np
import pytest

from plumbline_retrieval.bm25 import passage_vector, query_vector
from plumbline_retrieval.edge_index import open_edge_index
from plumbline_retrieval.index import Point

TEXTS = [
    "zorble and quandle",
    "zorble size",
    "gromley",
    "drells in plaque",
    "gromley and zorble",
]


def points(edition: str, texts: list[str], seed: int = 1) -> list[Point]:
    rows = np.random.default_rng(seed).normal(size=(len(texts), 4))
    rows /= np.linalg.norm(rows, axis=1, keepdims=True)
    return [
        Point(
            str(uuid.uuid5(uuid.NAMESPACE_OID, f"{edition}{n}")),
            edition,
            "guideline",
            "disease",
            tuple(row.tolist()),
            passage_vector(text),
        )
        for n, (text, row) in enumerate(zip(texts, rows, strict=True))
    ]


async def test_scores_are_bm25_with_the_frequency_of_what_is_searched(tmp_path: Path) -> None:
    held = points("new@2", TEXTS)
    with open_edge_index(tmp_path / "index", 4) as index:
        await index.put(held)
        await index.put(points("old@1", ["zorble"] * 9, seed=2))  # would make "zorble" common
        hits = await index.search(held[0].dense, query_vector("zorble"), ["new@2"], 10)
    idf = math.log((5 - 3 + 0.5) / (3 + 0.5) + 1)
    place = dict(zip(held[1].sparse.indices, held[1].sparse.values, strict=True))
    expected = place[query_vector("zorble").indices[0]] * idf
    assert hits.bm25.keys() == {held[n].occurrence_id for n in (0, 1, 4)}
    assert hits.bm25[held[1].occurrence_id] == pytest.approx(expected, abs=1e-5)
    assert hits.cosine.keys() == {point.occurrence_id for point in held}
    assert hits.cosine[held[0].occurrence_id] == pytest.approx(1, abs=1e-6)


async def test_putting_a_point_again_changes_nothing_and_a_reopened_shard_knows_all(
    tmp_path: Path,
) -> None:
    held, query = points("one@1", TEXTS), query_vector("gromley and zorble")
    with open_edge_index(tmp_path / "index", 4) as index:
        await index.put(held)
        once = await index.search(held[2].dense, query, ["one@1"], 10)
        await index.put(held)
        await index.flush()
        assert await index.search(held[2].dense, query, ["one@1"], 10) == once
    with open_edge_index(tmp_path / "index", 4) as index:
        assert await index.search(held[2].dense, query, ["one@1"], 10) == once


async def test_without_a_model_the_words_are_searched_alone(tmp_path: Path) -> None:
    bare = [
        Point(p.occurrence_id, p.edition_id, p.guideline_id, p.disease, (), p.sparse)
        for p in points("one@1", TEXTS)
    ]
    with open_edge_index(tmp_path / "index", 0) as index:
        await index.put(bare)
        hits = await index.search((), query_vector("drells"), ["one@1"], 10)
    assert not hits.cosine
    assert hits.bm25.keys() == {bare[3].occurrence_id}


async def test_a_shard_whose_making_was_cut_short_is_made_anew(tmp_path: Path) -> None:
    (tmp_path / "index.new").mkdir()
    (tmp_path / "index.new" / "rubbish").write_text("half")
    with open_edge_index(tmp_path / "index", 4) as index:
        await index.put(points("one@1", TEXTS))
    assert not (tmp_path / "index.new").exists()
