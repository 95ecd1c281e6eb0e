"""What whoever hands an edition in should know about it, although it was taken."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Final

from plumbline.ingest.v1.events_pb2 import CHANGE_KIND_NEW, CHANGE_KIND_WITHDRAWN
from plumbline_ingest.edition import Edition
from plumbline_ingest.store import Kept

NEARLY_ALL: Final = 0.8  # of the passages before: more looks like another guideline


def notice(edition: Edition, others: Sequence[Kept], today: date) -> str:
    """One sentence or none. `others` are the editions of its guideline, the newest first."""
    manifest = edition.manifest
    newer = [kept for kept in others if manifest.effective_date < kept.effective_date <= today]
    if newer:
        return (
            f"version {newer[0].version} of {newer[0].effective_date} is newer and stays in force; "
            "nothing that readers see changes"
        )
    if manifest.effective_date > today:
        return f"it comes into force on {manifest.effective_date}; until then nothing changes"
    if edition.aligned:
        before = [c.kind for c in edition.aligned.changes if c.kind != CHANGE_KIND_NEW]
        gone = sum(kind == CHANGE_KIND_WITHDRAWN for kind in before)
        if before and gone >= NEARLY_ALL * len(before):
            return (
                f"{gone} of {len(before)} passages of {edition.aligned.from_edition_id} are not in "
                "it, and answers that rest on them will be taken down; if it is another guideline, "
                "give it an id of its own, and hand the old text in again under a newer version"
            )
    return ""
