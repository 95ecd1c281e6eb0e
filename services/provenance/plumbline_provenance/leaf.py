"""What the log is told of a revision: digests and a salted commitment, and no name of it."""

from __future__ import annotations

import hashlib
import hmac

from plumbline_provenance.formats import LEAF_SCHEMA
from plumbline_tlog.canonical import encode


def answer_commitment(answer_id: str, salt: bytes) -> str:
    """HMAC-SHA-256 of the answer's id under its own random salt, lower-case hex.

    A log is for ever: without the salt, which can be deleted, a leaf says nothing of which answer.
    """
    return hmac.new(salt, answer_id.encode(), hashlib.sha256).hexdigest()


def leaf_bytes(statement: bytes, answer_id: str, salt: bytes, revision: int, kind: str) -> bytes:
    """The RFC 8785 bytes that the log hashes. `statement` is the in-toto Statement itself."""
    return encode(
        {
            "schema": LEAF_SCHEMA,
            "statement_sha256": hashlib.sha256(statement).hexdigest(),
            "answer_commitment": answer_commitment(answer_id, salt),
            "revision": revision,
            "kind": kind,
        }
    )
