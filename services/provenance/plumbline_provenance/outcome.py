"""What became of a published revision, as a leaf of its own: checked again, or taken down."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from typing import Any

from plumbline.regeneration.v1.events_pb2 import AnswerRechecked, AnswerWithdrawn
from plumbline_bus import Hop
from plumbline_provenance.formats import (
    IN_TOTO_STATEMENT,
    OUTCOME_PREDICATE,
    RECHECKED,
    WITHDRAWN,
)
from plumbline_provenance.publication import Publication
from plumbline_provenance.receipt import Receipt
from plumbline_tlog.canonical import decode, encode
from plumbline_tlog.dsse import parse_envelope

Outcome = AnswerRechecked | AnswerWithdrawn


def outcome_of(
    message: Outcome, published: Receipt, trail: Sequence[Hop], trace_id: str
) -> Publication:
    """What is sealed: a Statement about the same content, with all that proves the content.

    One leaf for each outcome and cause: an answer may be checked against many editions.
    """
    kind = f"{_name(message)}/{message.cause.ref}"
    statement = parse_envelope(published.statement).payload
    review_key, render_key, _ = published.keys
    return Publication(
        answer_id=message.answer_id,
        revision=message.revision,
        kind=kind,
        content=published.content,
        content_sha256=hashlib.sha256(published.content).hexdigest(),
        review=published.review,
        rendering=published.rendering,
        statement=_statement(message, statement, trail, trace_id),
        review_key=review_key,
        render_key=render_key,
    )


def _name(message: Outcome) -> str:
    return RECHECKED if isinstance(message, AnswerRechecked) else WITHDRAWN


def _statement(message: Outcome, published: bytes, trail: Sequence[Hop], trace_id: str) -> bytes:
    """The RFC 8785 bytes of the in-toto Statement; its subjects are those of the published one."""
    return encode(
        {
            "_type": IN_TOTO_STATEMENT,
            "subject": decode(published)["subject"],
            "predicateType": OUTCOME_PREDICATE,
            "predicate": {
                "answerId": message.answer_id,
                "revision": message.revision,
                "outcome": _name(message),
                "cause": {"kind": message.cause.kind, "ref": message.cause.ref},
                "published": {"digest": {"sha256": hashlib.sha256(published).hexdigest()}},
                **_details(message),
                "runDetails": {
                    "invocationId": trace_id,
                    "stages": [
                        {
                            "service": hop.service,
                            "event_id": hop.event_id,
                            "started": hop.started,
                            "ended": hop.ended,
                        }
                        for hop in trail
                    ],
                },
            },
        }
    )


def _details(message: Outcome) -> dict[str, Any]:
    if isinstance(message, AnswerWithdrawn):
        return {"reason": message.reason_code}
    return {
        "standsNow": [
            {"place": one.occurrence_id, "version": one.version, "now": one.now_occurrence_id}
            for one in message.passages
        ]
    }
