"""What `plumbline ingest PATH…` hands in: the guidelines found under the paths given."""

from __future__ import annotations

import base64
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

MANIFEST = "guideline.toml"
DOCUMENTS = frozenset({".md", ".markdown", ".txt"})


class UnreadableError(ValueError):
    """A path cannot be handed in; the message says what to do."""


@dataclass(frozen=True)
class Submission:
    """One guideline as it is handed in: the path to report, its manifest or None, its files."""

    path: Path
    manifest: str | None
    files: tuple[tuple[str, bytes], ...]

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
    if path.is_file():
        yield path
        return
    manifests = sorted(path.rglob(MANIFEST))
    if manifests:
        yield from manifests
        return
    documents = sorted(p for p in path.rglob("*") if p.is_file() and p.suffix.lower() in DOCUMENTS)
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
    files = sorted(p for p in folder.iterdir() if p.is_file() and p.suffix.lower() in DOCUMENTS)
    return Submission(path, manifest, tuple((p.name, _bytes(p)) for p in files))


def _bytes(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise UnreadableError(f"{path} cannot be read: {error.strerror}") from None
