"""RFC 6962 roots, against the test vectors of Certificate Transparency."""

import hashlib

import pytest

from plumbline_tlog.hashes import EMPTY_ROOT, leaf_hash, root_hash, split_point
from plumbline_tlog.tree import grown, root_at

ENTRIES = [
    bytes.fromhex(text)
    for text in (
        "",
        "00",
        "10",
        "2021",
        "3031",
        "40414243",
        "5051525354555657",
        "606162636465666768696a6b6c6d6e6f",
    )
]
ROOTS = [
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]


@pytest.mark.parametrize("size", range(1, 9))
def test_the_published_roots_come_out(size: int) -> None:
    assert root_hash([leaf_hash(entry) for entry in ENTRIES[:size]]).hex() == ROOTS[size - 1]


def test_an_empty_tree_has_the_hash_of_nothing() -> None:
    assert root_hash([]) == EMPTY_ROOT == hashlib.sha256().digest()


def test_a_leaf_cannot_pass_for_a_node() -> None:
    left, right = leaf_hash(b"left"), leaf_hash(b"right")
    assert leaf_hash(left + right) != root_hash([left, right])


@pytest.mark.parametrize(("size", "expected"), [(2, 1), (3, 2), (4, 2), (5, 4), (8, 4), (9, 8)])
def test_a_tree_splits_at_the_largest_power_of_two_below_its_size(size: int, expected: int) -> None:
    assert split_point(size) == expected


def test_complete_nodes_give_the_root_of_every_earlier_size() -> None:
    leaves = [leaf_hash(b"%d" % index) for index in range(300)]
    nodes: dict[tuple[int, int], bytes] = {}
    for start in range(0, 300, 7):
        nodes.update(grown(lambda *at: nodes[at], start, leaves[start : start + 7]))
    for size in range(301):
        assert root_at(lambda *at: nodes[at], size) == root_hash(leaves[:size])
