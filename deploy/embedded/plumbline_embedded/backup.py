"""plumbline backup FILE: the whole home in one file, while it is served or not."""

from __future__ import annotations

import os
import sqlite3
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, Final

from plumbline_embedded.archive import ArchiveWriter, Manifest, writing
from plumbline_embedded.assembly import NAMES
from plumbline_embedded.home import Home
from plumbline_embedded.home_format import MARKER, VERSION, read_format
from plumbline_embedded.snapshots import BackupError, copy_store, pinned, size_bytes
from plumbline_embedded.stores import LEDGER, STORES, TILES
from plumbline_provenance.store import Store as LedgerStore
from plumbline_tlog.tiles import CHECKPOINT, files_between

STRIPE_LEAVES: Final = 65_536  # tiles made at a time: two full levels, a few megabytes

Advance = Callable[[int], None]
OpenBar = Callable[[int], Advance]
"""Given how many bytes there will be, what is called with each that is done."""


def take_backup(home: Home, file: Path, environ: Mapping[str, str], bar: OpenBar) -> Manifest:
    """Write a backup of a home into a new file of mode 0600; it is there whole or not at all.

    BackupError, saying what to do, when it cannot be made. OSError of the disk.
    """
    require_ours(home, environ)
    with pinned(home.path) as held, _new_file(file) as (folder, stream):
        ledger = LedgerStore(held[LEDGER])
        made_at = datetime.now(UTC).isoformat(timespec="seconds")
        manifest = Manifest(VERSION, read_format(home.path), made_at, ledger.size)
        advance = bar(2 * sum(size_bytes(connection) for connection in held.values()))
        with writing(stream, manifest, advance) as archive:
            for file_path in (home.path / MARKER, *key_files(home)):
                mode = file_path.stat().st_mode & 0o777
                archive.add_file(_within(home, file_path), file_path, mode)
            for store_path, connection in held.items():
                _add_store(archive, store_path, connection, folder, advance)
            for name, data in ledger_files(ledger):
                archive.add_bytes(f"{TILES}/{name}", data, 0o644)
        return manifest


def ledger_files(ledger: LedgerStore) -> Iterator[tuple[str, bytes]]:
    """The ledger's static files, made from its store: so they are neither behind it nor ahead.

    Files copied from the disk could be either, and a narrow tile may be gone by then.
    """
    for start in range(0, ledger.size, STRIPE_LEAVES):
        end = min(start + STRIPE_LEAVES, ledger.size)
        yield from files_between(ledger.node, ledger.leaf, start, end).items()
    if ledger.signed:
        yield CHECKPOINT, ledger.signed.encode()


def key_files(home: Home) -> list[Path]:
    """The keys, without what a start that is making them may have left."""
    return sorted(path for path in home.keys.iterdir() if path.suffix != ".new")


def require_ours(home: Home, environ: Mapping[str, str]) -> None:
    """BackupError unless this is a home whose every store is known and lies within it."""
    if environ.get("PLUMBLINE_LOG_URL"):
        raise BackupError(
            "the log is not in the home (PLUMBLINE_LOG_URL), and no backup of the one is worth "
            "anything without the other; copy both by the means of your brokers and disks"
        )
    if not home.log.is_file():
        raise BackupError(f"{home.path} is no home; say which one with PLUMBLINE_HOME")
    if moved := [n for s in NAMES if (n := f"PLUMBLINE_{s.upper()}_DIRECTORY") in environ]:
        raise BackupError(f"{moved[0]} puts a store outside the home; unset it, or copy it by hand")
    known = {store.path for store in STORES}
    found = {_within(home, path) for path in home.path.rglob("*.sqlite")}
    if strange := sorted(p for p in found - known if not p.startswith("retrieval/index/")):
        raise BackupError(f"{strange[0]} is not a store of this version; move it out of the home")


def _add_store(
    archive: ArchiveWriter,
    path: str,
    connection: sqlite3.Connection,
    folder: Path,
    advance: Advance,
) -> None:
    copied = folder / "store"
    copy_store(connection, copied, advance)
    archive.add_file(path, copied, 0o600)
    copied.unlink()


@contextmanager
def _new_file(file: Path) -> Iterator[tuple[Path, IO[bytes]]]:
    """A folder to work in and the file to write, which gets its name when all is in it."""
    if file.exists():
        raise BackupError(f"{file} is there already; give another name, or move it away")
    if not file.parent.is_dir():
        raise BackupError(f"there is no folder {file.parent}; make it first")
    # Beside the file, so that the largest store has room wherever the backup has.
    with tempfile.TemporaryDirectory(prefix=".plumbline-backup-", dir=file.parent) as folder:
        unfinished = Path(folder) / "archive"
        descriptor = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "wb") as stream:
            yield Path(folder), stream
            stream.flush()
            os.fsync(stream.fileno())
        unfinished.rename(file)


def _within(home: Home, path: Path) -> str:
    return path.relative_to(home.path).as_posix()
