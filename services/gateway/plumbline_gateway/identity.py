"""Who an answer is: an id that nobody can guess from a question, and the event that asks it."""

from __future__ import annotations

import hashlib
import hmac
import uuid

import rfc8785

from plumbline_bus import event_id
from plumbline_clinical.question import canonical_question

SCHEME = 1  # version of the canonical form; a new one makes new ids


def answer_id(key: bytes, question: str, audience: str, locale: str, scope: str = "") -> str:
    """32 hex digits: the first 128 bits of HMAC-SHA-256 of the canonical question, as a UUIDv8.

    A plain hash could be guessed from a list of likely questions; the gateways share a secret.
    """
    subject = rfc8785.dumps([SCHEME, canonical_question(question), audience, locale, scope])
    digest = bytearray(hmac.new(key, subject, hashlib.sha256).digest()[:16])
    digest[6] = digest[6] & 0x0F | 0x80  # version 8: ours
    digest[8] = digest[8] & 0x3F | 0x80  # variant of RFC 9562
    return uuid.UUID(bytes=bytes(digest)).hex


def received_id(answer: str, revision: int) -> str:
    """The id of the first question.progressed of a run, whichever gateway says it."""
    return event_id("gateway", answer, "received", revision)


def asked_id(answer: str, revision: int) -> str:
    """The id of question.asked: two gateways that start the same run say the same event."""
    return event_id("gateway", answer, "question.asked", revision)
