"""What `plumbline ingest PATH…` hands in: the guidelines found under the paths given."""

from __future__ import annotations

import base64
import os
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any

from plumbline_ingest.documents import LARGEST_BYTES
from plumbline_ingest.manifest import guessed_id

MANIFEST = "guideline.toml"
# The second line is handed in to be refused: to pass over a guideline in silence would be worse.
DOCUMENTS = frozenset({".md", ".markdown", ".txt", ".html", ".htm"})
NOT_READ = frozenset({".pdf", ".docx", ".doc", ".odt", ".rtf", ".epub", ".xml", ".nxml"})
SAVED_WITH_PAGE = "_files"  # what a browser saves beside page.html: its frames and scripts


class UnreadableError(ValueError):
    """A path cannot be handed in; the message says what to do."""


@dataclass(frozen=True)
class Submission:
    """One guideline as it is handed in: the path to report, its manifest or None, its files."""

    path: Path
    manifest: str | None
    files: tuple[tuple[str, bytes], ...]

    @property
    def guessed_id(self) -> str:
        """The id it will get; "" for one whose manifest says it."""
        return guessed_id(self.path.name) if self.manifest is None else ""

    def body(self, licence: str | None, *, dry_run: bool) -> dict[str, Any]:
        """The request that hands it in."""
        return {
            "manifest": self.manifest,
            "files": [
                {"name": name, "content_base64": base64.b64encode(data).decode()}
                for name, data in self.files
            ],
            "licence": licence,
            "dry_run": dry_run,
        }


def found_under(path: Path) -> Iterator[Path]:
    """The manifests under a path; where there are none, its documents, each its own guideline."""
    if not path.exists():
        raise UnreadableError(f"{path} does not exist")
    if not os.access(path, os.R_OK):
        raise UnreadableError(f"{path} cannot be read: Permission denied")
    if path.is_file():
        yield path
        return
    manifests = sorted(path.rglob(MANIFEST))
    if manifests:
        yield from manifests
        return
    documents = sorted(_documents(path))
    if not documents:
        kinds = ", ".join(sorted(DOCUMENTS))
        raise UnreadableError(f"{path} holds no {MANIFEST} and no document ({kinds})")
    yield from documents


def read_submission(path: Path) -> Submission:
    """Read one guideline. UnreadableError names the file that could not be read."""
    if path.name != MANIFEST:
        return Submission(path, None, ((path.name, _bytes(path)),))
    try:
        manifest = _bytes(path).decode("utf-8")
    except UnicodeDecodeError:
        raise UnreadableError(f"{path} is not UTF-8; save it as UTF-8") from None
    folder = path.parent
    names = [name for name in _named_files(manifest) if _is_file(folder / name)]
    return Submission(path, manifest, tuple((name, _bytes(folder / name)) for name in names))


def _documents(folder: Path) -> Iterator[Path]:
    """The documents in a folder and those below it, without hidden folders and a page's parts."""
    for path in folder.rglob("*"):
        above = path.relative_to(folder).parts[:-1]
        unseen = any(part.startswith(".") or part.endswith(SAVED_WITH_PAGE) for part in above)
        if not unseen and path.suffix.lower() in DOCUMENTS | NOT_READ and path.is_file():
            yield path


def _named_files(manifest: str) -> list[str]:
    """The files a manifest names, in folders below its own too, but never outside.

    What is wrong with a manifest is for the service to say.
    """
    try:
        names = tomllib.loads(manifest.removeprefix("\ufeff")).get("files", [])
    except tomllib.TOMLDecodeError:
        return []
    named = [name for name in names if isinstance(name, str)] if isinstance(names, list) else []
    return [name for name in dict.fromkeys(named) if _stays_inside(name)]


def _stays_inside(name: str) -> bool:
    path = PurePosixPath(name)
    return "\0" not in name and not path.is_absolute() and ".." not in path.parts


def _is_file(path: Path) -> bool:
    try:
        return path.is_file()
    except OSError:  # no file can have such a name
        return False


def _bytes(path: Path) -> bytes:
    try:
        if path.stat().st_size > LARGEST_BYTES:
            raise UnreadableError(
                f"{path} is larger than {LARGEST_BYTES >> 20} MiB; split it into guidelines"
            )
        return path.read_bytes()
    except OSError as error:
        raise UnreadableError(f"{path} cannot be read: {error.strerror}") from None
