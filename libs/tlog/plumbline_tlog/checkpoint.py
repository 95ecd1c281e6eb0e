"""Checkpoints (C2SP tlog-checkpoint v1.0.0): a tree's size and root, as a signed note."""

from __future__ import annotations

from dataclasses import dataclass

from plumbline_tlog.canonical import base64_decode, base64_encode
from plumbline_tlog.errors import MalformedNote, NotCanonical
from plumbline_tlog.hashes import HASH_BYTES
from plumbline_tlog.note import Signer, Verifier, open_note, sign_note

MAX_SIZE_DIGITS = 19  # what fits an unsigned 63-bit counter; longer ones are not sizes


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """What a log says of itself. Its origin is its key's name."""

    origin: str
    size: int
    root: bytes

    @property
    def text(self) -> str:
        """The three lines that are signed. Extension lines are never written."""
        return f"{self.origin}\n{self.size}\n{base64_encode(self.root)}\n"


def parse_checkpoint(text: str) -> Checkpoint:
    """Read the three lines. MalformedNote for anything else, extension lines included."""
    lines = text.split("\n")
    if len(lines) != 4 or lines[3] or not lines[0]:
        raise MalformedNote("a checkpoint has three lines: origin, size, root")
    digits = lines[1]
    if not (digits.isascii() and digits.isdigit()) or len(digits) > MAX_SIZE_DIGITS:
        raise MalformedNote("a checkpoint's size is not a decimal number")
    if digits != str(int(digits)):
        raise MalformedNote("a checkpoint's size has a leading zero")
    try:
        root = base64_decode(lines[2])
    except NotCanonical as error:
        raise MalformedNote("a checkpoint's root is not base64") from error
    if len(root) != HASH_BYTES:
        raise MalformedNote(f"a checkpoint's root has not {HASH_BYTES} bytes")
    return Checkpoint(lines[0], int(digits), root)


def sign_checkpoint(checkpoint: Checkpoint, signer: Signer) -> str:
    """The checkpoint as a signed note. ValueError when the origin is not the key's name."""
    if checkpoint.origin != signer.name:
        raise ValueError("a checkpoint's origin must be the name of the key that signs it")
    return sign_note(checkpoint.text, signer)


def open_checkpoint(note: str, verifier: Verifier) -> Checkpoint:
    """The checkpoint, once its log's key has been verified; else BadSignature or MalformedNote."""
    checkpoint = parse_checkpoint(open_note(note, [verifier]))
    if checkpoint.origin != verifier.name:
        raise MalformedNote("a checkpoint's origin is not the name of its key")
    return checkpoint
