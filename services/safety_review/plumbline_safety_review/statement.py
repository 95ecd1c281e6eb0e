"""The signed statement about one reviewed content."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

from plumbline.common.v1.common_pb2 import Run
from plumbline_safety_review.content import checks_json
from plumbline_safety_review.policy import Policy
from plumbline_safety_review.review import Passed
from plumbline_tlog.canonical import encode
from plumbline_tlog.dsse import sign
from plumbline_tlog.note import Signer

PAYLOAD_TYPE = "application/vnd.plumbline.review+json"


def checks_sha256(checks: Sequence[tuple[str, str, str]]) -> str:
    """SHA-256 of the RFC 8785 form of what each check said."""
    return hashlib.sha256(encode(checks_json(checks))).hexdigest()


def signed_review(
    content: bytes, passed: Passed, run: Run, policy: Policy, signer: Signer
) -> bytes:
    """The DSSE envelope: this content, for this answer and revision, under this policy and these
    checks.
    """
    payload = encode(
        {
            "answer_id": run.answer_id,
            "revision": run.revision,
            "content_sha256": hashlib.sha256(content).hexdigest(),
            "policy_sha256": policy.sha256,
            "checks_sha256": checks_sha256(passed.checks),
            "verdict": passed.verdict,
        }
    )
    return sign(payload, PAYLOAD_TYPE, signer)
