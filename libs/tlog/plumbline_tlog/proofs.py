"""Inclusion and consistency proofs: make them (RFC 6962 §2.1), check them (RFC 9162 §2.1)."""

from __future__ import annotations

from collections.abc import Sequence

from plumbline_tlog.errors import BadProof
from plumbline_tlog.hashes import EMPTY_ROOT, HASH_BYTES, node_hash, split_point
from plumbline_tlog.tree import Nodes, subtree_hash


def inclusion_proof(nodes: Nodes, index: int, size: int) -> list[bytes]:
    """Hashes from the leaf's sibling up to the root; indexes count from 0. ValueError outside."""
    if not 0 <= index < size:
        raise ValueError(f"leaf {index} is not in a tree of {size}")
    proof: list[bytes] = []
    start, end = 0, size
    while end - start > 1:
        middle = start + split_point(end - start)
        if index < middle:
            proof.append(subtree_hash(nodes, middle, end))
            end = middle
        else:
            proof.append(subtree_hash(nodes, start, middle))
            start = middle
    return proof[::-1]


def consistency_proof(nodes: Nodes, old: int, new: int) -> list[bytes]:
    """Hashes showing that the tree of `old` leaves is the beginning of that of `new`.

    Empty when old is 0 or both are equal: there is nothing to show.
    """
    if not 0 <= old <= new:
        raise ValueError(f"a tree of {new} cannot begin with one of {old}")
    if old in (0, new):
        return []
    proof: list[bytes] = []
    start, end = 0, new
    while end != old:
        middle = start + split_point(end - start)
        if old <= middle:
            proof.append(subtree_hash(nodes, middle, end))
            end = middle
        else:
            proof.append(subtree_hash(nodes, start, middle))
            start = middle
    if start:  # at 0 the old root itself is this subtree, and the checker has it
        proof.append(subtree_hash(nodes, start, end))
    return proof[::-1]


def check_inclusion(
    leaf: bytes, index: int, size: int, proof: Sequence[bytes], root: bytes
) -> None:
    """Return when this leaf hash stands at `index` of the tree (`size`, `root`); else BadProof."""
    if not 0 <= index < size:
        raise BadProof(f"leaf {index} is not in a tree of {size}")
    _hashes_only([leaf, root, *proof])
    first, second, current = index, size - 1, leaf
    for sibling in proof:
        if second == 0:
            raise BadProof("the inclusion proof is too long")
        if first & 1 or first == second:
            current = node_hash(sibling, current)
            first, second = _past_promotions(first, second)
        else:
            current = node_hash(current, sibling)
        first, second = first >> 1, second >> 1
    if second != 0:
        raise BadProof("the inclusion proof is too short")
    if current != root:
        raise BadProof("the inclusion proof leads to another root")


def check_consistency(
    old: int, new: int, proof: Sequence[bytes], old_root: bytes, new_root: bytes
) -> None:
    """Return when tree (`old`, `old_root`) is the beginning of (`new`, `new_root`); else BadProof.

    From size 0 and between equal sizes the proof is empty (C2SP tlog-witness); RFC 9162 says
    nothing of 0, and verifiers that do not treat it apart refuse it.
    """
    if not 0 <= old <= new:
        raise BadProof(f"a tree of {new} cannot begin with one of {old}")
    _hashes_only([old_root, new_root, *proof])
    if old in (0, new):
        if proof or old_root != (new_root if old else EMPTY_ROOT):
            raise BadProof("two trees that need no proof differ, or one was given")
        if new == 0 and new_root != EMPTY_ROOT:
            raise BadProof("an empty tree has only one root")
        return
    _walk_consistency(old, new, list(proof), old_root, new_root)


def _walk_consistency(
    old: int, new: int, proof: list[bytes], old_root: bytes, new_root: bytes
) -> None:
    path = [old_root, *proof] if old & (old - 1) == 0 else proof
    if not path:
        raise BadProof("the consistency proof is too short")
    first, second = old - 1, new - 1
    while first & 1:
        first, second = first >> 1, second >> 1
    old_hash = new_hash = path[0]
    for sibling in path[1:]:
        if second == 0:
            raise BadProof("the consistency proof is too long")
        if first & 1 or first == second:
            old_hash = node_hash(sibling, old_hash)
            new_hash = node_hash(sibling, new_hash)
            first, second = _past_promotions(first, second)
        else:
            new_hash = node_hash(new_hash, sibling)
        first, second = first >> 1, second >> 1
    if second != 0:
        raise BadProof("the consistency proof is too short")
    if (old_hash, new_hash) != (old_root, new_root):
        raise BadProof("the consistency proof leads to other roots")


def _past_promotions(first: int, second: int) -> tuple[int, int]:
    """Skip the levels at which a promoted node has no sibling (RFC 9162 §2.1.3.2, step 4)."""
    while first and not first & 1:
        first, second = first >> 1, second >> 1
    return first, second


def _hashes_only(values: Sequence[bytes]) -> None:
    if any(len(value) != HASH_BYTES for value in values):
        raise BadProof(f"a hash has not {HASH_BYTES} bytes")
