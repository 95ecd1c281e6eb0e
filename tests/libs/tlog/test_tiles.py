"""Tiles: the layout of C2SP, and a stranger's way back to the root."""

from functools import partial
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from plumbline_tlog.checkpoint import Checkpoint
from plumbline_tlog.disk import Disk, Folder
from plumbline_tlog.errors import BadTiles
from plumbline_tlog.fsck import check_tiles, entries
from plumbline_tlog.hashes import leaf_hash, root_hash
from plumbline_tlog.tiles import (
    Tile,
    decode_bundle,
    decode_tile,
    encode_bundle,
    files_between,
    tiles_between,
)
from plumbline_tlog.tree import grown


def entry(index: int) -> bytes:
    return b"entry %d" % index


def built(*sizes: int) -> dict[str, bytes]:
    """The files of a tree that grew in these steps."""
    nodes: dict[tuple[int, int], bytes] = {}
    files: dict[str, bytes] = {}
    old = 0
    for size in sizes:
        hashes = [leaf_hash(entry(index)) for index in range(old, size)]
        nodes.update(grown(lambda *at: nodes[at], old, hashes))
        files |= files_between(lambda *at: nodes[at], entry, old, size)
        old = size
    return files


def checkpoint(size: int) -> Checkpoint:
    leaves = [leaf_hash(entry(index)) for index in range(size)]
    return Checkpoint("plumbline/log", size, root_hash(leaves))


def read_from(files: dict[str, bytes], path: str) -> bytes:
    try:
        return files[path]
    except KeyError as error:
        raise FileNotFoundError(path) from error


@pytest.mark.parametrize(
    ("tile", "path"),
    [
        (Tile(0, 0, 256), "tile/0/000"),
        (Tile(0, 1_234_067, 256), "tile/0/x001/x234/067"),
        (Tile(1, 1_000, 3), "tile/1/x001/000.p/3"),
        (Tile(2, 999, 255), "tile/2/999.p/255"),
    ],
)
def test_paths_are_those_of_the_specification(tile: Tile, path: str) -> None:
    assert tile.path == path
    assert tile.entries_path == path.replace(f"tile/{tile.level}/", "tile/entries/")


@pytest.mark.parametrize(
    ("size", "paths"),
    [
        (0, set()),
        (1, {"tile/0/000.p/1"}),
        (255, {"tile/0/000.p/255"}),
        (256, {"tile/0/000", "tile/1/000.p/1"}),
        (257, {"tile/0/000", "tile/0/001.p/1", "tile/1/000.p/1"}),
    ],
)
def test_a_tile_of_width_0_is_not_served(size: int, paths: set[str]) -> None:
    assert {tile.path for tile in tiles_between(0, size)} == paths


def test_the_third_level_appears_at_65536_leaves() -> None:
    assert [tile.path for tile in tiles_between(65_535, 65_536)] == [
        "tile/0/255",
        "tile/1/000",
        "tile/2/000.p/1",
    ]
    full = {tile.path for tile in tiles_between(0, 65_536)}
    assert {"tile/2/000.p/1", "tile/1/000", "tile/0/255"} <= full
    assert len(full) == 258


@given(st.lists(st.integers(1, 700), min_size=1, max_size=6, unique=True))
@settings(max_examples=25, deadline=None)
def test_tiles_rebuild_the_root_however_the_tree_grew(sizes: list[int]) -> None:
    steps = sorted(sizes)
    files = built(*steps)
    for size in steps:  # every checkpoint signed on the way can still be served
        check_tiles(partial(read_from, files), checkpoint(size))
    assert list(entries(partial(read_from, files), steps[-1])) == [
        entry(index) for index in range(steps[-1])
    ]


@pytest.mark.parametrize("size", [1, 256, 600])
def test_every_damaged_or_missing_file_is_noticed(size: int) -> None:
    files = built(size)
    for path, data in files.items():
        flipped = bytes([data[0] ^ 1]) + data[1:]
        versions = [{**files, path: value} for value in (flipped, data[:-1], data + b"x", b"")]
        versions.append({name: value for name, value in files.items() if name != path})
        for version in versions:
            with pytest.raises(BadTiles):
                check_tiles(partial(read_from, version), checkpoint(size))


@given(st.lists(st.binary(max_size=300), max_size=20))
def test_a_bundle_reads_back(values: list[bytes]) -> None:
    assert decode_bundle(encode_bundle(values)) == values


def test_an_entry_too_long_for_the_format_is_refused() -> None:
    encode_bundle([b"x" * 65_535])
    with pytest.raises(ValueError, match="65535"):
        encode_bundle([b"x" * 65_536])


@pytest.mark.parametrize("data", [b"\x00", b"\x00\x02a", b"\x00\x01ab"])
def test_a_bundle_that_ends_within_an_entry_is_refused(data: bytes) -> None:
    with pytest.raises(BadTiles):
        decode_bundle(data)


def test_a_tile_that_ends_within_a_hash_is_refused() -> None:
    assert decode_tile(b"a" * 64) == [b"a" * 32, b"a" * 32]
    with pytest.raises(BadTiles):
        decode_tile(b"a" * 63)


class FaultyDisk(Disk):
    """Fails at one step: nothing after it happens, as when the power goes."""

    def __init__(self, last_step: int) -> None:
        self.steps_left = last_step

    def step(self) -> None:
        self.steps_left -= 1
        if self.steps_left < 0:
            raise OSError("the power went")

    def make_folder(self, folder: Path) -> None:
        self.step()
        super().make_folder(folder)

    def write(self, path: Path, data: bytes) -> None:
        self.step()
        super().write(path, data)

    def rename(self, source: Path, target: Path) -> None:
        self.step()
        super().rename(source, target)

    def sync_folder(self, folder: Path) -> None:
        self.step()
        super().sync_folder(folder)


def test_a_file_is_whole_or_absent_wherever_writing_stops(tmp_path: Path) -> None:
    new = {"tile/0/000.p/2": b"new hashes", "tile/entries/000.p/2": b"new entries"}
    for last_step in range(100):
        root = tmp_path / str(last_step)
        root.mkdir()
        Folder(root, Disk()).write({"tile/0/000.p/2": b"old"})
        folder = Folder(root, FaultyDisk(last_step))
        try:
            folder.write(new)
        except OSError:
            assert folder.read("tile/0/000.p/2") in (b"old", b"new hashes")
            if (root / "tile/entries/000.p/2").exists():
                assert folder.read("tile/entries/000.p/2") == b"new entries"
            Folder(root, Disk()).write(new)  # and it can be done again
        else:
            assert last_step > 8, "writing took fewer steps than it must"
            break
        assert {name: folder.read(name) for name in new} == new
    else:
        pytest.fail("it never finished")


def test_a_name_made_before_a_crash_is_made_durable_after_it(tmp_path: Path) -> None:
    (tmp_path / "tile" / "0").mkdir(parents=True)
    synced: list[Path] = []

    class Watching(Disk):
        def sync_folder(self, folder: Path) -> None:
            synced.append(folder)

    folder = Folder(tmp_path, Watching())
    folder.write({"tile/0/000": b"x"})
    assert synced == [tmp_path, tmp_path / "tile", tmp_path / "tile" / "0"]
    folder.write({"tile/0/001": b"x"})
    assert synced[3:] == [tmp_path / "tile" / "0"]
