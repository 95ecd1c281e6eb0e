"""RFC 8785 JSON and strict base64: one byte form per value, and any other form is refused.

What is hashed or signed is stored and sent as these bytes; nobody re-encodes it (RFC 8785 §1).
"""

from __future__ import annotations

import base64
import binascii
import json
from typing import Any

import rfc8785

from plumbline_tlog.errors import NotCanonical


def encode(value: Any) -> bytes:
    """The RFC 8785 bytes of a value. NotCanonical when it has none (NaN, integers past 2^53)."""
    try:
        return bytes(rfc8785.dumps(value))
    except (ValueError, RecursionError) as error:
        raise NotCanonical("the value has no canonical JSON form") from error


def decode(data: bytes) -> Any:
    """The value of RFC 8785 bytes.

    NotCanonical when `data` is not exactly the canonical encoding of what it parses to, so that
    white space, repeated members, escapes and number forms cannot hide a second reading.
    """
    try:
        value = json.loads(data.decode("utf-8"))
    except (ValueError, RecursionError) as error:
        raise NotCanonical("not JSON in UTF-8") from error
    if encode(value) != data:
        raise NotCanonical("not the canonical encoding of its own value")
    return value


def base64_encode(data: bytes) -> str:
    """Standard alphabet, padded (RFC 4648 §4)."""
    return base64.b64encode(data).decode("ascii")


def base64_decode(text: str) -> bytes:
    """The bytes of standard padded base64.

    NotCanonical for the URL alphabet, missing padding, white space and stray trailing bits.
    """
    try:
        data = base64.b64decode(text.encode("ascii"), validate=True)
    except (binascii.Error, UnicodeEncodeError) as error:
        raise NotCanonical("not standard padded base64") from error
    if base64_encode(data) != text:
        raise NotCanonical("not the one base64 form of its bytes")
    return data
