"""Only a whole backup is put back, only where nothing is lost, and never outside the home."""

from __future__ import annotations

import gzip
import io
import json
import tarfile
from collections.abc import Callable
from pathlib import Path

import pytest

from plumbline_bus.local_lock import held
from plumbline_embedded.archive import MANIFEST, Manifest, writing
from plumbline_embedded.home import Home
from plumbline_embedded.home_format import FORMAT
from plumbline_embedded.restore import Restored, RestoreError, restore

FILES = {"home.json": b'{"format": 1}', "keys/log.pem": b"key", "log.sqlite": b"log" * 9000}


def backup(file: Path, files: dict[str, bytes], home_format: int = FORMAT) -> Path:
    """An archive of these files, as the writer makes it."""
    manifest = Manifest("0", home_format, "2026-01-01T00:00:00+00:00", 7)
    with file.open("wb") as stream, writing(stream, manifest, lambda _: None) as archive:
        for name, data in files.items():
            archive.add_bytes(name, data)
    return file


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """A backup."""
    return backup(tmp_path / "backup.tar.gz", FILES)


def put_back(home: Path, file: Path, *, force: bool = False) -> Restored:
    return restore(Home(home), file, lambda _: lambda _: None, force=force)


def content(folder: Path) -> dict[str, bytes]:
    files = (path for path in folder.rglob("*") if path.is_file() and path.suffix != ".lock")
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in files}


def refusal(home: Path, file: Path, *, force: bool = False) -> str:
    """Why it was refused; the home is as it was."""
    before = content(home)
    with pytest.raises(RestoreError) as refused:
        put_back(home, file, force=force)
    assert content(home) == before
    return str(refused.value)


def test_into_a_new_home_and_into_an_empty_one(tmp_path: Path, file: Path) -> None:
    (tmp_path / "empty").mkdir()
    for name in ("new", "empty"):
        done = put_back(tmp_path / name, file)
        assert (done.manifest.ledger_size, done.aside) == (7, None)
        assert content(tmp_path / name) == FILES
        assert (tmp_path / name / "keys" / "log.pem").stat().st_mode & 0o777 == 0o600


def test_a_home_that_is_there_is_moved_aside_only_when_forced(tmp_path: Path, file: Path) -> None:
    home = tmp_path / "home"
    home.mkdir()
    (home / "log.sqlite").write_bytes(b"mine")
    assert "--force" in refusal(home, file)
    done = put_back(home, file, force=True)
    assert content(home) == FILES
    assert done.aside is not None
    assert (done.aside / "log.sqlite").read_bytes() == b"mine"


def test_a_home_that_is_served_is_left_alone_even_when_forced(tmp_path: Path, file: Path) -> None:
    home = tmp_path / "home"
    home.mkdir()
    (home / "log.sqlite").write_bytes(b"mine")
    with held(home / "log.sqlite"):
        assert "stop it first" in refusal(home, file, force=True)


