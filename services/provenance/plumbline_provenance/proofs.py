"""Proofs made from the stored tree: read only, beside the sequencer that writes it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from plumbline_provenance.publication import Identity
from plumbline_provenance.store import Store, open_store
from plumbline_tlog.checkpoint import Checkpoint, open_checkpoint
from plumbline_tlog.note import Verifier
from plumbline_tlog.proofs import consistency_proof, inclusion_proof

T = TypeVar("T")


class NotSigned(ValueError):
    """No tree of that size was signed yet."""


@dataclass(frozen=True, slots=True)
class Included:
    """How a leaf leads to the root of a tree."""

    leaf: bytes
    leaf_index: int
    size: int
    proof: tuple[bytes, ...]
    checkpoint: str  # when the tree is the one signed last; else ""


@dataclass(frozen=True, slots=True)
class Consistent:
    """How a tree begins with an earlier one."""

    size: int
    proof: tuple[bytes, ...]
    checkpoint: str  # when the later tree is the one signed last; else ""


class Proofs:
    """Answers from the last signed checkpoint: what was stored after it is not there yet.

    Leaves and nodes never change, so several reads need no transaction.
    """

    def __init__(self, store: Store, verifier: Verifier, thread: ThreadPoolExecutor) -> None:
        self._store = store
        self._verifier = verifier
        self._thread = thread

    async def checkpoint(self) -> tuple[str, int]:
        """The last signed note and its size; ("", 0) before the first."""
        return await self._read(self._signed)

    async def leaf_index(self, identity: Identity) -> int:
        """Which leaf a revision has. LookupError when it has none."""
        return await self._read(lambda: self._store.leaf_index(identity))

    async def included(self, leaf_index: int, size: int = 0) -> Included:
        """That a leaf stands in the tree of that size (0: the last). NotSigned; LookupError when
        it has no such leaf."""
        return await self._read(lambda: self._included(leaf_index, size))

    async def consistent(self, old: int, new: int = 0) -> Consistent:
        """That the tree of `new` leaves (0: the last) begins with that of `old`. NotSigned."""
        return await self._read(lambda: self._consistent(old, new))

    async def statement(self, leaf_index: int) -> bytes:
        """The signed envelope. LookupError when there is no such leaf or it was deleted."""
        return await self._read(lambda: self._statement(leaf_index))

    async def _read(self, read: Callable[[], T]) -> T:
        return await asyncio.get_running_loop().run_in_executor(self._thread, read)

    def _signed(self) -> tuple[str, int]:
        note = self._store.signed
        return note, self._opened(note).size if note else 0

    def _opened(self, note: str) -> Checkpoint:
        return open_checkpoint(note, self._verifier)

    def _tree(self, size: int) -> tuple[int, str]:
        """A size that was signed, and the checkpoint if it is the last. NotSigned."""
        checkpoint, last = self._signed()
        if size > last:
            raise NotSigned(f"{last} leaves are signed, not {size}")
        return size or last, checkpoint if size in (0, last) else ""

    def _included(self, leaf_index: int, size: int) -> Included:
        size, checkpoint = self._tree(size)
        if leaf_index >= size:
            raise LookupError(f"leaf {leaf_index} is not in a tree of {size}")
        leaf = self._store.leaf(leaf_index)
        proof = tuple(inclusion_proof(self._store.node, leaf_index, size))
        return Included(leaf, leaf_index, size, proof, checkpoint)

    def _statement(self, leaf_index: int) -> bytes:
        if leaf_index >= self._signed()[1]:
            raise LookupError(f"leaf {leaf_index}")
        return self._store.statement(leaf_index)

    def _consistent(self, old: int, new: int) -> Consistent:
        new, checkpoint = self._tree(new)
        if not 0 < old <= new:
            raise NotSigned(f"a tree of {new} cannot begin with one of {old}")
        return Consistent(new, tuple(consistency_proof(self._store.node, old, new)), checkpoint)


@asynccontextmanager
async def open_proofs(directory: Path, verifier: Verifier) -> AsyncIterator[Proofs]:
    """Read the ledger below `directory`, which must be open for writing already.

    A thread and a connection of their own: a proof does not wait for a batch, nor a batch for it.
    """
    with (
        open_store(directory / "ledger.sqlite") as store,
        ThreadPoolExecutor(1, thread_name_prefix="proofs") as thread,  # closed before the store
    ):
        yield Proofs(store, verifier, thread)
