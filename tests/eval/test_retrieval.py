"""Which side finds the section that answers: words, meaning, both fused, and bm25s as the peer."""

from __future__ import annotations

import math
import os
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

import bm25s
import pytest
import snowballstemmer
from eval.sets import Set, read_set
from eval.vectors import RememberingEmbedder, indexed, remembering_embedder

from plumbline_retrieval.bm25 import query_vector
from plumbline_retrieval.embed import Embedder
from plumbline_retrieval.index import Hits, Index
from plumbline_retrieval.intake import searched_text
from plumbline_retrieval.rank import CANDIDATES, fuse
from plumbline_retrieval.reading import read_question

DATA = os.environ.get("PLUMBLINE_EVAL_DATA", "")
pytestmark = [
    pytest.mark.eval,
    pytest.mark.timeout(1800),
    pytest.mark.skipif(not DATA, reason="PLUMBLINE_EVAL_DATA names no folder of documents"),
]
SETS = ("nci_pdq", "medquad")
SIDES = ("bm25s", "lexical", "dense", "fused")
NDCG_AT, RECALL_AT = 10, 20


@dataclass
class Scores:
    """The figures of one side, one for each question."""

    ndcg: list[float] = field(default_factory=list)
    recall: list[float] = field(default_factory=list)

    def add(self, ranked: Sequence[str], wanted: frozenset[str]) -> None:
        self.ndcg.append(ndcg(ranked[:NDCG_AT], wanted))
        self.recall.append(len(wanted.intersection(ranked[:RECALL_AT])) / len(wanted))

    @property
    def means(self) -> tuple[float, float]:
        return sum(self.ndcg) / len(self.ndcg), sum(self.recall) / len(self.recall)


def ndcg(ranked: Sequence[str], wanted: frozenset[str]) -> float:
    """Normalised discounted cumulative gain; each wanted section counts the same."""
    gain = sum(1 / math.log2(place + 2) for place, one in enumerate(ranked) if one in wanted)
    most = sum(1 / math.log2(place + 2) for place in range(min(len(wanted), NDCG_AT)))
    return gain / most


def sections_of(scores: Mapping[str, float], section_of: Mapping[str, str]) -> list[str]:
    """Sections by their best passage, best first; ties by occurrence id."""
    order = sorted(scores, key=lambda place: (-scores[place], place))
    return list(dict.fromkeys(section_of[place] for place in order if place in section_of))


class Peer:
    """bm25s over the same texts, with Snowball stems and English stop words."""

    def __init__(self, texts: Mapping[str, str]) -> None:
        self._places = list(texts)
        self._stem = snowballstemmer.stemmer("english").stemWords
        self._index = bm25s.BM25()
        self._index.index(self._tokens(list(texts.values())), show_progress=False)

    def scores(self, question: str, limit: int) -> dict[str, float]:
        """Occurrence id → score of the best."""
        most = min(limit, len(self._places))
        found, scores = self._index.retrieve(self._tokens([question]), k=most, show_progress=False)
        pairs = zip(found[0], scores[0], strict=True)
        return {self._places[number]: float(score) for number, score in pairs if score > 0}

    def _tokens(self, texts: list[str]) -> bm25s.tokenization.Tokenized:
        return bm25s.tokenize(texts, stopwords="en", stemmer=self._stem, show_progress=False)


@dataclass
class Bench:
    """One set, held as retrieval holds it, and the peer beside it."""

    made: Set
    index: Index
    embedder: Embedder
    peer: Peer
    everything: Sequence[str]

    async def hits(self, question: str) -> Hits:
        """Both sides' candidates among all editions, as a question is put to the index."""
        reading = read_question(question)
        dense = (await self.embedder.embed([reading.expanded]))[0].tolist()
        sparse = query_vector(reading.text, reading.other_words)
        return await self.index.search(dense, sparse, self.everything, CANDIDATES)

    async def ranked(self, question: str) -> dict[str, list[str]]:
        """Side → sections, best first."""
        hits = await self.hits(question)
        scored = {
            "bm25s": self.peer.scores(question, CANDIDATES),
            "lexical": hits.bm25,
            "dense": hits.cosine,
            "fused": {candidate.occurrence_id: candidate.score for candidate in fuse(hits)},
        }
        return {side: sections_of(scored[side], self.made.section_of) for side in SIDES}


@asynccontextmanager
async def bench(made: Set, folder: Path, embedder: RememberingEmbedder) -> AsyncIterator[Bench]:
    """Every edition of a set taken in."""
    texts = {
        passage.occurrence_id: searched_text(edition.opened, passage)
        for edition in made.editions
        for passage in edition.passages
    }
    everything = [edition.edition_id for edition in made.editions]
    async with indexed(made, folder / "retrieval", embedder) as index:
        yield Bench(made, index, embedder, Peer(texts), everything)


@pytest.mark.parametrize("name", SETS)
async def test_fused_finds_at_least_what_either_side_finds(name: str, tmp_path: Path) -> None:
    made = read_set(Path(DATA), name)
    scores = {side: Scores() for side in SIDES}
    with remembering_embedder(name) as embedder:
        async with bench(made, tmp_path, embedder) as held:
            for question in made.questions:
                for side, found in (await held.ranked(question.text)).items():
                    scores[side].add(found, question.sections)
    report(made, scores)
    for side in ("lexical", "dense"):
        for fused, alone in zip(scores["fused"].means, scores[side].means, strict=True):
            assert fused >= alone, side


def report(made: Set, scores: Mapping[str, Scores]) -> None:
    """The table of one set."""
    sections, passages = len(set(made.section_of.values())), len(made.section_of)
    print(f"\n\n{made.name}: {len(made.questions)} questions, {sections} sections, "
          f"{passages} passages")  # fmt: skip
    print(f"{'':8} nDCG@{NDCG_AT} recall@{RECALL_AT}")
    for side in SIDES:
        print(f"{side:8} {scores[side].means[0]:7.3f} {scores[side].means[1]:9.3f}")
