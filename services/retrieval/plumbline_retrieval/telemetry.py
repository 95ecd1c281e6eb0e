"""The span of a search: which passages were found for which answer, never which words."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from contextlib import contextmanager

from opentelemetry.trace import Span

from plumbline.common.v1.common_pb2 import Run
from plumbline_kit import telemetry_names as names
from plumbline_kit.telemetry import step
from plumbline_retrieval.found import Found, NotCovered
from plumbline_retrieval.rank import MOST_EVIDENCE


@contextmanager
def searching(run: Run) -> Iterator[Span]:
    """Around one search."""
    attributes: dict[str, str | int] = {
        names.OPERATION: "retrieval",
        names.PROVIDER: "plumbline",
        names.TOP_K: MOST_EVIDENCE,
        names.SPAN_KIND: "RETRIEVER",
        names.ANSWER_ID: run.answer_id,
        names.REVISION: run.revision,
    }
    with step("retrieval passages", attributes) as span:
        yield span


def tell_found(span: Span, found: Found) -> None:
    """The passages, in each of the forms that a viewer may read: ids, scores and digests."""
    places = [e.passage.occurrence_id for e in found.evidence]
    scores = [e.score for e in found.evidence]
    as_json = json.dumps(
        [{"id": place, "score": score} for place, score in zip(places, scores, strict=True)]
    )
    span.set_attributes(
        {
            names.DATA_SOURCE: found.info.corpus_digest,
            names.RETRIEVAL_MODE: found.info.mode,
            names.DOCUMENTS: as_json,
            names.OUTPUT: as_json,
            names.OUTPUT_TYPE: "application/json",
            names.PASSAGE_IDS: places,
            names.PASSAGE_DIGESTS: [digest(e.passage.text) for e in found.evidence],
        }
    )
    if found.info.embedding_sha256:
        span.set_attribute(names.MODEL_DIGEST, found.info.embedding_sha256)
    for number, (place, score) in enumerate(zip(places, scores, strict=True)):
        span.set_attribute(f"{names.RETRIEVED}.{number}.document.id", place)
        span.set_attribute(f"{names.RETRIEVED}.{number}.document.score", score)


def tell_not_covered(span: Span, refused: NotCovered) -> None:
    """Why there are none."""
    span.set_attribute(names.REASON, refused.reason)


def digest(text: str) -> str:
    """SHA-256 of a passage's text, as in answers and receipts."""
    return hashlib.sha256(text.encode()).hexdigest()
