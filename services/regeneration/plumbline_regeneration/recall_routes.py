"""Recalls over the socket: look first, recall, lift."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Annotated, Literal

from fastapi import APIRouter, HTTPException
from pydantic import BaseModel, ConfigDict, Field

from plumbline_bus import Unavailable
from plumbline_regeneration.campaign_app import Hit, hit
from plumbline_regeneration.campaigns import Campaign
from plumbline_regeneration.recalling import Recalling
from plumbline_regeneration.recalls import Misnamed, Recall


class Wanted(BaseModel):
    """What to recall. `confirmed`: also if no published answer rests on it, or every one does."""

    model_config = ConfigDict(extra="forbid")
    kind: Literal["source", "edition", "composer", "policy", "passage"]
    target: str
    why: str
    confirmed: bool = False
    dry_run: bool = False


class Seen(BaseModel):
    """A recall. `at`: when it was made, or lifted; `campaign_id`: of what is done about it."""

    recall_id: str
    kind: str
    target: str
    why: str
    lifted: bool
    at: str
    campaign_id: str = ""


class Previewed(BaseModel):
    """What a recall would reach: `matched` of `total` published answers."""

    recall: Seen
    matched: int
    total: int
    answers: Annotated[list[Hit], Field(description="of a dry run, the first thousand")] = []


def recall_routes(
    recalling: Recalling, say: Callable[[], Awaitable[None]], now: Callable[[], str]
) -> APIRouter:
    """`say` puts what is kept into the log; `now` is RFC 3339, UTC."""
    router = APIRouter(prefix="/v1/recalls")

    @router.get("")
    async def listed() -> list[Seen]:
        return [_seen(one) for one in recalling.recalls.all()]

    @router.post("")
    async def recalled(wanted: Wanted) -> Previewed:
        try:
            recall = recalling.recalls.named(wanted.kind, wanted.target, wanted.why, now())
        except Misnamed as error:
            raise HTTPException(422, str(error)) from None
        matched, total = recalling.matched(recall)
        shown = Previewed(recall=_seen(recall), matched=matched, total=total)
        if wanted.dry_run:
            found = [hit(one) for one in recalling.preview(recall)]
            return shown.model_copy(update={"answers": found})
        if not wanted.confirmed and matched in (0, total):
            which = "every" if matched else "no"
            raise HTTPException(409, f"{which} published answer rests on it: confirm that")
        campaign = recalling.recall(recall)
        await _said(say)
        return shown.model_copy(update={"recall": _seen(recall, campaign)})

    @router.post("/{recall_id}/lift")
    async def lifted(recall_id: str) -> Seen:
        lifted = recalling.lift(_find(recall_id, recalling), now())
        campaign = recalling.recall(lifted)
        await _said(say)
        return _seen(lifted, campaign)

    return router


def _find(recall_id: str, recalling: Recalling) -> Recall:
    """By its id, or the beginning of it; 404 when it is none, or not the only one."""
    found = [one for one in recalling.recalls.all() if one.recall_id.startswith(recall_id)]
    if len(found) != 1:
        raise HTTPException(404, "no such recall; `plumbline recall --list` lists them")
    return found[0]


async def _said(say: Callable[[], Awaitable[None]]) -> None:
    try:
        await say()
    except Unavailable:
        raise HTTPException(
            503, "it is kept, and takes effect as soon as the log can be reached"
        ) from None


def _seen(recall: Recall, campaign: Campaign | None = None) -> Seen:
    return Seen(
        recall_id=recall.recall_id,
        kind=recall.name,
        target=recall.target,
        why=recall.why,
        lifted=recall.lifted,
        at=recall.at,
        campaign_id=campaign.campaign_id if campaign else "",
    )
