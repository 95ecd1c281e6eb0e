"""Signed notes: the published example, and every form that must be refused."""

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from plumbline_tlog.errors import BadSignature, MalformedNote
from plumbline_tlog.note import (
    Verifier,
    load_signer,
    new_signer,
    open_note,
    parse_note,
    sign_note,
)

# The example in the documentation of golang.org/x/mod/sumdb/note.
VKEY = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
TEXT = (
    "If you think cryptography is the answer to your problem,\n"
    "then you don't know what your problem is.\n"
)
NOTE = (
    TEXT
    + "\n— PeterNeumann "
    + "x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZIn"
    + "NIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n"
)
SIGNER = new_signer("plumbline/log")


def test_a_note_made_by_another_program_opens() -> None:
    assert open_note(NOTE, [Verifier.parse(VKEY)]) == TEXT


def test_a_key_reads_back_from_its_line() -> None:
    assert Verifier.parse(VKEY).vkey == VKEY
    assert Verifier.parse(SIGNER.vkey) == SIGNER.verifier
    assert SIGNER.vkey.startswith(SIGNER.keyid + "+")
    assert len(SIGNER.keyid) == len("plumbline/log+") + 8


@given(st.data())
@settings(max_examples=200, deadline=None)
def test_a_key_with_any_other_character_is_refused(data: st.DataObject) -> None:
    at = data.draw(st.integers(0, len(VKEY) - 1))
    character = data.draw(st.characters(codec="utf-8").filter(lambda c: c != VKEY[at]))
    with pytest.raises(MalformedNote):
        Verifier.parse(VKEY[:at] + character + VKEY[at + 1 :])


@pytest.mark.parametrize(
    "vkey",
    [
        "",
        "+",
        "name",
        "name+c74f20a3",
        VKEY.replace("c74f20a3", "C74F20A3"),
        VKEY + "=",
        VKEY + "\n",
        " " + VKEY,
        "Peter Neumann" + VKEY[12:],
        VKEY[:-1],
    ],
)
def test_a_malformed_key_is_refused(vkey: str) -> None:
    with pytest.raises(MalformedNote):
        Verifier.parse(vkey)


@given(st.text(st.characters(codec="utf-8", exclude_categories=["Cc"])), st.integers(1, 3))
@settings(max_examples=60, deadline=None)
def test_what_is_signed_opens(line: str, signers: int) -> None:
    text = f"{line}\n\nsecond part\n"
    note = sign_note(text, *[SIGNER, new_signer("a"), new_signer("b")][:signers])
    assert open_note(note, [SIGNER.verifier]) == text
    assert len(parse_note(note).signatures) == signers


def test_the_text_ends_at_the_last_blank_line() -> None:
    text = "one\n\n— looks like a signature\n\ntwo\n"
    assert open_note(sign_note(text, SIGNER), [SIGNER.verifier]) == text


def test_every_changed_byte_of_a_note_is_noticed() -> None:
    raw = NOTE.encode()
    for at in range(len(raw)):
        changed = raw[:at] + bytes([raw[at] ^ 1]) + raw[at + 1 :]
        try:
            text = changed.decode()
        except UnicodeDecodeError:
            continue
        with pytest.raises((BadSignature, MalformedNote)):
            open_note(text, [Verifier.parse(VKEY)])


@pytest.mark.parametrize(
    "note",
    [
        "",
        "\n\n",
        TEXT,
        NOTE[:-1],
        NOTE + "\n",
        NOTE.replace("— ", "- "),
        NOTE.replace("— ", "—"),
        NOTE.replace("\n", "\r\n"),
        NOTE.replace("=\n", "\n"),
        NOTE.replace("/", "_"),
        NOTE.replace("— PeterNeumann ", "— Peter+Neumann "),
        NOTE.replace("— PeterNeumann ", "— Peter\u00a0Neumann "),
        NOTE.replace("— PeterNeumann ", "—  "),
        "a\x00b\n\n" + NOTE,
        "\ud800\n\n" + NOTE,
        TEXT + "\n— PeterNeumann x08goA==\n" * 101,
        TEXT + "\n— PeterNeumann x08gow==\n",
    ],
)
def test_another_form_is_refused(note: str) -> None:
    with pytest.raises(MalformedNote):
        open_note(note, [Verifier.parse(VKEY)])


def test_a_note_without_a_known_signature_is_not_believed() -> None:
    with pytest.raises(BadSignature):
        open_note(NOTE, [SIGNER.verifier])
    with pytest.raises(BadSignature):
        open_note(NOTE, [])


def test_a_key_of_the_same_name_is_another_key() -> None:
    with pytest.raises(BadSignature):
        open_note(sign_note(TEXT, new_signer("plumbline/log")), [SIGNER.verifier])


def test_a_wrong_signature_of_a_known_key_beside_a_right_one_is_refused() -> None:
    other = new_signer("other")
    right = sign_note(TEXT, SIGNER)
    wrong = sign_note("something else\n", other).split("\n\n")[1]
    assert open_note(right + wrong, [SIGNER.verifier]) == TEXT  # an unknown key says nothing
    with pytest.raises(BadSignature):
        open_note(right + wrong, [SIGNER.verifier, other.verifier])


@pytest.mark.parametrize("text", ["", "no line feed", "tab\there\n", "bell\x07\n"])
def test_a_text_that_no_note_can_hold_is_not_signed(text: str) -> None:
    with pytest.raises(MalformedNote):
        sign_note(text, SIGNER)


@pytest.mark.parametrize("name", ["", "a b", "a+b", "a\u2003b", "a\nb"])
def test_a_bad_name_makes_no_key(name: str) -> None:
    with pytest.raises(MalformedNote):
        new_signer(name)


def test_a_key_survives_its_file(tmp_path: Path) -> None:
    path = tmp_path / "log.pem"
    path.write_bytes(SIGNER.pem)
    assert load_signer(path, "plumbline/log").vkey == SIGNER.vkey


@pytest.mark.parametrize("data", [b"", b"not a key", b"-----BEGIN PRIVATE KEY-----\n"])
def test_a_file_without_a_key_is_named(tmp_path: Path, data: bytes) -> None:
    path = tmp_path / "log.pem"
    path.write_bytes(data)
    with pytest.raises(ValueError, match=r"log\.pem"):
        load_signer(path, "plumbline/log")
