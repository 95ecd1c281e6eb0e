"""Which questions asked before a new edition's new passages would now be foremost evidence for.

A cheap bound first, for all questions at once: a passage's fused score is at most its cosine plus
the weight of words. Then, for each that may pass it, whether the edition's disease may speak to it
at all. Who is left is really asked again, so that nothing merely resembles.
"""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Container, Sequence
from typing import Final

import numpy as np

from plumbline.common.v1.common_pb2 import Run
from plumbline.ingest.v1.events_pb2 import Passage
from plumbline.retrieval.v1.events_pb2 import EditionIndexed
from plumbline_retrieval.editions import Edition, Editions
from plumbline_retrieval.embed import Embedder
from plumbline_retrieval.found import Found
from plumbline_retrieval.intake import searched_text
from plumbline_retrieval.questions import FOREMOST, Asked, Questions
from plumbline_retrieval.rank import BM25_WEIGHT, COSINE_FLOOR
from plumbline_retrieval.search import Embedded, Finder

MOST_ADMITTED: Final = 2_000  # in one message; the rest is found when the next edition comes
# How far below the floor a cosine is still looked at: where every word of a question is in the
# passage, its cosine may be lower than the floor (see Finder._speaking).
BELOW_FLOOR: Final = 0.1

_SCHEMA: Final = """
CREATE TABLE IF NOT EXISTS admitted (edition_id TEXT PRIMARY KEY, message BLOB NOT NULL);
"""


class Admission:
    """Completes `edition.indexed`. What it found first stands, so that a repeat says the same."""

    def __init__(
        self,
        finder: Finder,
        editions: Editions,
        questions: Questions,
        embedder: Embedder | None,
        connection: sqlite3.Connection,
    ) -> None:
        self._finder = finder
        self._editions = editions
        self._questions = questions
        self._embedder = embedder
        self._db = connection
        self._db.executescript(_SCHEMA)

    async def completed(self, indexed: EditionIndexed, today: str) -> EditionIndexed:
        """The message with the last run of every question that a new passage would now enter."""
        row = self._db.execute(
            "SELECT message FROM admitted WHERE edition_id = ?", (indexed.edition_id,)
        ).fetchone()
        if row:
            return EditionIndexed.FromString(row[0])
        edition = self._editions.find(indexed.edition_id)
        if edition and edition in self._finder.current(today):
            indexed.admitted.extend(await self._admitted(edition, today))
        self._db.execute(
            "INSERT INTO admitted VALUES (?, ?)",
            (indexed.edition_id, indexed.SerializeToString(deterministic=True)),
        )
        return indexed

    async def _admitted(self, edition: Edition, today: str) -> list[Run]:
        before = self._editions.before(edition)
        # What a recalled edition said is not in any answer now: it is new when the next says it.
        gone = before is not None and self._finder.recalls.reaches(before)
        new = self._editions.new_passages(edition.edition_id, every=gone)
        places = {passage.occurrence_id for passage in new}
        found: list[Run] = []
        for answer_id in await self._possible(edition, new):
            asked = self._questions.find(answer_id)
            if asked and await self._enters(asked, edition, places, today):
                found.append(asked.run)
                if len(found) == MOST_ADMITTED:
                    break
            await asyncio.sleep(0)  # readers' questions come meanwhile
        return found

    async def _enters(
        self, asked: Asked, edition: Edition, places: Container[str], today: str
    ) -> bool:
        """Whether a passage in one of these places is now foremost evidence for the question."""
        if not self._finder.may_answer(asked.question, today, edition.disease):
            return False
        before = Embedded(asked.searched, asked.vector)
        way = await self._finder.explained(asked.question, today, asked.run.audience, before)
        return isinstance(way.result, Found) and any(
            evidence.passage.occurrence_id in places for evidence in way.result.evidence[:FOREMOST]
        )

    async def _possible(self, edition: Edition, new: Sequence[Passage]) -> list[str]:
        """Questions of its disease, or of none, that one of the passages may come near enough."""
        answers, least, vectors = self._questions.about(edition.disease)
        if not answers or not new or self._embedder is None:
            return []
        texts = [searched_text(edition.opened, passage) for passage in new]
        best = (vectors @ (await self._embedder.embed(texts)).T).max(axis=1)
        near = best >= np.maximum(least - BM25_WEIGHT, COSINE_FLOOR - BELOW_FLOOR)
        return [answer for answer, may in zip(answers, near, strict=True) if may]
