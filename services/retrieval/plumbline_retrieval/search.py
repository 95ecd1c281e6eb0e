"""A question in; the passages an answer may rest on, or why there are none, out."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import reduce
from operator import or_
from typing import Final

from plumbline.retrieval.v1.events_pb2 import Evidence, RetrievalInfo
from plumbline_clinical.lexicon import concepts
from plumbline_clinical.text import matching, words
from plumbline_retrieval.bm25 import Sparse, query_vector
from plumbline_retrieval.coverage import (
    NOT_IN_SOURCES,
    NOTHING_ABOVE_FLOOR,
    covering,
    enough_in_one,
)
from plumbline_retrieval.editions import Edition, Editions, Placed, corpus_digest
from plumbline_retrieval.embed import Embedder
from plumbline_retrieval.index import Hits, Index
from plumbline_retrieval.question_words import question_words
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
from plumbline_retrieval.scope import (
    WHICH_DISEASE,
    Gate,
    Subject,
    gate,
    subjects_of,
)
from plumbline_retrieval.slips import Slips
from plumbline_retrieval.vocabulary import Vocabulary, vocabulary_of

MOST_TITLES: Final = 3
# How much better the best passage of one disease must be than that of any other before a question that
# names none is taken to be about it. Half of what the words alone can add (0.3): the same question put to
# two guidelines of one form differs by less.
CLEAR_MARGIN: Final = 0.15
MOST_BYTES: Final = 524_288  # half of what one record takes


@dataclass(frozen=True)
class Found:
    """Evidence, best first."""

    evidence: tuple[Evidence, ...]
    info: RetrievalInfo


@dataclass(frozen=True)
class NotCovered:
    """Why no held edition may answer, and the titles that came nearest."""

    reason: str
    nearest_titles: tuple[str, ...]


@dataclass(frozen=True)
class Corpus:
    """The current editions of one day, by disease, and what helps to read a question put to them."""

    editions: tuple[Edition, ...]
    subjects: tuple[Subject, ...]
    slips: Slips


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
    _corpus: Corpus | None = field(default=None, init=False)

    async def find(self, question: str, today: str) -> Found | NotCovered:
        """Passages for a question asked on that day (YYYY-MM-DD)."""
        corpus = self._corpus_of(today)
        reading = read_question(corpus.slips.corrected(question))
        query = await self._query(reading)
        passed = gate(reading, corpus.subjects)
        if passed.refusal:
            return await self._refused(passed.refusal, query, corpus.editions)
        subject = await self._subject(reading, query, passed)
        if isinstance(subject, str):
            return await self._refused(subject, query, corpus.editions)
        return await self._evidence(reading, query, subject)

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
        return clearly_best(ranked, placed, able)

    async def _evidence(
        self, reading: Reading, query: Query, subject: Subject
    ) -> Found | NotCovered:
        hits = await self._search(query, subject.editions)
        ranked = fuse(hits)
        placed = self.editions.placed([candidate.occurrence_id for candidate in ranked])
        speaking = varied(eligible(ranked, hits), placed)
        if not speaking or not self._words_suffice(reading, speaking, placed):
            return NotCovered(NOTHING_ABOVE_FLOOR, titles(subject.editions))
        chosen = self._gathered(speaking, placed)
        scores = {candidate.occurrence_id: candidate.score for candidate in ranked}
        editions = {edition.edition_id: edition for edition in subject.editions}
        return Found(evidence_of(in_order(chosen, scores), editions), self._info(subject))

    def _words_suffice(
        self, reading: Reading, ranked: Sequence[Ranked], placed: dict[str, Placed]
    ) -> bool:
        """The floor where there are no vectors to measure one by."""
        if self.embedder is not None:
            return True
        return enough_in_one(reading, (self._words_of(placed[c.occurrence_id]) for c in ranked))

    def _words_of(self, placed: Placed) -> Vocabulary:
        edition = self.editions.find(placed.edition_id)
        return vocabulary_of(edition.opened, [placed.passage]) if edition else Vocabulary()

    def _gathered(self, speaking: Sequence[Ranked], placed: dict[str, Placed]) -> list[Placed]:
        """The best, then the rest of their sections, for a list is quoted whole; then the next best."""
        best, others = speaking[:BEST_BY_RANK], speaking[BEST_BY_RANK:]
        chosen = {c.occurrence_id: placed[c.occurrence_id] for c in best}
        for candidate in best:
            home = placed[candidate.occurrence_id]
            for passage in self.editions.section(home.edition_id, home.passage.section):
                chosen.setdefault(passage.occurrence_id, Placed(passage, home.edition_id))
        for candidate in others:
            chosen.setdefault(candidate.occurrence_id, placed[candidate.occurrence_id])
        return list(chosen.values())[:MOST_EVIDENCE]

    async def _query(self, reading: Reading) -> Query:
        dense: Sequence[float] = ()
        if self.embedder is not None:
            dense = (await self.embedder.embed([reading.expanded]))[0].tolist()
        return Query(dense, query_vector(reading.text))

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
            corpus_digest=corpus_digest(subject.editions),
            disease=subject.disease,
            disease_label=subject.label,
        )

    def _corpus_of(self, today: str) -> Corpus:
        editions = self.editions.current(today)
        if self._corpus is None or self._corpus.editions != editions:
            subjects = subjects_of(editions)
            everything = reduce(or_, (s.vocabulary for s in subjects), Vocabulary())
            self._corpus = Corpus(editions, subjects, Slips(known_words(everything), self._common))
        return self._corpus

    def _common(self, word: str) -> bool:
        """Whether this is an ordinary word. Without a vocabulary every word is taken for what it is."""
        return self.embedder is None or self.embedder.knows(word)


def known_words(vocabulary: Vocabulary) -> frozenset[str]:
    """Every word that a slip may be set right towards."""
    names = (n for c in concepts().values() for n in (c.preferred, *c.synonyms))
    of_lexicon = {matching(word.text) for name in names for word in words(name)}
    of_lexicon = {word for word in of_lexicon if word.isalpha()}
    return vocabulary.words | of_lexicon | question_words().spelt


def clearly_best(
    ranked: Sequence[Ranked], placed: dict[str, Placed], subjects: Sequence[Subject]
) -> Subject | str:
    """The subject whose best passage is better than every other's by a clear margin."""
    of_edition = {e.edition_id: s for s in subjects for e in s.editions}
    best: dict[str, float] = {}
    for candidate in ranked:
        found = placed.get(candidate.occurrence_id)
        if found is not None:
            best.setdefault(of_edition[found.edition_id].disease, candidate.score)
    order = sorted(best.values(), reverse=True)
    if len(order) > 1 and order[0] - order[1] < CLEAR_MARGIN:
        return WHICH_DISEASE
    first = max(best, key=lambda disease: best[disease], default="")
    return next((s for s in subjects if s.disease == first), WHICH_DISEASE)


