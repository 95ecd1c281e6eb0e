"""One process per log file: the lock that a second start runs into."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from plumbline_bus.errors import LogInUse


@contextmanager
def held(path: Path) -> Iterator[None]:
    """Hold the lock of a log file; LogInUse, naming the holder, when another has it.

    The lock is the descriptor's, so it goes with the process however that ends. Programs started
    meanwhile do not inherit it. The file itself stays: removing it would let two hold "it".
    """
    lock = path.with_name(f"{path.name}.lock")
    descriptor = os.open(lock, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            holder = os.pread(descriptor, 32, 0).decode("ascii", "replace").strip()
            by = f"process {holder}" if holder else "another process"
            raise LogInUse(f"{path} is in use by {by}") from error
        os.ftruncate(descriptor, 0)
        os.pwrite(descriptor, f"{os.getpid()}\n".encode(), 0)
        yield
    finally:
        os.close(descriptor)
