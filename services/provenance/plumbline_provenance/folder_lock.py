"""One process per ledger: an exclusive lock on its folder, let go by the kernel however it ends."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


class LedgerInUse(RuntimeError):
    """Another process writes this ledger: stop it first. The text says which."""


@contextmanager
def exclusive(folder: Path) -> Iterator[None]:
    """Hold the folder's lock. LedgerInUse when another process does."""
    with (folder / "lock").open("a+") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            file.seek(0)
            holder = file.read().strip() or "unknown"
            raise LedgerInUse(f"the ledger in {folder} is held by process {holder}") from error
        file.truncate(0)
        file.write(str(os.getpid()))
        file.flush()
        yield  # closing the file lets go
