"""The keys of a home: an Ed25519 key per role, the question key, and whom to trust."""

from __future__ import annotations

import contextlib
import os
import secrets
from dataclasses import dataclass
from pathlib import Path

from plumbline_tlog.note import Signer, load_signer, new_signer

ROLES = ("review", "render", "log")
QUESTION_KEY_BYTES = 32


class KeysMissing(RuntimeError):
    """A home has a log but not its keys: what it published could not be continued or proven."""


@dataclass(frozen=True)
class Keys:
    """The keys of one home. Private parts stay in files of mode 0600."""

    directory: Path
    review: Signer
    render: Signer
    log: Signer
    question_key: bytes

    @property
    def trust(self) -> tuple[str, ...]:
        """The public keys, as signed-note vkeys."""
        return tuple(signer.vkey for signer in (self.review, self.render, self.log))

    @property
    def trust_file(self) -> Path:
        """The file that holds them, one a line."""
        return self.directory / "trust.txt"


def key_name(role: str) -> str:
    """The name that signatures of a role carry."""
    return f"plumbline/{role}"


def load_or_create(directory: Path, *, may_create: bool) -> Keys:
    """Read the keys of a home, making those that a new home lacks.

    KeysMissing when one is missing and `may_create` is false (the home already has a log).
    `trust.txt` is rebuilt from the private keys every time.
    """
    missing = [path.name for path in _paths(directory) if not path.exists()]
    if missing and not may_create:
        raise KeysMissing(
            f"{directory} lacks {', '.join(missing)}, but this home has a log; "
            "put the keys back from a backup, or choose another home with PLUMBLINE_HOME"
        )
    directory.mkdir(parents=True, exist_ok=True, mode=0o700)
    for role in ROLES:
        path = directory / f"{role}.pem"
        if not path.exists():
            _write_private(path, new_signer(key_name(role)).pem)
    question = directory / "question.key"
    if not question.exists():
        _write_private(question, secrets.token_bytes(QUESTION_KEY_BYTES).hex().encode() + b"\n")
    signers = {role: load_signer(directory / f"{role}.pem", key_name(role)) for role in ROLES}
    keys = Keys(directory, **signers, question_key=read_question_key(question))
    keys.trust_file.write_text("".join(vkey + "\n" for vkey in keys.trust))
    return keys


def read_question_key(path: Path) -> bytes:
    """The 32 bytes that make answer ids unguessable. ValueError when it holds anything else."""
    key = bytes.fromhex(path.read_text().strip())
    if len(key) != QUESTION_KEY_BYTES:
        raise ValueError(f"{path} must hold {QUESTION_KEY_BYTES} bytes in hex")
    return key


def read_trust(path: Path) -> tuple[str, ...]:
    """The vkeys of a trust file; an empty file trusts nothing."""
    return tuple(line.strip() for line in path.read_text().splitlines() if line.strip())


def _paths(directory: Path) -> list[Path]:
    return [*(directory / f"{role}.pem" for role in ROLES), directory / "question.key"]


def _write_private(path: Path, data: bytes) -> None:
    # Linked, not renamed: of two first starts at once the first key stands, and both then read it.
    temporary = path.with_suffix(f".{os.getpid()}.new")
    temporary.unlink(missing_ok=True)
    descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    with contextlib.suppress(FileExistsError):
        os.link(temporary, path)
    temporary.unlink()
