"""The C2SP tlog-tiles v0.1.0 layout: which files a tree is, and what stands in them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from plumbline_tlog.errors import BadTiles
from plumbline_tlog.hashes import HASH_BYTES
from plumbline_tlog.tree import Nodes

TILE_LEVELS = 8  # a tile spans eight levels of the tree
TILE_WIDTH = 256
MAX_ENTRY_BYTES = 65_535  # its length is a uint16
CHECKPOINT = "checkpoint"  # the file name, served as text/plain; charset=utf-8 and never cached


@dataclass(frozen=True, slots=True)
class Tile:
    """A tile's place. `level` counts tiles, not nodes; `width` is 1 to 256, and 256 is full."""

    level: int
    index: int
    width: int

    @property
    def path(self) -> str:
        """Where its hashes stand."""
        return f"tile/{self.level}/{_numbered(self.index, self.width)}"

    @property
    def entries_path(self) -> str:
        """Where the entries under it stand; only for level 0."""
        return f"tile/entries/{_numbered(self.index, self.width)}"

    @property
    def partial_folders(self) -> tuple[str, ...]:
        """Folders that hold narrower forms of it, not needed once the full one is there."""
        number = _number(self.index)
        hashes = (f"tile/{self.level}/{number}.p",)
        return (*hashes, f"tile/entries/{number}.p") if self.level == 0 else hashes


def tiles_between(old: int, new: int) -> Iterator[Tile]:
    """The tiles that appear, or appear wider, when a tree grows from `old` to `new` leaves."""
    level = 0
    while new >> (TILE_LEVELS * level):
        before, after = old >> (TILE_LEVELS * level), new >> (TILE_LEVELS * level)
        if after > before:
            for index in range(before // TILE_WIDTH, -(-after // TILE_WIDTH)):
                yield Tile(level, index, min(TILE_WIDTH, after - index * TILE_WIDTH))
        level += 1


def files_between(
    nodes: Nodes, entry: Callable[[int], bytes], old: int, new: int
) -> dict[str, bytes]:
    """Path → bytes of every file to write when a tree grows from `old` to `new` leaves."""
    files: dict[str, bytes] = {}
    for tile in tiles_between(old, new):
        first = tile.index * TILE_WIDTH
        span = range(first, first + tile.width)
        node_level = tile.level * TILE_LEVELS
        files[tile.path] = b"".join(nodes(node_level, position) for position in span)
        if tile.level == 0:
            files[tile.entries_path] = encode_bundle([entry(position) for position in span])
    return files


def encode_bundle(entries: list[bytes]) -> bytes:
    """Entries, each after its length. ValueError when one is too long for the format."""
    if any(len(entry) > MAX_ENTRY_BYTES for entry in entries):
        raise ValueError(f"an entry is longer than {MAX_ENTRY_BYTES} bytes")
    return b"".join(len(entry).to_bytes(2, "big") + entry for entry in entries)


def decode_bundle(data: bytes) -> list[bytes]:
    """The entries of a bundle. BadTiles when it ends within one."""
    entries, position = [], 0
    while position < len(data):
        start = position + 2
        end = start + int.from_bytes(data[position:start], "big")
        if end > len(data) or start > len(data):
            raise BadTiles("an entry bundle ends within an entry")
        entries.append(data[start:end])
        position = end
    return entries


def decode_tile(data: bytes) -> list[bytes]:
    """The hashes of a tile. BadTiles when it ends within one."""
    if len(data) % HASH_BYTES:
        raise BadTiles("a tile ends within a hash")
    return [data[start : start + HASH_BYTES] for start in range(0, len(data), HASH_BYTES)]


def _numbered(index: int, width: int) -> str:
    return _number(index) if width == TILE_WIDTH else f"{_number(index)}.p/{width}"


def _number(index: int) -> str:
    """Groups of three digits, all but the last with an x: 1234067 is x001/x234/067."""
    groups = [f"{index % 1000:03d}"]
    while index := index // 1000:
        groups.insert(0, f"x{index % 1000:03d}")
    return "/".join(groups)
