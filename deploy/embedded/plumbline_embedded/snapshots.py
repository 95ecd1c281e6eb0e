"""One moment of every store, held while it is copied, whatever is written meanwhile."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path
from typing import Final

from plumbline_embedded.stores import INGEST, LEDGER, LOG, STORES, Kind, opened_beside

TRIES: Final = 200
PAUSE_SECONDS: Final = 0.01  # an edition takes longer to keep than to look twice
PAGES: Final = 1024  # copied between two moves of the progress bar: 4 MB

Advance = Callable[[int], None]


class BackupError(RuntimeError):
    """No backup was made; the message says what to do."""


@contextmanager
def pinned(home: Path) -> Iterator[dict[str, sqlite3.Connection]]:
    """Stores by path, each held at one moment; the moments follow each other as `STORES` says.

    BackupError when a store that cannot be made again is missing, or ingest gives no pause.
    """
    with ExitStack() as stack:
        held: dict[str, sqlite3.Connection] = {}
        for store in STORES:
            if store.kind is Kind.REBUILT or store.path in held:
                continue
            if not (home / store.path).is_file():
                if store.kind is Kind.FOLLOWER:
                    continue
                raise BackupError(f"{home / store.path} is missing; see: plumbline doctor")
            if store.path == INGEST:
                held |= _pin_together(stack, home)
            elif store.path == LEDGER:
                held[LEDGER] = _pin_settled(stack, home / LEDGER)
            else:
                held[store.path] = _pin(stack, home / store.path)
        yield held


def copy_store(source: sqlite3.Connection, target: Path, advance: Advance) -> None:
    """Copy a pinned store into a new file. BackupError when what was copied is damaged."""
    page_bytes = int(source.execute("pragma page_size").fetchone()[0])
    done = 0

    def moved(_: int, remaining: int, total: int) -> None:
        nonlocal done
        advance((total - remaining - done) * page_bytes)
        done = total - remaining

    with closing(sqlite3.connect(target)) as copy:
        source.backup(copy, pages=PAGES, progress=moved)
        found = copy.execute("pragma quick_check(1)").fetchone()[0]
    if found != "ok":
        raise BackupError(f"a store is damaged ({found}); see: plumbline doctor")


def size_bytes(source: sqlite3.Connection) -> int:
    """How large a copy will be."""
    pages, page_bytes = (
        int(source.execute(f"pragma {name}").fetchone()[0]) for name in ("page_count", "page_size")
    )
    return pages * page_bytes


def _pin(stack: ExitStack, path: Path) -> sqlite3.Connection:
    connection = stack.enter_context(opened_beside(path))
    connection.execute("begin")
    connection.execute("select 1 from sqlite_master limit 1").fetchall()  # only now is it held
    return connection


def _pin_together(stack: ExitStack, home: Path) -> dict[str, sqlite3.Connection]:
    """Ingest and the log, with nothing kept in ingest between the two moments."""
    with opened_beside(home / INGEST) as watch:
        for _ in range(TRIES):
            trying = ExitStack()
            before = watch.execute("pragma data_version").fetchone()
            found = {path: _pin(trying, home / path) for path in (INGEST, LOG)}
            if watch.execute("pragma data_version").fetchone() == before:
                stack.enter_context(trying)
                return found
            trying.close()
            time.sleep(PAUSE_SECONDS)
    raise BackupError("guidelines are being ingested without a pause; try again when that is done")


def _pin_settled(stack: ExitStack, path: Path) -> sqlite3.Connection:
    """The ledger, if it can be had, when its whole tree is signed; the next start signs it else."""
    for last in [False] * TRIES + [True]:
        trying = ExitStack()
        connection = _pin(trying, path)
        size, signed = connection.execute("select size, signed from tree").fetchone()
        if last or signed_size(signed) == size:
            stack.enter_context(trying)
            return connection
        trying.close()
        time.sleep(PAUSE_SECONDS)
    raise AssertionError("the last try is always taken")


def signed_size(checkpoint: str) -> int:
    """The size that a checkpoint names; 0 of none. Its signature is for others to check."""
    return int(checkpoint.split("\n")[1]) if checkpoint else 0
