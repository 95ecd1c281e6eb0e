"""A question in; the passages an answer may rest on, or why there are none, out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from plumbline.retrieval.v1.events_pb2 import RetrievalInfo
from plumbline_retrieval.best import clearly_best
from plumbline_retrieval.bm25 import Sparse, query_vector
from plumbline_retrieval.corpus import Corpus, corpus_digest, plain_words
from plumbline_retrieval.coverage import (
    NOT_IN_SOURCES,
    NOTHING_ABOVE_FLOOR,
    SHARE_FLOOR,
    STRANGE_SHARE_FLOOR,
    covering,
    share_covered,
)
from plumbline_retrieval.editions import Edition, Editions, Placed
from plumbline_retrieval.embed import Embedder
from plumbline_retrieval.evidence import evidence_of, in_order, titles
from plumbline_retrieval.found import Found, NotCovered, Way
from plumbline_retrieval.index import Hits, Index
from plumbline_retrieval.rank import (
    BEST_BY_RANK,
    CANDIDATES,
    MOST_EVIDENCE,
    Ranked,
    eligible,
    fuse,
    varied,
)
from plumbline_retrieval.reading import Reading, read_question
from plumbline_retrieval.recalls import Recalls
from plumbline_retrieval.scope import (
    WHICH_DISEASE,
    Gate,
    Subject,
    gate,
    written_for,
)
from plumbline_retrieval.vocabulary import Vocabulary, vocabulary_of

PATIENT: Final = "patient"  # who asks, where nothing else is said


@dataclass(frozen=True)
class Embedded:
    """A text and its vector, from when it was searched for before."""

    text: str
    vector: Sequence[float]


@dataclass(frozen=True)
class Query:
    """A question as the index takes it."""

    dense: Sequence[float]
    sparse: Sparse


@dataclass
class Finder:
    """Finds the passages of current editions. The same question, corpus and day find the same."""

    editions: Editions
    index: Index
    embedder: Embedder | None
    recalls: Recalls
    _corpus: Corpus = field(init=False)

    def __post_init__(self) -> None:
        self._corpus = Corpus(self._common)

    def current(self, today: str) -> tuple[Edition, ...]:
        """The editions that answers may rest on. A recalled one still supersedes the one before."""
        return tuple(e for e in self.editions.current(today) if not self.recalls.reaches(e))

    async def find(self, question: str, today: str, audience: str = PATIENT) -> Found | NotCovered:
        """Passages for a question asked on that day (YYYY-MM-DD) by "patient" or "clinician"."""
        return (await self.explained(question, today, audience)).result

    def may_answer(self, question: str, today: str, disease: str) -> bool:
        """Whether a search could come to rest on what is held about this disease.

        It is what a search looks at first, without the search: no embedding, and no index.
        """
        self._corpus.turn_to(self.current(today))
        subject = self._corpus.subject(disease)
        reading = self._read(question)
        if subject is None or not covering(reading, (subject,)):
            return False
        passed = gate(reading, self._corpus.subjects)
        return subject in passed.subjects and (passed.named or bool(reading.focus))

    async def explained(
        self, question: str, today: str, audience: str = PATIENT, before: Embedded | None = None
    ) -> Way:
        """The same search with the way that it took. `before` spares it an embedding."""
        corpus = self._corpus
        corpus.turn_to(self.current(today))
        reading = self._read(question)
        way = Way(reading, corpus.subjects, gate(reading, corpus.subjects))
        query = await self._query(reading, before)
        way.dense = query.dense
        subject: Subject | str = way.passed.refusal
        if not subject:
            subject = await self._subject(reading, query, way.passed)
        if isinstance(subject, str):
            way.result = await self._refused(subject, query, corpus.editions)
        else:
            way.result = await self._for_reader(way, query, subject, audience)
        return way

    def _read(self, question: str) -> Reading:
        return read_question(self._corpus.slips.corrected(question))

    async def _subject(self, reading: Reading, query: Query, passed: Gate) -> Subject | str:
        """The one disease that the answer will speak of, or the reason why there is none."""
        if not passed.named and not reading.focus:
            return WHICH_DISEASE
        able = covering(reading, passed.subjects)
        if not able:
            return NOT_IN_SOURCES
        if len(able) == 1:
            return able[0]
        ranked = fuse(await self._search(query, [e for s in able for e in s.editions]))
        placed = self.editions.placed([candidate.occurrence_id for candidate in ranked])
        return clearly_best(self._standing(ranked, placed), placed, able)

    async def _for_reader(
        self, way: Way, query: Query, subject: Subject, audience: str
    ) -> Found | NotCovered:
        """Evidence from what is written for the reader; where that does not answer, from all."""
        own = written_for(subject, audience)
        if own is not subject and covering(way.reading, (own,)):
            way.chosen = own
            found = await self._evidence(way, query, own)
            if isinstance(found, Found):
                return found
        way.chosen = subject
        return await self._evidence(way, query, subject)

    async def _evidence(self, way: Way, query: Query, subject: Subject) -> Found | NotCovered:
        way.hits = hits = await self._search(query, subject.editions)
        ranked = fuse(hits)
        placed = self.editions.placed([candidate.occurrence_id for candidate in ranked])
        ranked = self._standing(ranked, placed)
        way.above = tuple(self._speaking(way.reading, ranked, hits, placed))
        speaking = varied(way.above, placed)
        if not speaking:
            return NotCovered(NOTHING_ABOVE_FLOOR, titles(subject.editions))
        chosen = self._gathered(speaking, placed)
        scores = {candidate.occurrence_id: candidate.score for candidate in ranked}
        editions = {edition.edition_id: edition for edition in subject.editions}
        return Found(evidence_of(in_order(chosen, scores), editions), self._info(subject))

    def _standing(self, ranked: Sequence[Ranked], placed: Mapping[str, Placed]) -> list[Ranked]:
        """The candidates that nobody recalled."""
        recalled = self.recalls.reaches_passage
        return [c for c in ranked if not recalled(placed[c.occurrence_id].passage)]

    def _speaking(
        self,
        reading: Reading,
        ranked: Sequence[Ranked],
        hits: Hits,
        placed: Mapping[str, Placed],
    ) -> list[Ranked]:
        """The candidates above the floor: near in meaning, or where that is unknown, in words."""
        near = eligible(ranked, hits)
        if self.embedder is None:
            shares = (self._share(reading, placed[c.occurrence_id]) for c in near)
            return near if max(shares, default=0.0) >= SHARE_FLOOR else []
        if near or all(map(self._common, plain_words(reading.text))):
            return near
        sharing = (c for c in ranked if c.occurrence_id in hits.bm25)
        return [
            c
            for c in sharing
            if self._share(reading, placed[c.occurrence_id]) >= STRANGE_SHARE_FLOOR
        ]

    def _share(self, reading: Reading, placed: Placed) -> float:
        return share_covered(reading, self._words_of(placed))

    def _words_of(self, placed: Placed) -> Vocabulary:
        edition = self.editions.find(placed.edition_id)
        return vocabulary_of(edition.opened, [placed.passage]) if edition else Vocabulary()

    def _gathered(self, speaking: Sequence[Ranked], placed: dict[str, Placed]) -> list[Placed]:
        """The best, then the rest of their sections, for lists are quoted whole; then the next."""
        best, others = speaking[:BEST_BY_RANK], speaking[BEST_BY_RANK:]
        chosen = {c.occurrence_id: placed[c.occurrence_id] for c in best}
        for candidate in best:
            home = placed[candidate.occurrence_id]
            for passage in self.editions.section(home.edition_id, home.passage.section):
                if self.recalls.reaches_passage(passage):
                    continue
                chosen.setdefault(passage.occurrence_id, Placed(passage, home.edition_id))
        for candidate in others:
            chosen.setdefault(candidate.occurrence_id, placed[candidate.occurrence_id])
        return list(chosen.values())[:MOST_EVIDENCE]

    async def _query(self, reading: Reading, before: Embedded | None) -> Query:
        dense: Sequence[float] = ()
        if self.embedder is not None:
            text = reading.expanded
            if before and before.text == text and len(before.vector):
                dense = before.vector
            else:
                dense = (await self.embedder.embed([text]))[0].tolist()
        return Query(dense, query_vector(reading.text, reading.other_words))

    async def _search(self, query: Query, editions: Sequence[Edition]) -> Hits:
        names = [edition.edition_id for edition in editions]
        return await self.index.search(query.dense, query.sparse, names, CANDIDATES)

    async def _refused(self, reason: str, query: Query, editions: Sequence[Edition]) -> NotCovered:
        """Not covered, with the titles of the editions that came nearest."""
        if not editions:
            return NotCovered(reason, ())
        ranked = fuse(await self._search(query, editions))
        placed = self.editions.placed([candidate.occurrence_id for candidate in ranked])
        by_id = {edition.edition_id: edition for edition in editions}
        near = (placed[c.occurrence_id] for c in ranked if c.occurrence_id in placed)
        return NotCovered(reason, titles(by_id[found.edition_id] for found in near))

    def _info(self, subject: Subject) -> RetrievalInfo:
        embedder = self.embedder
        return RetrievalInfo(
            mode="hybrid" if embedder else "lexical",
            embedding_model=embedder.name if embedder else "",
            embedding_sha256=embedder.sha256 if embedder else "",
            corpus_digest=corpus_digest(subject.editions, self.recalls.passages),
            disease=subject.disease,
            disease_label=subject.label,
        )

    def _common(self, word: str) -> bool:
        """Whether this is an ordinary word. Without a vocabulary each word counts as one."""
        return self.embedder is None or self.embedder.knows(word)
