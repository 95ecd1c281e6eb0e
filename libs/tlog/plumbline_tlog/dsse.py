"""DSSE v1.0.2 envelopes with one Ed25519 signature, as RFC 8785 JSON."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from plumbline_tlog.canonical import base64_decode, base64_encode, decode, encode
from plumbline_tlog.errors import BadSignature, NotCanonical
from plumbline_tlog.note import Signer, Verifier

__all__ = ["BadSignature", "Envelope", "open_envelope", "pae", "parse_envelope", "sign"]


@dataclass(frozen=True, slots=True)
class Envelope:
    """An envelope taken apart, not yet verified."""

    payload: bytes
    payload_type: str
    keyid: str
    signature: bytes


def pae(payload_type: str, payload: bytes) -> bytes:
    """The bytes that are signed: DSSE's pre-authentication encoding."""
    kind = payload_type.encode()
    return b"DSSEv1 %d %b %d %b" % (len(kind), kind, len(payload), payload)


def sign(payload: bytes, payload_type: str, signer: Signer) -> bytes:
    """The envelope's bytes. The same payload and key give the same bytes."""
    signature = signer.sign(pae(payload_type, payload))
    return encode(
        {
            "payload": base64_encode(payload),
            "payloadType": payload_type,
            "signatures": [{"keyid": signer.keyid, "sig": base64_encode(signature)}],
        }
    )


def parse_envelope(envelope: bytes) -> Envelope:
    """Take an envelope apart without believing it.

    BadSignature when it is not canonical, has other members, or not exactly one signature.
    """
    try:
        value = decode(envelope)
        outer = _members(value, "payload", "payloadType", "signatures")
        if not isinstance(outer["signatures"], list) or len(outer["signatures"]) != 1:
            raise BadSignature("an envelope must have exactly one signature")
        inner = _members(outer["signatures"][0], "keyid", "sig")
        texts = (outer["payload"], outer["payloadType"], inner["keyid"], inner["sig"])
        if not all(isinstance(text, str) for text in texts):
            raise BadSignature("an envelope's members must be strings")
        payload, payload_type, keyid, signature = texts
        return Envelope(base64_decode(payload), payload_type, keyid, base64_decode(signature))
    except NotCanonical as error:
        raise BadSignature("an envelope is not in its canonical form") from error


def open_envelope(envelope: bytes, payload_type: str, verifiers: Sequence[Verifier]) -> bytes:
    """The payload, once the one signature is known to be by one of these keys.

    BadSignature for an unknown key, a signature that does not verify, another payload type, or
    any envelope but the canonical one with exactly one signature.
    """
    parsed = parse_envelope(envelope)
    if parsed.payload_type != payload_type:
        raise BadSignature("an envelope holds another type of payload")
    for verifier in verifiers:
        if verifier.keyid == parsed.keyid:
            if verifier.verify(pae(payload_type, parsed.payload), parsed.signature):
                return parsed.payload
            raise BadSignature(f"the signature of {verifier.keyid} does not verify")
    raise BadSignature("an envelope is signed by an unknown key")


def _members(value: Any, *names: str) -> dict[str, Any]:
    if not isinstance(value, dict) or set(value) != set(names):
        raise BadSignature(f"an envelope must have exactly the members {', '.join(names)}")
    return value
