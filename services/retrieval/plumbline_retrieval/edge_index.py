"""The index when embedded: one qdrant-edge shard in this process; no other file knows it.

Every call holds the interpreter's lock, so none is sent to a thread: a search of 20,000 passages
takes about 2 ms. `optimize()` is not called: it would hold it for seconds (measured), and the exact
search that this leaves is fast enough below 20,000 passages.
"""

from __future__ import annotations

import asyncio
import contextlib
import shutil
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

import qdrant_edge as edge

from plumbline_retrieval.bm25 import Sparse
from plumbline_retrieval.index import Hits, Point

DENSE: Final = "dense"
SPARSE: Final = "sparse"
PUT_POINTS: Final = 64  # about 4 ms at a time, so that a reader's question fits in between


class EdgeIndex:
    """An Index on one shard. One process holds a shard at a time."""

    def __init__(self, shard: Any) -> None:
        self._shard = shard

    async def put(self, points: Sequence[Point]) -> None:
        """Add points, or replace those of the same occurrence."""
        for start in range(0, len(points), PUT_POINTS):
            batch = [stored(point) for point in points[start : start + PUT_POINTS]]
            self._shard.update(edge.UpdateOperation.upsert_points(batch))
            await asyncio.sleep(0)

    async def flush(self) -> None:
        """To the disk: an update alone survives a killed process, not a power cut."""
        self._shard.flush()

    async def counts(self) -> Mapping[str, int]:
        """Counted point by point: of the index itself, not of what it was told."""
        every = self._shard.count(edge.CountRequest(exact=True))
        if not every:
            return {}
        request = edge.FacetRequest("edition_id", limit=every, exact=True)
        return {str(hit.value): int(hit.count) for hit in self._shard.facet(request).hits}

    async def search(
        self, dense: Sequence[float], sparse: Sparse, editions: Sequence[str], limit: int
    ) -> Hits:
        """Both sides in one call; IDF is counted over the very editions that are searched.

        So what other editions are held, superseded ones above all, changes no score.
        """
        among = edge.Filter(
            must=[edge.FieldCondition(key="edition_id", match=edge.MatchAny(list(editions)))]
        )
        words = edge.SparseVector(list(sparse.indices), list(sparse.values))
        live = edge.SearchParams(idf=edge.IdfParams(corpus=among))
        queries = [request(words, SPARSE, among, live, limit)]
        if dense:
            exact = edge.SearchParams(exact=True)
            queries.append(request(list(dense), DENSE, among, exact, limit))
        found = self._shard.query_batch(edge.QueryBatchRequest(queries))
        sides = [{str(point.id): float(point.score) for point in side} for side in found]
        return Hits(cosine=sides[1] if dense else {}, bm25=sides[0])


def request(
    vector: Any, using: str, among: edge.Filter, params: edge.SearchParams, limit: int
) -> edge.QueryRequest:
    """The nearest points of one side."""
    nearest = edge.Query.Nearest(vector, using=using)
    return edge.QueryRequest(limit=limit, query=nearest, filter=among, params=params)


def stored(point: Point) -> edge.Point:
    """A point as the shard keeps it."""
    vectors: dict[str, Any] = {
        SPARSE: edge.SparseVector(list(point.sparse.indices), list(point.sparse.values))
    }
    if point.dense:
        vectors[DENSE] = list(point.dense)
    payload = {
        "edition_id": point.edition_id,
        "guideline_id": point.guideline_id,
        "disease": point.disease,
    }
    return edge.Point(id=point.occurrence_id, vector=vectors, payload=payload)


@contextlib.contextmanager
def open_edge_index(folder: Path, dimensions: int) -> Iterator[EdgeIndex]:
    """Open the shard in a folder, or make an empty one. `dimensions` 0: without dense vectors."""
    if not folder.is_dir():
        create(folder, dimensions)
    shard = edge.EdgeShard.load(str(folder))
    try:
        yield EdgeIndex(shard)
    finally:
        shard.close()


def create(folder: Path, dimensions: int) -> None:
    """A new shard, whole or not there at all: a half-made one would look like an empty index."""
    making = folder.with_name(folder.name + ".new")
    shutil.rmtree(making, ignore_errors=True)
    making.mkdir(parents=True)
    params = edge.EdgeVectorParams(size=dimensions, distance=edge.Distance.Cosine)
    config = edge.EdgeConfig(
        vectors={DENSE: params} if dimensions else None,
        sparse_vectors={SPARSE: edge.EdgeSparseVectorParams(modifier=edge.Modifier.Idf)},
    )
    shard = edge.EdgeShard.create(str(making), config)
    shard.update(
        edge.UpdateOperation.create_field_index("edition_id", edge.PayloadSchemaType.Keyword)
    )
    shard.flush()
    shard.close()
    making.rename(folder)
