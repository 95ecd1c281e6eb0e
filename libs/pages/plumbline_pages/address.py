"""Addresses of answers: the short one that is known at once, and the long one with a slug."""

from __future__ import annotations

import re
import unicodedata
from typing import Final
from urllib.parse import quote

SLUG_CHARACTERS: Final = (
    60  # of the contract's address; the id that follows is always 32 hex digits
)
FALLBACK: Final = "answer"  # for a title without a single Latin letter or digit

_SEGMENT: Final = re.compile(r"(?:([a-z0-9]+(?:-[a-z0-9]+)*)-)?([0-9a-f]{32})")


def slug(title: str) -> str:
    """Lower-case ASCII words joined by hyphens, at most 60 characters, cut between words.

    Superscripts and fractions are dropped, never flattened: 10⁹ must not read as 109.
    """
    kept = "".join(" " if unicodedata.category(c) == "No" else c for c in title)
    plain = unicodedata.normalize("NFKD", kept).casefold().encode("ascii", "ignore").decode()
    words = re.findall(r"[a-z0-9]+", plain)
    chosen = ""
    for word in words:
        longer = f"{chosen}-{word}" if chosen else word[:SLUG_CHARACTERS]
        if len(longer) > SLUG_CHARACTERS:
            break
        chosen = longer
    return chosen or FALLBACK


def answer_path(title: str, answer_id: str) -> str:
    """Where a published answer lives. `title` is the reviewed title, never the asker's text."""
    return f"/answers/{slug(title)}-{answer_id}"


def record_path(title: str, answer_id: str) -> str:
    """Where its proof record lives."""
    return f"{answer_path(title, answer_id)}/provenance"


def changes_path(title: str, answer_id: str) -> str:
    """Where it says what its newest version changed."""
    return f"{answer_path(title, answer_id)}/changes"


def version_path(title: str, answer_id: str, revision: int) -> str:
    """Where one version of it is kept for the record."""
    return f"{answer_path(title, answer_id)}/v/{revision}"


def diff_path(guideline_id: str, version: str) -> str:
    """Where it says what an edition changed against the one before."""
    return f"/guidelines/{quote(guideline_id, safe='')}/editions/{quote(version, safe='')}/diff"


def short_path(answer_id: str) -> str:
    """Where an answer is found before it has a title; it redirects once there is one."""
    return f"/answers/{answer_id}"


def object_path(answer_id: str) -> str:
    """Where programs read it."""
    return f"/v1/answers/{answer_id}"


def linked_path(answer_id: str) -> str:
    """Where it is described in the words of schema.org."""
    return f"{object_path(answer_id)}/jsonld"


def split_segment(segment: str) -> tuple[str, str] | None:
    """The slug ("" when short) and the answer id of a path segment; None when it is no answer's."""
    match = _SEGMENT.fullmatch(segment)
    return (match[1] or "", match[2]) if match else None
