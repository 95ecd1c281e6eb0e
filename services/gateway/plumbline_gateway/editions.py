"""How an edition that was cited stands to the one that is current."""

from __future__ import annotations

from collections.abc import Mapping


def edition_status(current: Mapping[str, str], guideline: str, version: str) -> str:
    """Current or superseded; an edition of a guideline not known here counts as current."""
    return "current" if current.get(guideline, version) == version else "superseded"