def in_order(chosen: Iterable[Placed], scores: Mapping[str, float]) -> list[tuple[Placed, float]]:
    """Best first; a passage that came along with its section and was no candidate is last."""
    lowest = min(scores.values())
    scored = ((placed, scores.get(placed.passage.occurrence_id, lowest)) for placed in chosen)
    return sorted(scored, key=lambda pair: (-pair[1], pair[0].passage.occurrence_id))


def evidence_of(
    chosen: Iterable[tuple[Placed, float]], editions: Mapping[str, Edition]
) -> tuple[Evidence, ...]:
    """Ranked passages as they are said, as many as one record takes."""
    found: list[Evidence] = []
    room = MOST_BYTES
    for placed, score in chosen:
        edition = editions[placed.edition_id]
        evidence = Evidence(
            passage=placed.passage,
            edition_id=edition.edition_id,
            guideline_id=edition.guideline_id,
            edition=edition.opened,
            rank=len(found) + 1,
            score=score,
        )
        room -= evidence.ByteSize()
        if room < 0:
            break
        found.append(evidence)
    return tuple(found)


def titles(editions: Iterable[Edition]) -> tuple[str, ...]:
    """The titles of editions, each once, the first few."""
    return tuple(dict.fromkeys(edition.opened.title for edition in editions))[:MOST_TITLES]
