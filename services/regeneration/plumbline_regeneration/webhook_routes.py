"""Who hears of changed answers: list, add, remove."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, HTTPException
from pydantic import BaseModel, ConfigDict

from plumbline_regeneration.webhooks import Subscriber, Webhooks


class Wanted(BaseModel):
    """Where to send."""

    model_config = ConfigDict(extra="forbid")
    url: str


def webhook_routes(webhooks: Webhooks) -> APIRouter:
    """/v1/webhooks. The secret is told once, to whoever adds."""
    router = APIRouter()

    @router.get("/v1/webhooks")
    async def listed() -> list[dict[str, Any]]:
        return [_shown(one) for one in webhooks.subscribers()]

    @router.post("/v1/webhooks")
    async def added(wanted: Wanted) -> dict[str, Any]:
        try:
            one = webhooks.subscribe(wanted.url)
        except ValueError as error:
            raise HTTPException(422, str(error)) from None
        return {**_shown(one), "secret": one.secret}

    @router.delete("/v1/webhooks/{subscriber_id}")
    async def removed(subscriber_id: str) -> dict[str, Any]:
        if not webhooks.unsubscribe(subscriber_id):
            raise HTTPException(404, "no such webhook; `plumbline webhooks list` names them")
        return {"id": subscriber_id, "removed": True}

    return router


def _shown(one: Subscriber) -> dict[str, Any]:
    return {
        "id": one.subscriber_id,
        "url": one.url,
        "since": one.since,
        "failures": one.failures,
        "said": one.said,
    }
