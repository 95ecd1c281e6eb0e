"""What one edition of a guideline changed against another, asked for at any time."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Sequence
from typing import Any

from fastapi import APIRouter, HTTPException
from google.protobuf.json_format import MessageToDict

from plumbline.ingest.v1.events_pb2 import ChangeKind, PassageChange, SentenceChange
from plumbline_ingest.alignment.messages import changes_between
from plumbline_ingest.store import Kept, Store

SCHEMA = "plumbline.diff/1"


def diff_routes(store: Store) -> APIRouter:
    """GET /v1/guidelines/{id}/diff?old=&new=: the last two editions unless said."""
    router = APIRouter()

    @router.get("/v1/guidelines/{guideline_id}/diff")
    async def diff(guideline_id: str, old: str = "", new: str = "") -> dict[str, Any]:
        before, after = _two(store, guideline_id, old, new)
        changes = await asyncio.to_thread(
            changes_between, store.passages(before.edition_id), store.passages(after.edition_id)
        )
        return described(before, after, changes)

    return router


def described(before: Kept, after: Kept, changes: Sequence[PassageChange]) -> dict[str, Any]:
    """The difference as one object: counts of passages by kind, and each changed sentence."""
    sentences = [one for change in changes for one in change.sentences]
    passages = Counter(_name(change.kind) for change in changes)
    return {
        "schema": SCHEMA,
        "guideline_id": after.guideline_id,
        "old": before.version,
        "new": after.version,
        "passages": dict(sorted(passages.items())),
        "sentences": [_sentence(one) for one in sentences if _name(one.kind) != "same"],
    }


def _sentence(one: SentenceChange) -> dict[str, Any]:
    return {
        "kind": _name(one.kind),
        "old": _side(one.old_start, one.old_end, one.old_text),
        "new": _side(one.new_start, one.new_end, one.new_text),
        "quantities": [MessageToDict(change) for change in one.quantities],
    }


def _side(start: int, end: int, text: str) -> dict[str, Any] | None:
    return {"start": start, "end": end, "text": text or None} if end else None


def _name(kind: ChangeKind.ValueType) -> str:
    return ChangeKind.Name(kind).removeprefix("CHANGE_KIND_").lower()


def _two(store: Store, guideline_id: str, old: str, new: str) -> tuple[Kept, Kept]:
    held = {kept.version: kept for kept in store.of(guideline_id)}
    if not held:
        raise HTTPException(404, f"no guideline {guideline_id} is here; plumbline ingest adds one")
    versions = list(held)  # the newest first
    for wanted in filter(None, (old, new)):
        if wanted not in held:
            raise HTTPException(404, f"{guideline_id} has no edition {wanted}: {versions}")
    after = held[new or versions[0]]
    older = [version for version in versions if held[version].effective_date < after.effective_date]
    if not (old or older):
        raise HTTPException(404, f"{guideline_id} {after.version} has no edition before it")
    return held[old or older[0]], after
