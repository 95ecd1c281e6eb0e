"""Checkpoints have one form and one key."""

import pytest

from plumbline_tlog.checkpoint import (
    Checkpoint,
    open_checkpoint,
    parse_checkpoint,
    sign_checkpoint,
)
from plumbline_tlog.errors import BadSignature, MalformedNote
from plumbline_tlog.hashes import EMPTY_ROOT, leaf_hash
from plumbline_tlog.note import new_signer, sign_note

SIGNER = new_signer("plumbline/log")
CHECKPOINT = Checkpoint("plumbline/log", 42, leaf_hash(b"x"))


def test_a_checkpoint_reads_back() -> None:
    assert open_checkpoint(sign_checkpoint(CHECKPOINT, SIGNER), SIGNER.verifier) == CHECKPOINT
    empty = Checkpoint("plumbline/log", 0, EMPTY_ROOT)
    assert parse_checkpoint(empty.text) == empty


def test_signing_twice_gives_the_same_bytes() -> None:
    assert sign_checkpoint(CHECKPOINT, SIGNER) == sign_checkpoint(CHECKPOINT, SIGNER)


@pytest.mark.parametrize(
    "text",
    [
        "",
        CHECKPOINT.text[:-1],
        CHECKPOINT.text + "extension\n",
        CHECKPOINT.text.replace("\n42\n", "\n042\n"),
        CHECKPOINT.text.replace("\n42\n", "\n+42\n"),
        CHECKPOINT.text.replace("\n42\n", "\n-42\n"),
        CHECKPOINT.text.replace("\n42\n", "\n４２\n"),
        CHECKPOINT.text.replace("\n42\n", "\n\n"),
        CHECKPOINT.text.replace("\n42\n", "\n" + "9" * 5000 + "\n"),
        CHECKPOINT.text.replace("=\n", "\n"),
        "plumbline/log\n42\nAAAA\n",
        CHECKPOINT.text.removeprefix("plumbline/log"),
    ],
)
def test_another_form_is_refused(text: str) -> None:
    with pytest.raises(MalformedNote):
        parse_checkpoint(text)


def test_the_origin_is_the_name_of_the_key() -> None:
    foreign = Checkpoint("other/log", 42, CHECKPOINT.root)
    with pytest.raises(ValueError, match="origin"):
        sign_checkpoint(foreign, SIGNER)
    with pytest.raises(MalformedNote):
        open_checkpoint(sign_note(foreign.text, SIGNER), SIGNER.verifier)


def test_another_key_is_not_believed() -> None:
    with pytest.raises(BadSignature):
        open_checkpoint(sign_checkpoint(CHECKPOINT, new_signer("plumbline/log")), SIGNER.verifier)
