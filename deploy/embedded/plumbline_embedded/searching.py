"""plumbline search: the passages a question finds, as lines or as one object."""

from __future__ import annotations

import argparse
import json
import sys
import textwrap
from collections.abc import Iterator
from typing import Any, Final

import grpc

from plumbline.retrieval.v1 import search_service_pb2 as pb
from plumbline.retrieval.v1.search_service_pb2_grpc import SearchServiceStub
from plumbline_kit.grpc_channel import open_channel, why_not

CALL_SECONDS: Final = 5.0
BEGINNING: Final = 90  # characters of a passage on a line for people
FOUND, USAGE, NOT_COVERED, NO_SERVER = 0, 2, 3, 7
REASONS: Final = {
    "no-sources": "nothing is held that may be used",
    "disease-not-held": "it names a disease that no current edition is about",
    "which-disease": "it does not say which disease it is about, and several are held",
    "not-in-sources": "no edition speaks of everything that it asks about",
    "nothing-above-floor": "no passage comes near enough",
}


def search_and_tell(address: str, options: argparse.Namespace) -> int:
    """Search, print, and return the exit code: 0 found, 2 usage, 3 not covered, 7 no server."""
    try:
        with open_channel(address) as channel:
            request = pb.SearchRequest(question=options.question)
            found = SearchServiceStub(channel).Search(request, timeout=CALL_SECONDS)
    except (grpc.RpcError, FileNotFoundError) as error:
        return failed(error)
    if options.json:
        print(json.dumps(found_object(found, explain=options.explain), ensure_ascii=False))
    else:
        print("\n".join(lines(found, explain=options.explain)))
    return NOT_COVERED if found.reason_code else FOUND


def failed(error: grpc.RpcError | FileNotFoundError) -> int:
    """Say why there is no result."""
    if isinstance(error, grpc.RpcError) and error.code() is grpc.StatusCode.INVALID_ARGUMENT:
        print(f"plumbline: {error.details()}", file=sys.stderr)
        return USAGE
    print(f"plumbline: the search did not answer{why_not(error)}", file=sys.stderr)
    return NO_SERVER


def found_object(found: pb.SearchResponse, *, explain: bool) -> dict[str, Any]:
    """The object that --json prints."""
    info = found.retrieval
    return {
        "schema": "plumbline.search/1",
        "status": "not_covered" if found.reason_code else "found",
        "reason": found.reason_code or None,
        "nearest": list(found.nearest_titles),
        "passages": [passage_object(passage) for passage in found.passages],
        "retrieval": {"mode": info.mode, "corpus_digest": info.corpus_digest}
        if found.HasField("retrieval")
        else None,
        "explanation": explanation_object(found.explanation) if explain else None,
    }


def passage_object(found: pb.FoundPassage) -> dict[str, Any]:
    """One passage of it."""
    passage = found.passage
    return {
        "rank": found.rank,
        "occurrence_id": passage.occurrence_id,
        "passage_id": passage.passage_id,
        "edition_id": found.edition_id,
        "title": found.title,
        "section": list(passage.section),
        "start": passage.start,
        "end": passage.end,
        "text": passage.text,
        "fused_score": found.fused_score,
        "dense_score": found.dense_score if found.HasField("dense_score") else None,
        "bm25_score": found.bm25_score if found.HasField("bm25_score") else None,
        "dense_rank": found.dense_rank if found.HasField("dense_rank") else None,
        "bm25_rank": found.bm25_rank if found.HasField("bm25_rank") else None,
        "speaks": found.speaks,
    }


def explanation_object(why: pb.Explanation) -> dict[str, Any]:
    """How it was decided."""
    floor = why.floor
    return {
        "corrected": why.corrected or None,
        "focus": [{"stems": list(t.stems), "concept": t.concept_id or None} for t in why.focus],
        "diseases": [
            {
                "disease": subject.disease,
                "label": subject.label,
                "edition_ids": list(subject.edition_ids),
                "named": subject.named,
                "passed": subject.passed,
                "covers": list(subject.covers),
                "chosen": subject.chosen,
            }
            for subject in why.subjects
        ],
        "floor": {
            "cosine": floor.cosine if floor.HasField("cosine") else None,
            "best_cosine": floor.best_cosine if floor.HasField("best_cosine") else None,
            "above": floor.above,
            "candidates": floor.candidates,
        }
        if why.HasField("floor")
        else None,
    }


def lines(found: pb.SearchResponse, *, explain: bool) -> Iterator[str]:
    """The same for people."""
    for passage in found.passages:
        yield from passage_lines(passage)
    if found.reason_code:
        yield f"not covered ({found.reason_code}): {REASONS.get(found.reason_code, 'see above')}"
        yield from (f"  nearest: {title}" for title in found.nearest_titles)
    if explain:
        yield ""
        yield from explanation_lines(found.explanation)


def passage_lines(found: pb.FoundPassage) -> Iterator[str]:
    """Rank and score, where it stands, each part of the score with its place, how it begins."""
    dense, words = "–", "–"  # not among the best of that side
    if found.HasField("dense_score"):
        dense = f"{found.dense_score:.3f} (#{found.dense_rank})"
    if found.HasField("bm25_score"):
        words = f"{found.bm25_score:.2f} (#{found.bm25_rank})"
    along = "" if found.speaks else "  (with its section)"
    yield f"{found.rank:>3}  {found.fused_score:.3f}  {' > '.join(found.passage.section)}{along}"
    yield f"     {found.edition_id}  {found.passage.occurrence_id}  dense {dense}  bm25 {words}"
    yield f"     {printable(textwrap.shorten(found.passage.text, BEGINNING, placeholder=' …'))}"


def printable(text: str) -> str:
    """Without what could steer a terminal: documents come from anybody."""
    return "".join(character if character.isprintable() else " " for character in text)


def explanation_lines(why: pb.Explanation) -> Iterator[str]:
    """Gates in the order in which they are met."""
    if why.corrected:
        yield f"read as: {why.corrected}"
    focus = [term_name(term) for term in why.focus]
    yield f"asked about: {', '.join(focus) or 'nothing besides a disease'}"
    yield "diseases held:"
    for subject in why.subjects:
        yield f"  {subject.label}: {gate_words(subject)}"
        missing = [name for name, held in zip(focus, subject.covers, strict=True) if not held]
        if missing and subject.passed:
            yield f"    never speaks of: {', '.join(missing)}"
    if why.HasField("floor"):
        yield floor_words(why.floor)


def term_name(term: pb.Term) -> str:
    """A term as it is compared, with its concept."""
    name = " ".join(term.stems)
    return f"{name} [{term.concept_id}]" if term.concept_id else name


def gate_words(subject: pb.Subject) -> str:
    """What became of one disease."""
    named = "named" if subject.named else "not named"
    if subject.chosen:
        return f"{named}, the answer's"
    return f"{named}, may speak" if subject.passed else f"{named}, may not speak"


def floor_words(floor: pb.Floor) -> str:
    """Where the passages of the chosen disease stand to the floor."""
    reach = f"{floor.above} of {floor.candidates} candidates reach it"
    if not floor.HasField("cosine"):
        return f"floor: set on words, there is no embedding model; {reach}"
    return f"floor: dense {floor.cosine:.2f}, the best has {floor.best_cosine:.3f}; {reach}"
