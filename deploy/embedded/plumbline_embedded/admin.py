"""What only the serving process may do, asked for over a socket that only the owner can open."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any

from fastapi import FastAPI, Request
from fastapi.responses import JSONResponse
from pydantic import BaseModel, ConfigDict, Field

from plumbline_bus import Health, Log, NoSuchTopic, Unavailable
from plumbline_embedded.dead_replay import Runs, replay
from plumbline_gateway.site import Site


class Wanted(BaseModel):
    """Which dead letters to bring back."""

    model_config = ConfigDict(extra="forbid")
    topic: str
    limit: Annotated[int, Field(ge=1)]


class RunsOfSite:
    """What the site knows of runs."""

    def __init__(self, site: Site) -> None:
        self._site = site

    def highest_revision(self, answer: str) -> int:
        """The highest revision that was rendered or ended; 0 when none."""
        return self._site.runs.highest_revision(answer)

    def is_published(self, answer: str) -> bool:
        """Whether there is a published revision."""
        return self._site.runs.latest_published(answer) is not None


def admin_app(log: Log, runs: Runs, healths: Mapping[str, Health], prefix: str = "") -> FastAPI:
    """POST /v1/dead-letters/replay {"topic", "limit"}; GET /v1/services: what each waits for."""
    app = FastAPI(
        title="Plumbline operating",
        docs_url=None,
        redoc_url=None,
        telemetry={"operation_spans": False, "logs": False},
    )

    @app.post("/v1/dead-letters/replay")
    async def bring_back(wanted: Wanted) -> dict[str, Any]:
        done = await replay(log, wanted.topic, runs, limit=wanted.limit, prefix=prefix)
        return done.as_json()

    @app.get("/v1/services")
    async def how_they_are() -> dict[str, dict[str, str]]:
        return {name: health.reasons() for name, health in healths.items()}

    @app.exception_handler(NoSuchTopic)
    async def unknown(_: Request, error: Exception) -> JSONResponse:
        return _problem(404, str(error), "name one of these topics")

    @app.exception_handler(Unavailable)
    async def away(_: Request, error: Exception) -> JSONResponse:
        return _problem(503, str(error), "nothing is lost; try again when the log can be written")

    return app


def _problem(status: int, title: str, what_to_do: str) -> JSONResponse:
    body = {"type": "about:blank", "title": title, "status": status, "what_to_do": what_to_do}
    return JSONResponse(body, status, media_type="application/problem+json")
