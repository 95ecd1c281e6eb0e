"""The door of rendering: only what safety_review's key passed, for this very revision."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from typing import Any, Final

import rfc8785

from plumbline.safety_review.v1.events_pb2 import AnswerReviewed
from plumbline_tlog.dsse import BadSignature, open_envelope
from plumbline_tlog.note import Verifier

REVIEW_TYPE: Final = "application/vnd.plumbline.review+json"
REVIEW_KEY: Final = "plumbline/review"  # a key of another role cannot pass a review
PASSED: Final = frozenset({"pass", "repair"})


def review_keys(trust: Sequence[str]) -> list[Verifier]:
    """The keys that may pass a review, of all that are trusted."""
    keys = [Verifier.parse(vkey) for vkey in trust]
    return [key for key in keys if key.name == REVIEW_KEY]


def is_reviewed(message: AnswerReviewed, keys: Sequence[Verifier]) -> bool:
    """Whether a trusted review passed exactly these bytes, for this answer and this revision."""
    try:
        payload = json.loads(open_envelope(message.review, REVIEW_TYPE, keys))
    except (BadSignature, ValueError):
        return False
    return isinstance(payload, dict) and _covers(payload, message)


def _covers(payload: dict[str, Any], message: AnswerReviewed) -> bool:
    if payload.get("verdict") not in PASSED:
        return False
    covered = [payload.get(name) for name in ("answer_id", "revision", "content_sha256")]
    digest = hashlib.sha256(message.content).hexdigest()
    return covered == [message.run.answer_id, message.run.revision, digest] and _policy_and_checks(
        payload, message.content
    )


def _policy_and_checks(payload: dict[str, Any], content: bytes) -> bool:
    """The hashes of policy and checks in the review are those of the content's own members."""
    try:
        whole = json.loads(content)
        checks = hashlib.sha256(rfc8785.dumps(whole["checks"])).hexdigest()
        policy = whole["policy"]["sha256"]
    except (ValueError, KeyError, TypeError):
        return False
    return [payload.get("policy_sha256"), payload.get("checks_sha256")] == [policy, checks]
