"""The receipt: one RFC 8785 JSON object that carries all a stranger needs to check a revision."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from plumbline_provenance.formats import RECEIPT_SCHEMA, ROLES, SALT_BYTES
from plumbline_provenance.shape import Invalid, member, members, texts
from plumbline_tlog.canonical import base64_decode, base64_encode, encode

# Bytes that are signed or hashed travel as base64 of those bytes, never as JSON within JSON.
_BYTES = ("content", "review", "rendering", "statement", "leaf", "salt")
_NAMES = (
    *("schema", "answer_id", "revision", "kind", *_BYTES),
    *("leaf_index", "tree_size", "inclusion", "checkpoint", "keys"),
)


@dataclass(frozen=True, slots=True)
class Receipt:
    """A receipt taken apart, not yet verified."""

    answer_id: str
    revision: int
    kind: str
    content: bytes  # the reviewed content
    review: bytes  # DSSE envelope by the review key
    rendering: bytes  # DSSE envelope by the render key
    statement: bytes  # DSSE envelope by the log key, holding the in-toto Statement
    leaf: bytes
    salt: bytes
    leaf_index: int  # from 0
    tree_size: int  # leaves under the checkpoint
    inclusion: tuple[bytes, ...]  # the leaf's sibling first
    checkpoint: str  # signed note by the log key
    keys: tuple[str, ...]  # vkeys: review, render, log


def encode_receipt(receipt: Receipt) -> bytes:
    """Its bytes, without a final newline."""
    return encode(
        {
            "schema": RECEIPT_SCHEMA,
            "answer_id": receipt.answer_id,
            "revision": receipt.revision,
            "kind": receipt.kind,
            **{name: base64_encode(getattr(receipt, name)) for name in _BYTES},
            "leaf_index": receipt.leaf_index,
            "tree_size": receipt.tree_size,
            "inclusion": [base64_encode(value) for value in receipt.inclusion],
            "checkpoint": receipt.checkpoint,
            "keys": list(receipt.keys),
        }
    )


def parse_receipt(value: Any) -> Receipt:
    """Read a receipt's JSON value. Invalid for its members, NotCanonical for their base64."""
    members(value, _NAMES, "the receipt")
    if value["schema"] != RECEIPT_SCHEMA:
        raise Invalid(f"the receipt is not {RECEIPT_SCHEMA}")
    keys = tuple(texts(value, "keys"))
    if len(keys) != len(ROLES):
        raise Invalid(f"a receipt carries exactly {len(ROLES)} keys")
    data = {name: base64_decode(member(value, name, str)) for name in _BYTES}
    if len(data["salt"]) != SALT_BYTES:
        raise Invalid(f"the salt has not {SALT_BYTES} bytes")
    return Receipt(
        answer_id=member(value, "answer_id", str),
        revision=member(value, "revision", int),
        kind=member(value, "kind", str),
        **data,
        leaf_index=member(value, "leaf_index", int),
        tree_size=member(value, "tree_size", int),
        inclusion=tuple(base64_decode(text) for text in texts(value, "inclusion")),
        checkpoint=member(value, "checkpoint", str),
        keys=keys,
    )
