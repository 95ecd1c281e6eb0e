"""The way of a search as it is told: scores by part, gates, coverage and floor."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from plumbline.retrieval.v1 import search_service_pb2 as pb
from plumbline_retrieval.coverage import uncovered
from plumbline_retrieval.found import Found, Way
from plumbline_retrieval.index import Hits
from plumbline_retrieval.rank import COSINE_FLOOR
from plumbline_retrieval.reading import Reading
from plumbline_retrieval.scope import Subject, is_named

NO_HITS = Hits({}, {})


def passages_of(way: Way, found: Found) -> Iterator[pb.FoundPassage]:
    """The passages that were found, each with what it was ranked by."""
    hits = way.hits or NO_HITS
    dense, words = places(hits.cosine), places(hits.bm25)
    speaking = {candidate.occurrence_id for candidate in way.above}
    for evidence in found.evidence:
        place = evidence.passage.occurrence_id
        yield pb.FoundPassage(
            passage=evidence.passage,
            edition_id=evidence.edition_id,
            title=evidence.edition.title,
            rank=evidence.rank,
            fused_score=evidence.score,
            dense_score=hits.cosine.get(place),
            bm25_score=hits.bm25.get(place),
            dense_rank=dense.get(place),
            bm25_rank=words.get(place),
            speaks=place in speaking,
        )


def places(scores: Mapping[str, float]) -> dict[str, int]:
    """The place of each occurrence by its score, from 1; ties by id, as everywhere."""
    best_first = sorted(scores, key=lambda occurrence: (-scores[occurrence], occurrence))
    return {occurrence: rank for rank, occurrence in enumerate(best_first, start=1)}


def explanation_of(way: Way, question: str) -> pb.Explanation:
    """What was understood of the question, and each gate that it met."""
    reading = way.reading
    return pb.Explanation(
        corrected=reading.text if reading.text != question else "",
        focus=[pb.Term(stems=term.stems, concept_id=term.concept_id) for term in reading.focus],
        subjects=[told(subject, way) for subject in way.subjects],
        floor=None if way.hits is None else floor_of(way, way.hits),
    )


def told(subject: Subject, way: Way) -> pb.Subject:
    """What the gate and the coverage made of one disease."""
    return pb.Subject(
        disease=subject.disease,
        label=subject.label,
        edition_ids=[edition.edition_id for edition in subject.editions],
        passed=subject in way.passed.subjects,
        named=is_named(subject, way.reading),
        covers=covers(subject, way.reading),
        chosen=way.chosen is not None and subject.disease == way.chosen.disease,
    )


def covers(subject: Subject, reading: Reading) -> list[bool]:
    """Of each term that is asked about, whether these editions speak of it anywhere."""
    missing = uncovered(reading.focus, subject.vocabulary)
    return [term not in missing for term in reading.focus]


def floor_of(way: Way, hits: Hits) -> pb.Floor:
    """Where the candidates stand to the floor. Without vectors it is set on words, not on them."""
    dense = bool(hits.cosine)
    return pb.Floor(
        cosine=COSINE_FLOOR if dense else None,
        best_cosine=max(hits.cosine.values(), default=0.0) if dense else None,
        above=len(way.above),
        candidates=len(hits.cosine.keys() | hits.bm25.keys()),
    )
