"""plumbline restore FILE: a home as it was, into an empty folder or in place of another."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from plumbline_bus import LogInUse
from plumbline_bus.local_lock import held
from plumbline_embedded.archive import ArchiveError, Manifest, read_through
from plumbline_embedded.home import UNFINISHED, Home
from plumbline_embedded.home_format import FORMAT

Advance = Callable[[int], None]
OpenBar = Callable[[int], Advance]


class RestoreError(RuntimeError):
    """Nothing was restored, and the home is as it was; the message says what to do."""


@dataclass(frozen=True)
class Restored:
    """What was put back, and where the home that was there before is now."""

    manifest: Manifest
    aside: Path | None


def restore(home: Home, file: Path, bar: OpenBar, *, force: bool = False) -> Restored:
    """Put a backup back. Everything is checked before anything in the home changes.

    With `force` a home that is there is moved aside first: moving it back undoes this. RestoreError
    when the home is being served or not empty, or the file is not a whole backup.
    """
    with ExitStack() as stack:
        _require_idle(home, stack)
        occupied = home.path.exists() and any(home.path.iterdir())
        if occupied and not force:
            raise RestoreError(
                f"{home.path} is not empty; choose another home with PLUMBLINE_HOME, "
                "or move this one aside with --force"
            )
        advance = bar(2 * _size(file))
        manifest = _checked(file, advance)
        aside = _move_aside(home) if occupied else None
        try:
            _unpack(home, file, advance)
        except BaseException:
            _undo(home, aside)
            raise
        return Restored(manifest, aside)


def _require_idle(home: Home, stack: ExitStack) -> None:
    """Keep every server from starting on this home until this is done."""
    try:
        if home.log.exists():
            stack.enter_context(held(home.log))
    except LogInUse as error:
        raise RestoreError(f"{error}; stop it first (SIGTERM)") from None


def _size(file: Path) -> int:
    try:
        return file.stat().st_size
    except OSError as error:
        raise RestoreError(f"{file} cannot be read: {error.strerror}") from None


def _checked(file: Path, advance: Advance) -> Manifest:
    try:
        manifest = read_through(file, lambda _path, _mode, chunks: _exhaust(chunks), advance)
    except ArchiveError as error:
        raise RestoreError(f"{file} is not a whole backup: {error}; use an older one") from None
    if manifest.home_format > FORMAT:
        raise RestoreError(
            f"{file} is of a newer Plumbline (format {manifest.home_format}, not {FORMAT}); "
            "upgrade Plumbline first"
        )
    return manifest


def _exhaust(chunks: Iterator[bytes]) -> None:
    for _ in chunks:
        pass


def _move_aside(home: Home) -> Path:
    stamp = datetime.now(UTC).strftime("%Y%m%dT%H%M%SZ")
    aside = home.path.with_name(f"{home.path.name}.before-restore-{stamp}")
    try:
        home.path.rename(aside)
    except OSError as error:
        raise RestoreError(
            f"{home.path} cannot be moved aside ({error.strerror}); "
            "move what is in it elsewhere, then restore without --force"
        ) from None
    return aside


def _unpack(home: Home, file: Path, advance: Advance) -> None:
    """Into a folder of its own first: a home that is half there must not look like one."""
    made = home.path / UNFINISHED
    made.mkdir(parents=True)

    def keep(path: str, mode: int, chunks: Iterator[bytes]) -> None:
        target = made / path
        target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        descriptor = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode)
        with os.fdopen(descriptor, "wb") as stream:
            stream.writelines(chunks)

    read_through(file, keep, advance)
    os.sync()
    for path in list(made.iterdir()):
        path.rename(home.path / path.name)
    made.rmdir()
    os.sync()


def _undo(home: Home, aside: Path | None) -> None:
    if aside is not None:
        shutil.rmtree(home.path, ignore_errors=True)
        aside.rename(home.path)
        return
    for path in list(home.path.iterdir()) if home.path.exists() else []:
        shutil.rmtree(path) if path.is_dir() else path.unlink()
