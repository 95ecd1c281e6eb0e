"""Publications to leaves, tiles, a checkpoint and receipts, in the order that survives a crash.

1. Entries and tiles are written. A crash here leaves files that no checkpoint names; they are
   written over.
2. The tree state is committed, with the leaves and all they stand for. A crash here leaves leaves
   without a receipt; the next start finishes them.
3. The checkpoint is signed and published. A crash here loses nothing: the committed tree gives the
   same checkpoint, byte for byte.
4. Receipts are stored; only then does anybody hear of them.
"""

from __future__ import annotations

import secrets
from collections.abc import Sequence

from plumbline_provenance.checkpoint_key import CheckpointKey, LedgerRefused, nothing_signed
from plumbline_provenance.formats import SALT_BYTES, STATEMENT_TYPE
from plumbline_provenance.leaf import leaf_bytes
from plumbline_provenance.publication import Identity, Publication, Sealed
from plumbline_provenance.receipt import Receipt, encode_receipt
from plumbline_provenance.store import NewLeaf, Store, WaitingLeaf
from plumbline_provenance.stored_tree import require_extends, require_whole
from plumbline_tlog import dsse
from plumbline_tlog.checkpoint import Checkpoint, open_checkpoint
from plumbline_tlog.disk import Folder
from plumbline_tlog.errors import TlogError
from plumbline_tlog.hashes import leaf_hash
from plumbline_tlog.note import Signer
from plumbline_tlog.proofs import consistency_proof, inclusion_proof
from plumbline_tlog.tiles import CHECKPOINT, TILE_WIDTH, files_between, tiles_between
from plumbline_tlog.tree import grown, root_at


class Sequencer:
    """The one writer of a ledger. Its calls block; it is used by one thread at a time."""

    def __init__(self, store: Store, files: Folder, signer: Signer) -> None:
        """Take up a ledger where it was left. LedgerRefused when it contradicts what was signed."""
        self._store = store
        self._files = files
        self._signer = signer
        require_whole(store)
        signed = [self._required(store.signed), self._required(self._published())]
        self._key = CheckpointKey(signer, max(signed, key=lambda checkpoint: checkpoint.size))
        self._finish()

    def seal(self, publications: Sequence[Publication]) -> list[Sealed]:
        """Seal these under one checkpoint, each unless it is sealed already.

        The first publication of an identity stands; the rest get its receipt. When this raises,
        any of them may or may not have a leaf, and sealing again is safe.
        """
        new: dict[Identity, Publication] = {}
        for publication in publications:
            if not self._store.has(publication.identity):
                new.setdefault(publication.identity, publication)
        if new:
            self._grow([self._new_leaf(item) for item in new.values()])
        self._finish()
        return [self._store.sealed(publication.identity) for publication in publications]

    def find(self, identity: Identity) -> Sealed | None:
        """What is sealed under this identity; None for nothing."""
        try:
            return self._store.sealed(identity)
        except LookupError:
            return None

    def _new_leaf(self, item: Publication) -> NewLeaf:
        salt = secrets.token_bytes(SALT_BYTES)
        leaf = leaf_bytes(item.statement, item.answer_id, salt, item.revision, item.kind)
        statement = dsse.sign(item.statement, STATEMENT_TYPE, self._signer)
        return NewLeaf(item, leaf, salt, statement)

    def _grow(self, new: Sequence[NewLeaf]) -> None:
        store, old = self._store, self._store.size
        size = old + len(new)
        nodes = grown(store.node, old, [leaf_hash(item.leaf) for item in new])

        def node(level: int, position: int) -> bytes:
            return nodes.get((level, position)) or store.node(level, position)

        def entry(index: int) -> bytes:
            return new[index - old].leaf if index >= old else store.leaf(index)

        self._files.write(files_between(node, entry, old, size))
        store.grow(new, nodes, root_at(node, size))

    def _finish(self) -> None:
        """Publish the committed tree and make the receipts that are owed."""
        checkpoint = self._publish()
        size = self._store.size
        receipts = {
            item.leaf_index: self._receipt(item, size, checkpoint) for item in self._store.waiting()
        }
        if receipts or checkpoint != self._store.signed:
            self._store.keep_receipts(receipts, checkpoint)

    def _publish(self) -> str:
        store, before = self._store, self._key.last.size
        proof = consistency_proof(store.node, before, store.size)
        checkpoint = self._key.sign(store.size, store.root, proof)
        if checkpoint != self._published():
            self._files.write({CHECKPOINT: checkpoint.encode()})
            self._remove_partial_tiles(before, store.size)
        return checkpoint

    def _remove_partial_tiles(self, old: int, new: int) -> None:
        """Narrow tiles are needed only until the full one is there; a crash may leave some."""
        for tile in tiles_between(old, new):
            if tile.width == TILE_WIDTH:
                for folder in tile.partial_folders:
                    self._files.remove(folder)

    def _receipt(self, item: WaitingLeaf, size: int, checkpoint: str) -> bytes:
        return encode_receipt(
            Receipt(
                answer_id=item.answer_id,
                revision=item.revision,
                kind=item.kind,
                content=item.content,
                review=item.review,
                rendering=item.rendering,
                statement=item.statement,
                leaf=item.leaf,
                salt=item.salt,
                leaf_index=item.leaf_index,
                tree_size=size,
                inclusion=tuple(inclusion_proof(self._store.node, item.leaf_index, size)),
                checkpoint=checkpoint,
                keys=(item.review_key, item.render_key, self._signer.vkey),
            )
        )

    def _published(self) -> str:
        try:
            return self._files.read(CHECKPOINT).decode("utf-8", "replace")
        except FileNotFoundError:
            return ""

    def _required(self, signed: str) -> Checkpoint:
        """What a stored checkpoint says, once the stored tree is known to extend it."""
        if not signed:
            return nothing_signed(self._signer)
        try:
            checkpoint = open_checkpoint(signed, self._signer.verifier)
        except TlogError as error:
            raise LedgerRefused("a stored checkpoint is not by this ledger's key") from error
        require_extends(self._store, checkpoint)
        return checkpoint
