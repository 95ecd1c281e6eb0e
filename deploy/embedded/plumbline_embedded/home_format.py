"""home.json: which format a home has, and how an older one is brought up to this one."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Final

from plumbline_bus.local_lock import held

FORMAT: Final = 1
VERSION: Final = "0.0.1"
MARKER: Final = "home.json"

Migrations = Mapping[int, Callable[[Path], None]]

# format → what brings a home of that format up to the next one. A step may be cut off by a crash
# and is then taken again from its beginning, so each must bear what it did before.
MIGRATIONS: Final[Migrations] = {}


class HomeError(RuntimeError):
    """The home cannot be used; the message says what to do."""


def read_format(home: Path) -> int:
    """The format of a home. HomeError when home.json cannot be read; OSError when it is absent."""
    try:
        return int(json.loads((home / MARKER).read_text())["format"])
    except (ValueError, KeyError, TypeError):
        raise HomeError(
            f"{home / MARKER} cannot be read; restore this home from a backup, "
            "or choose another with PLUMBLINE_HOME"
        ) from None


def write_format(home: Path, number: int = FORMAT) -> None:
    """Say that a home has this format, and which version said so."""
    write_whole(home / MARKER, json.dumps({"format": number, "version": VERSION}) + "\n")


def require_reachable(
    home: Path, migrations: Migrations = MIGRATIONS, to_format: int = FORMAT
) -> int:
    """The format of a home that this version can use, as it is or migrated; else HomeError."""
    found = read_format(home)
    if found > to_format:
        raise HomeError(
            f"{home} was written by a newer Plumbline (format {found}, not {to_format}); "
            "upgrade Plumbline, or choose another home with PLUMBLINE_HOME"
        )
    if missing := [number for number in range(found, to_format) if number not in migrations]:
        raise HomeError(
            f"{home} has format {found}, and this Plumbline cannot bring up format {missing[0]}; "
            "run the version that wrote it, ingest its guidelines into a new home, "
            "or choose another with PLUMBLINE_HOME"
        )
    return found


def migrate(home: Path, migrations: Migrations = MIGRATIONS, to_format: int = FORMAT) -> bool:
    """Bring a home up to this format, one step at a time; whether there was anything to do.

    HomeError when it is newer or cannot be brought up: nothing is changed then. LogInUse when a
    server has it. A step that fails is raised, and the steps before it stand.
    """
    found = require_reachable(home, migrations, to_format)
    if found == to_format:
        return False
    with held(home / "log.sqlite"):
        for number in range(found, to_format):
            migrations[number](home)
            write_format(home, number + 1)
    return True


def write_whole(path: Path, text: str) -> None:
    """Replace a file, so that a reader sees the old text or the new one and never half of it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name(path.name + ".new")
    temporary.write_text(text)
    temporary.replace(path)
