"""Files that are whole or absent: temporary file, fsync, rename, fsync of the folder."""

from __future__ import annotations

import os
import shutil
from collections.abc import Mapping
from pathlib import Path

TEMPORARY = ".writing"  # one name for all, so a crash leaves at most one; a root has one writer


class Disk:
    """The steps of a durable write. Each may fail with OSError; a test passes one that does."""

    def make_folder(self, folder: Path) -> None:
        """Make one folder whose parent exists."""
        folder.mkdir(exist_ok=True)

    def write(self, path: Path, data: bytes) -> None:
        """Write a file, its content on the platter; not yet its name."""
        with path.open("wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())

    def rename(self, source: Path, target: Path) -> None:
        """Put a file in another's place, at once."""
        source.replace(target)

    def sync_folder(self, folder: Path) -> None:
        """Write a folder's list of names to the platter."""
        descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)

    def remove_folder(self, folder: Path) -> None:
        """Remove a folder and what is in it; not being there is no error."""
        shutil.rmtree(folder, ignore_errors=True)


class Folder:
    """A folder with one writer, whose files are whole or absent."""

    def __init__(self, root: Path, disk: Disk) -> None:
        self.root = root
        self._disk = disk
        self._settled = {root}  # folders whose own name is known to be on the platter

    def read(self, name: str) -> bytes:
        """The bytes of a file. OSError when it is not there."""
        return (self.root / name).read_bytes()

    def write(self, files: Mapping[str, bytes]) -> None:
        """Write files below the root, which exists; all are durable when this returns.

        If it does not return, each file is whole (old or new) or absent.
        """
        changed: set[Path] = set()
        reached: set[Path] = set()
        for name, data in files.items():
            target = self.root / name
            self._reach(target.parent, changed, reached)
            self._disk.write(self.root / TEMPORARY, data)
            self._disk.rename(self.root / TEMPORARY, target)
            changed.add(target.parent)
        for folder in sorted(changed):
            self._disk.sync_folder(folder)
        self._settled |= reached

    def remove(self, name: str) -> None:
        """Remove a folder that nobody needs any more. It may come back after a crash."""
        self._disk.remove_folder(self.root / name)

    def _reach(self, folder: Path, changed: set[Path], reached: set[Path]) -> None:
        """Make a folder and those above it; one found there may not be durable yet (a crash)."""
        if folder in self._settled or folder in reached:
            return
        self._reach(folder.parent, changed, reached)
        self._disk.make_folder(folder)
        changed.add(folder.parent)
        reached.add(folder)
