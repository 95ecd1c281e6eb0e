"""Whether the stored tree is whole at its edge, and begins with what was signed before."""

from __future__ import annotations

from plumbline_provenance.checkpoint_key import LedgerRefused
from plumbline_provenance.store import Store
from plumbline_tlog.checkpoint import Checkpoint
from plumbline_tlog.hashes import leaf_hash, node_hash
from plumbline_tlog.tiles import TILE_WIDTH
from plumbline_tlog.tree import root_at


def require_whole(store: Store) -> None:
    """Check what the next leaves will be built on, in a time that hardly grows with the tree.

    The root, the last tile's width of leaves, and as many nodes of every level: whatever a new
    tile, proof or checkpoint is made of. LedgerRefused when any of it is missing or wrong; older
    parts are for `check_tiles`.
    """
    size = store.size
    try:
        right = root_at(store.node, size) == store.root and _edge_is_right(store, size)
    except LookupError as error:
        raise LedgerRefused("the stored tree lacks a leaf or a node") from error
    if not right:
        raise LedgerRefused("the stored tree does not hash to its own root")


def require_extends(store: Store, checkpoint: Checkpoint) -> None:
    """LedgerRefused unless the stored tree begins with the one that was signed."""
    if checkpoint.size > store.size:
        raise LedgerRefused(
            f"the stored tree has {store.size} leaves; {checkpoint.size} were signed"
        )
    if root_at(store.node, checkpoint.size) != checkpoint.root:
        raise LedgerRefused(f"the stored tree differs from the {checkpoint.size} leaves signed")


def _edge_is_right(store: Store, size: int) -> bool:
    leaves = range(max(0, size - TILE_WIDTH), size)
    if any(leaf_hash(store.leaf(index)) != store.node(0, index) for index in leaves):
        return False
    for level in range(1, size.bit_length()):
        count = size >> level
        for position in range(max(0, count - TILE_WIDTH // 2), count):
            left = store.node(level - 1, 2 * position)
            right = store.node(level - 1, 2 * position + 1)
            if store.node(level, position) != node_hash(left, right):
                return False
    return True
