"""Style, script and icon, served under names that hold their hash, so that they never go stale."""

from __future__ import annotations

import functools
import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

_FOLDER: Final = Path(__file__).parent / "static"
_MEDIA_TYPES: Final = {
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml",
}
_HASH_DIGITS: Final = 12
_PATH: Final = re.compile(r"/s/([a-z]+)\.[0-9a-f]{12}(\.[a-z]+)")


@dataclass(frozen=True, slots=True)
class Asset:
    """One static file. `immutable`: the path asked for names exactly these bytes."""

    body: bytes
    media_type: str
    immutable: bool = True


@functools.cache
def _by_name() -> Mapping[str, tuple[str, Asset]]:
    found = {}
    for file in sorted(_FOLDER.iterdir()):
        body = file.read_bytes()
        digest = hashlib.sha256(body).hexdigest()[:_HASH_DIGITS]
        path = f"/s/{file.stem}.{digest}{file.suffix}"
        found[file.name] = (path, Asset(body, _MEDIA_TYPES[file.suffix]))
    return found


def asset_url(name: str) -> str:
    """The path of a static file by its plain name, "plumbline.css". KeyError for another."""
    return _by_name()[name][0]


def assets() -> Mapping[str, Asset]:
    """Every static file of this version, by path."""
    return dict(_by_name().values())


def asset(path: str) -> Asset | None:
    """The file to serve at a path; None when there is none.

    A page that an earlier version signed names that version's hash. It gets today's file, not
    to be kept for ever, so that old pages never lose their style.
    """
    exact = assets().get(path)
    if exact is not None:
        return exact
    match = _PATH.fullmatch(path)
    known = _by_name().get(match[1] + match[2]) if match else None
    return Asset(known[1].body, known[1].media_type, immutable=False) if known else None
