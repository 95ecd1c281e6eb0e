"""The home: the one folder that must survive, its format, its keys and who is serving it."""

from __future__ import annotations

import json
import os
from dataclasses import asdict, dataclass
from pathlib import Path

FORMAT = 1
VERSION = "0.0.1"


class HomeError(RuntimeError):
    """The home cannot be used; the message says what to do."""


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
    def server_file(self) -> Path:
        """Who serves this home."""
        return self.path / "run" / "server.json"

    def service(self, name: str) -> Path:
        """A service's own folder."""
        return self.path / name

    def open(self) -> bool:
        """Make or check the home. True when it is new: it has no log yet. HomeError otherwise."""
        self.path.mkdir(parents=True, exist_ok=True)
        marker = self.path / "home.json"
        new = not self.log.exists()
        if marker.exists():
            self._check(marker)
        else:
            write_whole(marker, json.dumps({"format": FORMAT, "version": VERSION}) + "\n")
        (self.path / "run").mkdir(exist_ok=True)
        return new

    def _check(self, marker: Path) -> None:
        try:
            found = int(json.loads(marker.read_text())["format"])
        except (ValueError, KeyError, TypeError):
            raise HomeError(
                f"{marker} cannot be read; restore this home from a backup, "
                "or choose another with PLUMBLINE_HOME"
            ) from None
        if found > FORMAT:
            raise HomeError(
                f"{self.path} was written by a newer Plumbline (format {found}, not {FORMAT}); "
                "upgrade Plumbline, or choose another home with PLUMBLINE_HOME"
            )

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


def write_whole(path: Path, text: str) -> None:
    """Replace a file, so that a reader sees the old text or the new one and never half of it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name(path.name + ".new")
    temporary.write_text(text)
    temporary.replace(path)


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


def candidate_homes() -> list[Home]:
    """The homes a command looks at, first one first."""
    given = os.environ.get("PLUMBLINE_HOME")
    paths = [Path(given)] if given else []
    return [Home(path.absolute()) for path in [*paths, Path(".plumbline"), xdg_home()]]
