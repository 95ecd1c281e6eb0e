"""A growing tree as its complete nodes: what to store, and the root at any size.

Node (level, position) is the hash of the complete subtree over the leaves
[position * 2^level, (position + 1) * 2^level); it never changes once those leaves exist.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from plumbline_tlog.hashes import EMPTY_ROOT, node_hash, split_point

Nodes = Callable[[int, int], bytes]
"""Gives the complete node at (level, position); it exists whenever it is asked for."""


def subtree_hash(nodes: Nodes, start: int, end: int) -> bytes:
    """The hash over leaves [start, end), a range as the RFC 6962 recursion makes them."""
    size = end - start
    if size & (size - 1) == 0:
        level = size.bit_length() - 1
        return nodes(level, start >> level)
    middle = start + split_point(size)
    return node_hash(subtree_hash(nodes, start, middle), subtree_hash(nodes, middle, end))


def root_at(nodes: Nodes, size: int) -> bytes:
    """The root when the tree had `size` leaves."""
    return subtree_hash(nodes, 0, size) if size else EMPTY_ROOT


def grown(nodes: Nodes, size: int, leaf_hashes: Sequence[bytes]) -> dict[tuple[int, int], bytes]:
    """The complete nodes that appear when these leaves follow the first `size` leaves."""
    new: dict[tuple[int, int], bytes] = {}
    for index, leaf in enumerate(leaf_hashes, start=size):
        level, position, current = 0, index, leaf
        new[level, position] = current
        while position & 1:
            left = new.get((level, position - 1)) or nodes(level, position - 1)
            current = node_hash(left, current)
            level, position = level + 1, position >> 1
            new[level, position] = current
    return new
