"""Every proof verifies; nothing that differs from it does."""

from collections.abc import Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from plumbline_tlog.errors import BadProof
from plumbline_tlog.hashes import EMPTY_ROOT, leaf_hash
from plumbline_tlog.proofs import (
    check_consistency,
    check_inclusion,
    consistency_proof,
    inclusion_proof,
)
from plumbline_tlog.tree import grown, root_at

LARGEST = 300
LEAVES = [leaf_hash(b"entry %d" % index) for index in range(LARGEST)]
NODES = grown(lambda _level, _position: b"", 0, LEAVES)
ROOTS = [root_at(lambda *at: NODES[at], size) for size in range(LARGEST + 1)]


def node(level: int, position: int) -> bytes:
    return NODES[level, position]


@st.composite
def index_and_size(draw: st.DrawFn) -> tuple[int, int]:
    size = draw(st.integers(1, LARGEST))
    return draw(st.integers(0, size - 1)), size


@st.composite
def two_sizes(draw: st.DrawFn) -> tuple[int, int]:
    new = draw(st.integers(2, LARGEST))
    return draw(st.integers(1, new - 1)), new


def flipped(data: bytes, bit: int) -> bytes:
    bit %= len(data) * 8
    return bytes(byte ^ (1 << bit % 8) if i == bit // 8 else byte for i, byte in enumerate(data))


def changed(proof: Sequence[bytes]) -> list[list[bytes]]:
    """The proof shortened, lengthened, reordered and with one bit of each hash flipped."""
    other = leaf_hash(b"other")
    versions = [[*proof, other], [other, *proof], [*proof, b""], [*proof[:-1], other]]
    for index, value in enumerate(proof):
        versions.append([*proof[:index], *proof[index + 1 :]])
        versions.append([*proof[:index], flipped(value, 13 * index), *proof[index + 1 :]])
        versions.append([*proof[:index], value[:-1], *proof[index + 1 :]])
    if len(proof) > 1:
        versions.append(list(proof[::-1]))
    return [version for version in versions if version != list(proof)]


def test_the_published_inclusion_proof_comes_out() -> None:
    entries = ["", "00", "10", "2021", "3031", "40414243", "5051525354555657"]
    entries.append("606162636465666768696a6b6c6d6e6f")
    nodes = grown(
        lambda _level, _position: b"", 0, [leaf_hash(bytes.fromhex(entry)) for entry in entries]
    )
    assert [value.hex() for value in inclusion_proof(lambda *at: nodes[at], 0, 8)] == [
        "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
        "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
        "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4",
    ]


def test_every_inclusion_proof_of_every_small_tree_verifies() -> None:
    for size in range(1, 66):
        for index in range(size):
            proof = inclusion_proof(node, index, size)
            check_inclusion(LEAVES[index], index, size, proof, ROOTS[size])


def test_every_consistency_proof_of_every_small_tree_verifies() -> None:
    for new in range(66):
        for old in range(new + 1):
            check_consistency(old, new, consistency_proof(node, old, new), ROOTS[old], ROOTS[new])


@given(index_and_size())
@settings(max_examples=150, deadline=None)
def test_an_inclusion_proof_verifies_and_nothing_near_it_does(place: tuple[int, int]) -> None:
    index, size = place
    proof = inclusion_proof(node, index, size)
    leaf, root = LEAVES[index], ROOTS[size]
    check_inclusion(leaf, index, size, proof, root)
    for wrong in changed(proof):
        with pytest.raises(BadProof):
            check_inclusion(leaf, index, size, wrong, root)
    for other in {index - 1, index + 1, index ^ 1, size, 0, size - 1} - {index}:
        with pytest.raises(BadProof):
            check_inclusion(leaf, other, size, proof, root)
    with pytest.raises(BadProof):
        check_inclusion(flipped(leaf, index), index, size, proof, root)
    with pytest.raises(BadProof):
        check_inclusion(leaf, index, size, proof, flipped(root, index))


@given(two_sizes())
@settings(max_examples=150, deadline=None)
def test_a_consistency_proof_verifies_and_nothing_near_it_does(sizes: tuple[int, int]) -> None:
    old, new = sizes
    proof = consistency_proof(node, old, new)
    check_consistency(old, new, proof, ROOTS[old], ROOTS[new])
    for wrong in changed(proof):
        with pytest.raises(BadProof):
            check_consistency(old, new, wrong, ROOTS[old], ROOTS[new])
    with pytest.raises(BadProof):
        check_consistency(old, new, proof, flipped(ROOTS[old], new), ROOTS[new])
    with pytest.raises(BadProof):
        check_consistency(old, new, proof, ROOTS[old], flipped(ROOTS[new], old))
    with pytest.raises(BadProof):
        check_consistency(new, old, proof, ROOTS[new], ROOTS[old])


@pytest.mark.parametrize("new", [0, 1, 7, 256])
def test_from_size_0_the_proof_is_empty(new: int) -> None:
    assert consistency_proof(node, 0, new) == []
    check_consistency(0, new, [], EMPTY_ROOT, ROOTS[new])
    with pytest.raises(BadProof):
        check_consistency(0, new, [EMPTY_ROOT], EMPTY_ROOT, ROOTS[new])
    with pytest.raises(BadProof):
        check_consistency(0, new, [], LEAVES[0], ROOTS[new])


def test_two_roots_of_one_size_are_a_fork() -> None:
    with pytest.raises(BadProof):
        check_consistency(7, 7, [], ROOTS[7], flipped(ROOTS[7], 1))
    with pytest.raises(BadProof):
        check_consistency(0, 0, [], EMPTY_ROOT, ROOTS[1])


@pytest.mark.parametrize(("index", "size"), [(-1, 3), (3, 3), (0, 0)])
def test_a_leaf_outside_the_tree_has_no_proof(index: int, size: int) -> None:
    with pytest.raises(ValueError, match="not in a tree"):
        inclusion_proof(node, index, size)
    with pytest.raises(BadProof):
        check_inclusion(LEAVES[0], index, size, [], LEAVES[0])
