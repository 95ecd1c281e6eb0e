"""Envelopes: one form, one signature, one known key."""

import json
from typing import Any

import pytest

from plumbline_tlog import dsse
from plumbline_tlog.canonical import base64_encode, encode
from plumbline_tlog.dsse import BadSignature, open_envelope, pae, parse_envelope, sign
from plumbline_tlog.note import new_signer

TYPE = "application/vnd.in-toto+json"
SIGNER = new_signer("plumbline/review")
ENVELOPE = sign(b'{"x":1}', TYPE, SIGNER)


def altered(**members: Any) -> bytes:
    return encode({**json.loads(ENVELOPE), **members})


def test_the_signed_bytes_are_those_of_the_specification() -> None:
    expected = b"DSSEv1 29 http://example.com/HelloWorld 11 hello world"
    assert pae("http://example.com/HelloWorld", b"hello world") == expected
    assert pae("é", b"") == b"DSSEv1 2 \xc3\xa9 0 "


def test_what_is_signed_opens_and_reads() -> None:
    assert open_envelope(ENVELOPE, TYPE, [new_signer("a").verifier, SIGNER.verifier]) == b'{"x":1}'
    assert parse_envelope(ENVELOPE).keyid == SIGNER.keyid
    assert sign(b'{"x":1}', TYPE, SIGNER) == ENVELOPE
    assert open_envelope(sign(b"", TYPE, SIGNER), TYPE, [SIGNER.verifier]) == b""


def test_every_changed_byte_is_noticed() -> None:
    for at in range(len(ENVELOPE)):
        for bit in range(8):
            changed = ENVELOPE[:at] + bytes([ENVELOPE[at] ^ (1 << bit)]) + ENVELOPE[at + 1 :]
            with pytest.raises(BadSignature):
                open_envelope(changed, TYPE, [SIGNER.verifier])


def test_another_key_or_type_is_refused() -> None:
    with pytest.raises(BadSignature):
        open_envelope(ENVELOPE, TYPE, [new_signer("plumbline/review").verifier])
    with pytest.raises(BadSignature):
        open_envelope(ENVELOPE, TYPE, [])
    with pytest.raises(BadSignature):
        open_envelope(ENVELOPE, "text/plain", [SIGNER.verifier])


@pytest.mark.parametrize(
    "envelope",
    [
        b"",
        b"null",
        b"[]",
        ENVELOPE + b"\n",
        ENVELOPE.replace(b'":"', b'": "', 1),
        altered(extra=1),
        altered(signatures=[]),
        altered(signatures=json.loads(ENVELOPE)["signatures"] * 2),
        altered(signatures=[{"keyid": SIGNER.keyid}]),
        altered(signatures=[{"keyid": SIGNER.keyid, "sig": 1}]),
        altered(signatures=[{"keyid": SIGNER.keyid, "sig": ""}]),
        altered(signatures={"0": 1}),
        altered(payload=1),
        altered(payload=base64_encode(b'{"x":1}').rstrip("=")),
    ],
)
def test_another_form_is_refused(envelope: bytes) -> None:
    with pytest.raises(BadSignature):
        open_envelope(envelope, TYPE, [SIGNER.verifier])


def test_the_error_can_be_had_from_the_module_that_raises_it() -> None:
    assert dsse.BadSignature is BadSignature
