"""What a doctor looks at without opening a store: Python, disk, home.json, keys, trust."""

from __future__ import annotations

import stat
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Final

from plumbline_embedded.check import Check, fail, ok, warn
from plumbline_embedded.home import UNFINISHED, Home
from plumbline_embedded.home_format import FORMAT, MARKER, HomeError, require_reachable
from plumbline_kit.keys import ROLES, key_name, read_question_key, read_trust
from plumbline_tlog.note import load_signer

OLDEST_PYTHON: Final = (3, 11)
MIB: Final = 1_048_576
QUESTION_KEY: Final = "question.key"
FROM_BACKUP: Final = "put it back from a backup of this home; a new one cannot continue what it did"


def check_python(version: tuple[int, int] = sys.version_info[:2]) -> Check:
    """The interpreter that runs this."""
    said = ".".join(map(str, version))
    if version < OLDEST_PYTHON:
        return fail("python", said, "install Python 3.11 or newer: make setup PYTHON=…")
    return ok("python", said)


def check_disk(home: Home, free_bytes: Callable[[Path], int], min_free_mib: int) -> Check:
    """Room to write. A full disk loses nothing, but every question is refused until there is."""
    free_mib = free_bytes(home.path) // MIB
    said = f"{free_mib} MiB free"
    what = "make room, or move the home to a larger disk (docs/operating.md, disk full)"
    if free_mib < min_free_mib:
        return fail("disk", f"{said}; fewer than {min_free_mib}", what)
    if free_mib < 4 * min_free_mib:
        return warn("disk", f"{said}; the limit is {min_free_mib}", what)
    return ok("disk", said)


def check_home(home: Home) -> Check:
    """home.json, and nothing left half done."""
    if (home.path / UNFINISHED).exists():
        what = "run it again: plumbline restore --force FILE"
        return fail("home", f"a restore into {home.path} was not finished", what)
    if not (home.path / MARKER).is_file():
        what = f"put {MARKER} back from a backup, or say where the home is with PLUMBLINE_HOME"
        return fail("home", f"{home.path} has no {MARKER}", what)
    try:
        found = require_reachable(home.path)
    except HomeError as error:
        detail, _, what = str(error).partition("; ")
        return fail("home", detail, what)
    if found < FORMAT:
        return warn("home", f"format {found} of {FORMAT}", "back it up; the next start migrates it")
    return ok("home", f"{home.path}, format {found}")


def check_keys(home: Home) -> Iterator[Check]:
    """Each key file: there, private, and a key."""
    for name in (*(f"{role}.pem" for role in ROLES), QUESTION_KEY):
        yield _check_key(home.keys / name)


def _check_key(path: Path) -> Check:
    name = f"key {path.name}"
    if not path.is_file():
        return fail(name, f"{path} is missing", FROM_BACKUP)
    mode = stat.S_IMODE(path.stat().st_mode)
    if mode & 0o077:
        what = f"chmod 600 {path}; if others use this machine, consider it known to them"
        return fail(name, f"mode {mode:04o}: others can read it", what)
    try:
        _read_key(path)
    except (ValueError, OSError) as error:
        return fail(name, str(error), FROM_BACKUP)
    return ok(name, f"mode {mode:04o}")


def _read_key(path: Path) -> None:
    if path.name == QUESTION_KEY:
        read_question_key(path)
    else:
        load_signer(path, key_name(path.stem))


def check_trust(home: Home) -> Check:
    """trust.txt names the public halves of the keys and nothing else."""
    path = home.keys / "trust.txt"
    what = "find out who changed it; the next start writes it from the private keys"
    try:
        expected = {load_signer(home.keys / f"{r}.pem", key_name(r)).vkey for r in ROLES}
    except (ValueError, OSError):
        return warn("trust", "cannot be compared: a key cannot be read", "mend the keys first")
    if not path.is_file():
        return fail("trust", f"{path} is missing", "start the server: it writes it from the keys")
    found = set(read_trust(path))
    if found != expected:
        said = f"{len(found - expected)} foreign keys, {len(expected - found)} of ours missing"
        return fail("trust", f"{path} does not match the keys: {said}", what)
    return ok("trust", f"{len(found)} public keys, those of the private ones")
