"""Read a tiled log as a stranger would, and rebuild its root from its entries."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from plumbline_tlog.checkpoint import Checkpoint
from plumbline_tlog.errors import BadTiles
from plumbline_tlog.hashes import leaf_hash
from plumbline_tlog.tiles import TILE_WIDTH, decode_bundle, files_between, tiles_between
from plumbline_tlog.tree import grown, root_at

Read = Callable[[str], bytes]
"""Gives the bytes at a path of the layout; OSError when there is none."""


def entries(read: Read, size: int) -> Iterator[bytes]:
    """The first `size` entries, in order. BadTiles when a bundle is missing or cut short."""
    for tile in tiles_between(0, size):
        if tile.level:
            return
        bundle = decode_bundle(_read(read, tile.entries_path))
        if len(bundle) != tile.width:
            raise BadTiles(f"{tile.entries_path} holds {len(bundle)} entries")
        yield from bundle


def check_tiles(read: Read, checkpoint: Checkpoint) -> None:
    """Return when every tile of the checkpoint is there and right; else BadTiles, naming one.

    Holds the whole tree in memory: about 64 bytes and an entry per leaf.
    """
    kept = list(entries(read, checkpoint.size))
    nodes: dict[tuple[int, int], bytes] = {}
    known = _lookup(nodes)
    for start in range(0, checkpoint.size, TILE_WIDTH):
        hashes = [leaf_hash(entry) for entry in kept[start : start + TILE_WIDTH]]
        nodes.update(grown(known, start, hashes))
    if root_at(known, checkpoint.size) != checkpoint.root:
        raise BadTiles("the entries do not hash to the checkpoint's root")
    for path, expected in files_between(known, kept.__getitem__, 0, checkpoint.size).items():
        if _read(read, path) != expected:
            raise BadTiles(f"{path} is not what its entries make it")


def _lookup(nodes: dict[tuple[int, int], bytes]) -> Callable[[int, int], bytes]:
    def node(level: int, position: int) -> bytes:
        return nodes[level, position]

    return node


def _read(read: Read, path: str) -> bytes:
    try:
        return read(path)
    except OSError as error:
        raise BadTiles(f"{path} cannot be read") from error
