"""Campaigns to look at and to steer, on a Unix socket that only the home's owner can open."""

from __future__ import annotations

from typing import Annotated, Literal

from fastapi import FastAPI, HTTPException
from pydantic import BaseModel, ConfigDict, Field

from plumbline_regeneration.answers import Answers
from plumbline_regeneration.campaigns import (
    CANCELLED,
    PAUSED,
    RUNNING,
    TO_DO,
    Campaign,
    Campaigns,
)
from plumbline_regeneration.damage import Touched
from plumbline_regeneration.judgement import severity_name
from plumbline_regeneration.reconcile import Reconciler

STATES = {"pause": PAUSED, "resume": RUNNING, "cancel": CANCELLED}


class Seen(BaseModel):
    """A campaign and how far it is: `counts` by outcome, and by state of what is left."""

    campaign_id: str
    kind: str
    ref: str
    why: str
    state: str
    rate: float
    opened_at: str
    left: int
    counts: dict[str, int]


class Hit(BaseModel):
    """An answer that an edition touches: how badly, and by which claims; `severities` by claim."""

    answer_id: str
    revision: int
    title: str
    severity: str
    claims: list[str]
    severities: dict[str, str]
    readers: Annotated[int, Field(description="pages of it served in the last seven days")]


class Previewed(BaseModel):
    """What an edition means for published answers: the first is made again first."""

    edition_id: str
    answers: list[Hit]


class Steer(BaseModel):
    """What to do with a campaign. `rate`: runs started per second."""

    model_config = ConfigDict(extra="forbid")
    action: Literal["pause", "resume", "cancel"] | None = None
    rate: Annotated[float, Field(gt=0, le=1000)] | None = None


def campaign_app(reconciler: Reconciler, answers: Answers, campaigns: Campaigns) -> FastAPI:
    """GET lists, POST steers; /v1/editions/{id}/affected says what an edition touches."""
    app = FastAPI(
        title="Plumbline campaigns",
        docs_url=None,
        redoc_url=None,
        telemetry={"operation_spans": False, "logs": False},
    )

    @app.get("/v1/campaigns")
    async def listed() -> list[Seen]:
        return [_seen(one, campaigns) for one in campaigns.all()]

    @app.get("/v1/campaigns/{campaign_id}")
    async def one(campaign_id: str) -> Seen:
        return _seen(_find(campaign_id, campaigns), campaigns)

    @app.post("/v1/campaigns/{campaign_id}")
    async def steered(campaign_id: str, steer: Steer) -> Seen:
        found = _find(campaign_id, campaigns)
        state = STATES[steer.action] if steer.action else ""
        campaigns.steer(found.campaign_id, state=state, rate=steer.rate or 0.0)
        return _seen(_find(campaign_id, campaigns), campaigns)

    @app.get("/v1/editions/{edition_id}/affected")
    async def affected(edition_id: str) -> Previewed:
        found = await reconciler.preview(edition_id)
        return Previewed(edition_id=edition_id, answers=[hit(one) for one in found])

    @app.post("/v1/editions/{edition_id}/campaign")
    async def again(edition_id: str) -> Seen:
        found = reconciler.look_again(edition_id)
        if found is None:
            raise HTTPException(404, f"{edition_id} is not in force; no answer is to rest on it")
        return _seen(found, campaigns)

    return app


def _find(campaign_id: str, campaigns: Campaigns) -> Campaign:
    """By its id, or the beginning of it; 404 when it is none, or not the only one."""
    found = [one for one in campaigns.all() if one.campaign_id.startswith(campaign_id)]
    if len(found) != 1:
        raise HTTPException(404, "no such campaign; `plumbline campaigns` lists them")
    return found[0]


def _seen(campaign: Campaign, campaigns: Campaigns) -> Seen:
    counts = campaigns.counts(campaign.campaign_id)
    left = sum(counts.get(state, 0) for state in TO_DO)
    fields = {name: getattr(campaign, name) for name in Campaign.__dataclass_fields__}
    return Seen(**fields, left=left, counts=counts)


def hit(one: Touched) -> Hit:
    """An answer that is touched, as it is listed."""
    claims = one.judged.claims
    return Hit(
        answer_id=one.answer.answer_id,
        revision=one.answer.revision,
        title=one.answer.title,
        severity=severity_name(one.judged.severity),
        claims=list(claims),
        severities={claim: severity_name(severity) for claim, severity in claims.items()},
        readers=one.readers,
    )
