"""The home: the one folder that must survive, where things lie in it, and who is serving it."""

from __future__ import annotations

import json
import os
from dataclasses import asdict, dataclass
from pathlib import Path

from plumbline_embedded.home_format import (
    FORMAT,
    MARKER,
    MIGRATIONS,
    HomeError,
    Migrations,
    migrate,
    write_format,
    write_whole,
)

UNFINISHED = ".restoring"  # what a restore unpacks to; there only while it runs, or after a crash


@dataclass(frozen=True)
class Serving:
    """Who serves a home: run/server.json."""

    pid: int
    url: str
    version: str
    started_at: str


@dataclass(frozen=True)
class Home:
    """Paths within one home."""

    path: Path

    @property
    def keys(self) -> Path:
        """The private keys and trust.txt."""
        return self.path / "keys"

    @property
    def log(self) -> Path:
        """The log."""
        return self.path / "log.sqlite"

    @property
    def ingest_socket(self) -> Path:
        """Where documents are handed in."""
        return self.path / "run" / "ingest.sock"

    @property
    def campaign_socket(self) -> Path:
        """Where campaigns are looked at and steered."""
        return self.path / "run" / "regeneration.sock"

    @property
    def admin_socket(self) -> Path:
        """Where the server is asked to do what only it may do."""
        return self.path / "run" / "admin.sock"

    @property
    def server_file(self) -> Path:
        """Who serves this home."""
        return self.path / "run" / "server.json"

    def address(self, name: str) -> str:
        """Where a service answers questions over gRPC."""
        return f"unix:{self.path / 'run' / name}.sock"

    def service(self, name: str) -> Path:
        """A service's own folder."""
        return self.path / name

    def open(self, migrations: Migrations = MIGRATIONS, to_format: int = FORMAT) -> bool:
        """Make the home, or bring it up to date. True when it is new: it has no log yet.

        HomeError when it cannot be used; LogInUse when it must be migrated and a server has it.
        """
        self.path.mkdir(parents=True, exist_ok=True)
        if (self.path / UNFINISHED).exists():
            raise HomeError(
                f"a restore into {self.path} was not finished; "
                "run it again: plumbline restore --force FILE"
            )
        new = not self.log.exists()
        if (self.path / MARKER).exists():
            migrate(self.path, migrations, to_format)
        else:
            write_format(self.path, to_format)
        (self.path / "run").mkdir(exist_ok=True)
        return new

    def announce(self, serving: Serving) -> None:
        """Write run/server.json, whole or not at all."""
        write_whole(self.server_file, json.dumps(asdict(serving)) + "\n")

    def serving(self) -> Serving | None:
        """Who serves this home; None when nobody does."""
        try:
            serving = Serving(**json.loads(self.server_file.read_text()))
            os.kill(serving.pid, 0)
        except (OSError, ValueError, TypeError):
            return None
        return serving


def xdg_home() -> Path:
    """Where an installed command keeps its home."""
    data = os.environ.get("XDG_DATA_HOME") or str(Path.home() / ".local" / "share")
    return Path(data) / "plumbline"


def chosen_home() -> Home:
    """The home that commands use: PLUMBLINE_HOME, else the XDG data folder."""
    return Home(Path(os.environ.get("PLUMBLINE_HOME") or xdg_home()).absolute())


def served_url() -> str | None:
    """Where the server is: PLUMBLINE_URL, or what the first home that is served says."""
    if url := os.environ.get("PLUMBLINE_URL"):
        return url
    for home in candidate_homes():
        if serving := home.serving():
            return serving.url
    return None


def existing_home() -> Home:
    """The home to look after: the one that is named, even when it is not there yet.

    None named: the first that is there, else the one that would be made.
    """
    if os.environ.get("PLUMBLINE_HOME"):
        return chosen_home()  # never another one: restore --force would move that aside
    homes = candidate_homes()
    return next((home for home in homes if home.path.exists()), chosen_home())


def candidate_homes() -> list[Home]:
    """The homes a command looks at, first one first."""
    given = os.environ.get("PLUMBLINE_HOME")
    paths = [Path(given)] if given else []
    return [Home(path.absolute()) for path in [*paths, Path(".plumbline"), xdg_home()]]
