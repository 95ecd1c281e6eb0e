"""A recall as a leaf of its own: what was called back, why, and that it was lifted."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from typing import Any

from plumbline.regeneration.v1.events_pb2 import RecallKind, SourceRecalled
from plumbline_bus import Hop
from plumbline_provenance.formats import (
    IN_TOTO_STATEMENT,
    LIFTED,
    RECALL_PREDICATE,
    RECALL_SCHEMA,
    RECALLED,
)
from plumbline_provenance.publication import Publication
from plumbline_tlog.canonical import encode


def recall_of(message: SourceRecalled, trail: Sequence[Hop], trace_id: str) -> Publication:
    """What is sealed: the recall's words and a Statement about them. Nobody else signs a recall."""
    content = encode(recall_value(message))
    digest = hashlib.sha256(content).hexdigest()
    return Publication(
        answer_id=message.recall_id,  # in the place of an answer's: it is none
        revision=2 if message.lifted else 1,
        kind=f"{LIFTED if message.lifted else RECALLED}/{message.recall_id}",
        content=content,
        content_sha256=digest,
        review=b"",
        rendering=b"",
        statement=encode(_statement(message, digest, trail, trace_id)),
        review_key="",
        render_key="",
    )


def recall_value(message: SourceRecalled) -> dict[str, Any]:
    """A recall as JSON."""
    return {
        "schema": RECALL_SCHEMA,
        "recall_id": message.recall_id,
        "kind": RecallKind.Name(message.kind).removeprefix("RECALL_KIND_").lower(),
        "target": message.target,
        "why": message.why,
        "lifted": message.lifted,
        "at": message.at,
    }


def _statement(
    message: SourceRecalled, digest: str, trail: Sequence[Hop], trace_id: str
) -> dict[str, Any]:
    value = recall_value(message)
    subject = {"name": "recall", "mediaType": "application/json", "digest": {"sha256": digest}}
    stages = [
        {
            "service": hop.service,
            "event_id": hop.event_id,
            "started": hop.started,
            "ended": hop.ended,
        }
        for hop in trail
    ]
    return {
        "_type": IN_TOTO_STATEMENT,
        "subject": [subject],
        "predicateType": RECALL_PREDICATE,
        "predicate": {
            "recallId": value["recall_id"],
            **{name: value[name] for name in ("kind", "target", "why", "lifted", "at")},
            "runDetails": {"invocationId": trace_id, "stages": stages},
        },
    }
