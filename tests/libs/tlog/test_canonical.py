"""One byte form per value."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plumbline_tlog.canonical import base64_decode, base64_encode, decode, encode
from plumbline_tlog.errors import NotCanonical

SAFE = 2**53 - 1
JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-SAFE, SAFE)
    | st.decimals(-999, 999, places=2).map(float)
    | st.text(st.characters(codec="utf-8")),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(st.text(st.characters(codec="utf-8")), inner, max_size=4)
    ),
    max_leaves=12,
)


@given(JSON)
def test_what_is_encoded_decodes(value: Any) -> None:
    assert decode(encode(value)) == value


@given(JSON)
def test_no_other_bytes_decode_to_the_same_value(value: Any) -> None:
    data = encode(value)
    for other in (data + b"\n", b" " + data, b"\xef\xbb\xbf" + data):
        with pytest.raises(NotCanonical):
            decode(other)
    spaced = json.dumps(value, indent=1, ensure_ascii=False).encode()
    if spaced != data:
        with pytest.raises(NotCanonical):
            decode(spaced)


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"{",
        b'{"a":1,"a":1}',
        b'{"b":1,"a":1}',
        b"1.0",
        b"1e2",
        b"-0",
        b"NaN",
        b"Infinity",
        b"1e999",
        b"9007199254740993",
        b'"\\u0041"',
        b'"\\ud800"',
        b'"\\/"',
        b"\xff",
        b"[" * 100_000,
        b"1" * 10_000,
    ],
)
def test_another_form_is_refused(data: bytes) -> None:
    with pytest.raises(NotCanonical):
        decode(data)


def test_signs_of_medicine_keep_their_bytes() -> None:
    assert encode({"≥": "10⁹ × 10⁻⁴"}) == '{"≥":"10⁹ × 10⁻⁴"}'.encode()


@pytest.mark.parametrize("value", [float("nan"), float("inf"), 2**53, "\ud800", {1: 2}, {1}])
def test_a_value_without_a_form_is_refused(value: Any) -> None:
    with pytest.raises(NotCanonical):
        encode(value)


@given(st.binary())
def test_base64_reads_back(data: bytes) -> None:
    assert base64_decode(base64_encode(data)) == data


@pytest.mark.parametrize("text", ["QQ", "QQ=", "QR==", "Q Q=", "QQ==\n", "_-==", "QQ===", "é", "="])
def test_another_base64_is_refused(text: str) -> None:
    with pytest.raises(NotCanonical):
        base64_decode(text)
