"""The chain of trust at the door: two keys signed the page, and it says what was reviewed."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from plumbline.rendering.v1.events_pb2 import AnswerRendered
from plumbline_pages.claims_text import claim_texts, collapse
from plumbline_tlog.dsse import BadSignature, open_envelope
from plumbline_tlog.note import Verifier

REVIEW_TYPE = "application/vnd.plumbline.review+json"
RENDERING_TYPE = "application/vnd.plumbline.rendering+json"
HTML = "text/html; charset=utf-8"


class Untrusted(ValueError):
    """A rendered answer that may not be shown. The text is a short code without any word of it."""


@dataclass(frozen=True)
class Trusted:
    """What a reader may get: the reviewed content and the page that says it."""

    content: dict[str, Any]
    content_sha256: str
    page: bytes
    review: dict[str, Any]  # the envelope, for its key id and signature


def verifiers(trust: Sequence[str], role: str) -> list[Verifier]:
    """The trusted keys of one role: a key of rendering cannot pass a review."""
    parsed = [Verifier.parse(vkey) for vkey in trust]
    return [verifier for verifier in parsed if verifier.name == f"plumbline/{role}"]


def admit(rendered: AnswerRendered, trust: Sequence[str]) -> Trusted:
    """Check both signatures, what they cover, and every claim on the page."""
    digest = hashlib.sha256(rendered.content).hexdigest()
    _covers(_open(rendered.review, REVIEW_TYPE, verifiers(trust, "review")), rendered, digest)
    rendering = _open(rendered.rendering, RENDERING_TYPE, verifiers(trust, "render"))
    _covers(rendering, rendered, digest)
    page = next((r for r in rendered.renditions if r.media_type == HTML), None)
    if page is None:
        raise Untrusted("no-page")
    shown = hashlib.sha256(page.body).hexdigest()
    listed = {item["media_type"]: item["sha256"] for item in rendering["renditions"]}
    if shown != page.sha256 or listed.get(HTML) != shown:
        raise Untrusted("page-digest")
    content = json.loads(rendered.content)
    _says_what_was_reviewed(page.body, content)
    return Trusted(content, digest, page.body, json.loads(rendered.review))


def _open(envelope: bytes, payload_type: str, keys: Sequence[Verifier]) -> dict[str, Any]:
    try:
        payload = json.loads(open_envelope(envelope, payload_type, keys))
    except (BadSignature, ValueError) as error:
        raise Untrusted("signature") from error
    if not isinstance(payload, dict):
        raise Untrusted("signature")
    return payload


def _covers(payload: dict[str, Any], rendered: AnswerRendered, digest: str) -> None:
    covered = (payload.get("answer_id"), payload.get("revision"), payload.get("content_sha256"))
    if covered != (rendered.run.answer_id, rendered.run.revision, digest):
        raise Untrusted("signature-of-another")


def _says_what_was_reviewed(page: bytes, content: dict[str, Any]) -> None:
    reviewed = {claim["id"]: collapse(claim["text"]) for claim in content["claims"]}
    shown = claim_texts(page)
    if {claim_id for claim_id, _ in shown} != set(reviewed):
        raise Untrusted("claims-missing")
    if any(reviewed[claim_id] != text for claim_id, text in shown):
        raise Untrusted("claims-differ")
