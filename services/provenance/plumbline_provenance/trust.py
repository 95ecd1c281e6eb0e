"""Whose signatures count: the trusted keys of each role, and what they signed of an answer."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from plumbline.rendering.v1.events_pb2 import AnswerRendered
from plumbline_provenance.formats import (
    PASSING,
    RENDER_KEY,
    RENDERING_TYPE,
    REVIEW_KEY,
    REVIEW_TYPE,
)
from plumbline_tlog.canonical import decode
from plumbline_tlog.dsse import open_envelope, parse_envelope
from plumbline_tlog.errors import TlogError
from plumbline_tlog.note import Verifier


class Untrusted(ValueError):
    """The answer may not be sealed. `reason` is a short code without any word of it."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True, slots=True)
class Signed:
    """What two trusted keys say of an answer, and which keys they were."""

    verdict: str
    review_key: Verifier
    render_key: Verifier


class Trust:
    """Keys by role: a key of rendering cannot pass a review."""

    def __init__(self, vkeys: Sequence[str]) -> None:
        self._keys = [Verifier.parse(vkey) for vkey in vkeys]

    def require(self, answer: AnswerRendered) -> Signed:
        """Check that review and rendering are signed and of this answer; else Untrusted."""
        review, review_key = self._open(answer.review, REVIEW_TYPE, REVIEW_KEY)
        rendering, render_key = self._open(answer.rendering, RENDERING_TYPE, RENDER_KEY)
        _require_covers(review, answer, "review-of-another")
        _require_covers(rendering, answer, "rendering-of-another")
        verdict = review.get("verdict")
        if verdict not in PASSING:
            raise Untrusted("review-verdict")
        _require_pages(rendering, answer)
        return Signed(str(verdict), review_key, render_key)

    def _open(
        self, envelope: bytes, payload_type: str, role: str
    ) -> tuple[dict[str, Any], Verifier]:
        keys = [key for key in self._keys if key.name == role]
        try:
            payload = decode(open_envelope(envelope, payload_type, keys))
            keyid = parse_envelope(envelope).keyid
        except TlogError as error:
            raise Untrusted(_signature_code(role)) from error
        if not isinstance(payload, dict):
            raise Untrusted(_signature_code(role))
        return payload, next(key for key in keys if key.keyid == keyid)


def _signature_code(role: str) -> str:
    return "review-signature" if role == REVIEW_KEY else "rendering-signature"


def _require_covers(payload: dict[str, Any], answer: AnswerRendered, reason: str) -> None:
    covered = (payload.get("answer_id"), payload.get("revision"), payload.get("content_sha256"))
    digest = hashlib.sha256(answer.content).hexdigest()
    if covered != (answer.run.answer_id, answer.run.revision, digest):
        raise Untrusted(reason)


def _require_pages(payload: dict[str, Any], answer: AnswerRendered) -> None:
    pages = [
        {"media_type": page.media_type, "sha256": hashlib.sha256(page.body).hexdigest()}
        for page in answer.renditions
    ]
    stated = [page.sha256 for page in answer.renditions]
    if payload.get("renditions") != pages or stated != [page["sha256"] for page in pages]:
        raise Untrusted("rendition-digest")
