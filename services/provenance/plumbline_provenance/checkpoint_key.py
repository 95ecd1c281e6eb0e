"""The log key with a memory: it signs only a tree that begins with the last one it signed."""

from __future__ import annotations

from collections.abc import Sequence

from plumbline_tlog.checkpoint import Checkpoint, sign_checkpoint
from plumbline_tlog.errors import BadProof
from plumbline_tlog.hashes import EMPTY_ROOT
from plumbline_tlog.note import Signer
from plumbline_tlog.proofs import check_consistency


class LedgerRefused(RuntimeError):
    """The ledger contradicts what was signed before, or cannot be read. A person must look.

    Nothing is sealed until then: a second history under one key would make every receipt worthless.
    """


class CheckpointKey:
    """Signs checkpoints, each an extension of the one before."""

    def __init__(self, signer: Signer, last: Checkpoint) -> None:
        self._signer = signer
        self.last = last

    def sign(self, size: int, root: bytes, proof: Sequence[bytes]) -> str:
        """The signed checkpoint; `proof` shows that it extends the last one.

        LedgerRefused for a smaller tree, another root of the same size, or a proof that fails.
        """
        try:
            check_consistency(self.last.size, size, proof, self.last.root, root)
        except BadProof as error:
            raise LedgerRefused(
                f"a tree of {size} leaves does not extend the {self.last.size} signed before"
            ) from error
        checkpoint = Checkpoint(self._signer.name, size, root)
        signed = sign_checkpoint(checkpoint, self._signer)
        self.last = checkpoint
        return signed


def nothing_signed(signer: Signer) -> Checkpoint:
    """What a key that never signed remembers."""
    return Checkpoint(signer.name, 0, EMPTY_ROOT)
