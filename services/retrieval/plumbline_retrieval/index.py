"""The Index protocol: where vectors lie, and what a search of them answers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from plumbline_retrieval.bm25 import Sparse


@dataclass(frozen=True, slots=True)
class Point:
    """One passage in its place. `dense` is empty when there is no embedding model."""

    occurrence_id: str
    edition_id: str
    guideline_id: str
    disease: str
    dense: tuple[float, ...]
    sparse: Sparse


@dataclass(frozen=True, slots=True)
class Hits:
    """The best of each side, occurrence id → score: cosine, and BM25 with live IDF."""

    cosine: Mapping[str, float]
    bm25: Mapping[str, float]


class Index(Protocol):
    """Vectors by occurrence. It holds vectors of one embedding model only."""

    async def put(self, points: Sequence[Point]) -> None:
        """Add points, or replace those of the same occurrence. Durable after `flush` only."""
        ...

    async def flush(self) -> None:
        """Everything put so far survives a power cut when this returns."""
        ...

    async def counts(self) -> Mapping[str, int]:
        """Edition id → how many points it has; editions without any are left out."""
        ...

    async def search(
        self, dense: Sequence[float], sparse: Sparse, editions: Sequence[str], limit: int
    ) -> Hits:
        """The `limit` best of each side among these editions. No `dense`: words only."""
        ...
