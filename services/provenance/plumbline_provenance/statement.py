"""The in-toto Statement of a revision: what it rests on, who checked it; no personal data."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from urllib.parse import quote

from plumbline.rendering.v1.events_pb2 import AnswerRendered
from plumbline_bus import Hop
from plumbline_provenance.content import Content, Passage, parse_content
from plumbline_provenance.formats import ANSWER_PREDICATE, IN_TOTO_STATEMENT
from plumbline_tlog.canonical import decode, encode
from plumbline_tlog.dsse import parse_envelope


def make_statement(answer: AnswerRendered, trail: Sequence[Hop], trace_id: str) -> bytes:
    """The RFC 8785 bytes of the Statement. The same arguments give the same bytes.

    The answer's signatures must have been verified. Invalid or NotCanonical when its content is
    not what a receipt can speak of.
    """
    content = parse_content(answer.content)
    return encode(
        {
            "_type": IN_TOTO_STATEMENT,
            "subject": _subjects(answer, content),
            "predicateType": ANSWER_PREDICATE,
            "predicate": {
                "answerId": answer.run.answer_id,
                "revision": answer.run.revision,
                "audience": content.audience,
                "locale": content.locale,
                "cause": {"kind": answer.run.cause.kind, "ref": answer.run.cause.ref or None},
                "resolvedDependencies": [
                    _passage(passage, content) for passage in content.passages
                ],
                "corpus": {"manifestDigest": {"sha256": content.retrieval.get("corpus_digest")}},
                "composer": content.made_by,
                "retriever": {
                    "mode": content.retrieval.get("mode"),
                    "embeddingModel": content.retrieval.get("embedding_model"),
                },
                "safetyReview": _review(answer, content),
                "runDetails": {
                    "invocationId": trace_id,
                    "stages": [_stage(hop) for hop in trail],
                    "publishedAt": answer.published_at,
                },
            },
        }
    )


def _subjects(answer: AnswerRendered, content: Content) -> list[dict[str, Any]]:
    """The content first: it is what was reviewed, and what the pages are made of."""
    subjects = [_subject("content", "application/json", content.sha256)]
    for number, page in enumerate(answer.renditions, start=1):
        subjects.append(_subject(f"rendition-{number}", page.media_type, page.sha256))
    return subjects


def _subject(name: str, media_type: str, sha256: str) -> dict[str, Any]:
    return {"name": name, "mediaType": media_type, "digest": {"sha256": sha256}}


def _passage(passage: Passage, content: Content) -> dict[str, Any]:
    place = (passage.guideline_id, passage.version, passage.occurrence_id)
    spans = [
        {"claim": claim.id, "start": citation.start, "end": citation.end}
        for claim in content.claims
        for citation in (*claim.citations, *claim.also)
        if citation.passage == passage.id
    ]
    return {
        "name": passage.id,
        "uri": "urn:plumbline:" + ":".join(quote(part, safe="") for part in place),
        "digest": {"sha256": passage.text_sha256},
        "annotations": {"section": list(passage.section), "spans": spans},
    }


def _review(answer: AnswerRendered, content: Content) -> dict[str, Any]:
    envelope = parse_envelope(answer.review)
    return {
        "decision": decode(envelope.payload)["verdict"],
        "policy": {
            "version": content.policy_version,
            "digest": {"sha256": content.policy_sha256},
        },
        "checks": list(content.checks),
        "keyid": envelope.keyid,
    }


def _stage(hop: Hop) -> dict[str, str]:
    return {
        "service": hop.service,
        "event_id": hop.event_id,
        "started": hop.started,
        "ended": hop.ended,
    }
