"""Which edition of a guideline is current: the newest effective date that is not in the future."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from plumbline.retrieval.v1.events_pb2 import EditionIndexed


def current_editions(editions: Iterable[EditionIndexed], today: date) -> dict[str, str]:
    """guideline id → the version that is current today."""
    newest: dict[str, tuple[str, str]] = {}
    for indexed in editions:
        edition = indexed.edition
        if edition.effective_date > today.isoformat():
            continue
        key = (edition.effective_date, edition.version)
        newest[indexed.guideline_id] = max(key, newest.get(indexed.guideline_id, ("", "")))
    return {guideline: version for guideline, (_, version) in newest.items()}


def edition_status(current: dict[str, str], guideline: str, version: str) -> str:
    """Current or superseded; an edition of a guideline not known here counts as current."""
    return "current" if current.get(guideline, version) == version else "superseded"