def cut_off(data: bytes) -> bytes:
    return data[: len(data) * 2 // 3]


def last_bytes_lost(data: bytes) -> bytes:
    return data[:-3]


def one_bit_flipped(data: bytes) -> bytes:
    middle = len(data) // 2
    return data[:middle] + bytes([data[middle] ^ 4]) + data[middle + 1 :]


def no_archive(data: bytes) -> bytes:
    return b"not a backup"


def empty(data: bytes) -> bytes:
    return b""


@pytest.mark.parametrize("damage", [cut_off, last_bytes_lost, one_bit_flipped, no_archive, empty])
@pytest.mark.parametrize("force", [False, True])
def test_a_damaged_archive_is_refused(
    tmp_path: Path, file: Path, damage: Callable[[bytes], bytes], force: bool
) -> None:
    home = tmp_path / "home"
    if force:
        home.mkdir()
        (home / "log.sqlite").write_bytes(b"mine")
    file.write_bytes(damage(file.read_bytes()))
    assert "is not a whole backup" in refusal(home, file, force=force)


def repacked(file: Path, change: Callable[[list[tuple[tarfile.TarInfo, bytes]]], None]) -> Path:
    """The archive with other members, its compression and checksums in order."""
    members = []
    with tarfile.open(file) as tar:
        for info in tar:
            read = tar.extractfile(info)
            members.append((info, read.read() if read else b""))
    change(members)
    with gzip.open(file, "wb") as zipped, tarfile.open(fileobj=zipped, mode="w") as tar:
        for info, data in members:
            info.size = len(data)
            tar.addfile(info, io.BytesIO(data))
    return file


def a_file_changed(members: list[tuple[tarfile.TarInfo, bytes]]) -> None:
    members[1] = (members[1][0], b"another key")


def a_file_left_out(members: list[tuple[tarfile.TarInfo, bytes]]) -> None:
    del members[1]


def a_mode_changed(members: list[tuple[tarfile.TarInfo, bytes]]) -> None:
    members[1][0].mode = 0o644


def no_manifest(members: list[tuple[tarfile.TarInfo, bytes]]) -> None:
    del members[-1]


def a_file_after_the_manifest(members: list[tuple[tarfile.TarInfo, bytes]]) -> None:
    members.append((tarfile.TarInfo("more"), b"more"))


def a_link(members: list[tuple[tarfile.TarInfo, bytes]]) -> None:
    link = tarfile.TarInfo("keys/review.pem")
    link.type, link.linkname = tarfile.SYMTYPE, "/etc/passwd"
    members.insert(0, (link, b""))


def a_manifest_of_something_else(members: list[tuple[tarfile.TarInfo, bytes]]) -> None:
    members[-1] = (members[-1][0], json.dumps({"schema": "other/1", "members": []}).encode())


@pytest.mark.parametrize(
    "change",
    [
        a_file_changed,
        a_file_left_out,
        a_mode_changed,
        no_manifest,
        a_file_after_the_manifest,
        a_link,
        a_manifest_of_something_else,
    ],
)
def test_an_archive_that_is_not_what_its_manifest_says_is_refused(
    tmp_path: Path, file: Path, change: Callable[[list[tuple[tarfile.TarInfo, bytes]]], None]
) -> None:
    home = tmp_path / "home"
    assert "is not a whole backup" in refusal(home, repacked(file, change))
    assert not home.exists() or not list(home.iterdir())


@pytest.mark.parametrize("path", ["../outside", "/tmp/outside", "keys/../../outside", "a\\..\\b"])
def test_no_path_leads_out_of_the_home(tmp_path: Path, path: str) -> None:
    file = backup(tmp_path / "bad.tar.gz", FILES | {path: b"mine now"})
    before = content(tmp_path)
    assert "no file of a home" in refusal(tmp_path / "home", file)
    assert content(tmp_path) == before


def test_a_backup_of_a_newer_version_is_refused(tmp_path: Path) -> None:
    file = backup(tmp_path / "newer.tar.gz", FILES, home_format=FORMAT + 1)
    assert "upgrade Plumbline first" in refusal(tmp_path / "home", file)


def test_a_file_that_is_not_there_is_refused(tmp_path: Path) -> None:
    assert "cannot be read" in refusal(tmp_path / "home", tmp_path / "none")


def test_the_manifest_is_covered_too(tmp_path: Path, file: Path) -> None:
    """By the checksum of the whole: a bit of it that no digest covers cannot change unseen."""
    data = bytearray(gzip.decompress(file.read_bytes()))
    at = data.index(b'"made_at"') + 14
    data[at] ^= 1
    zipped = bytearray(gzip.compress(bytes(data)))
    zipped[-8:-4] = file.read_bytes()[-8:-4]  # the checksum as it was
    file.write_bytes(bytes(zipped))
    assert MANIFEST.encode() in data
    assert "is not a whole backup" in refusal(tmp_path / "home", file)
