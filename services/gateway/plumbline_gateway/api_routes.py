"""The API for machines: ask, read an answer, take its receipt."""

from __future__ import annotations

import re
from typing import Annotated, Any

from fastapi import APIRouter, Header, Query, Request
from fastapi.responses import JSONResponse, PlainTextResponse, Response, StreamingResponse
from pydantic import BaseModel, Field

from plumbline.common.v1.common_pb2 import Run
from plumbline_bus import Health
from plumbline_gateway.events import Mark, stream
from plumbline_gateway.front import Front, run_of
from plumbline_gateway.intake import MAX_BYTES, read_json, read_question
from plumbline_gateway.problems import Problem
from plumbline_gateway.stored import Published

MAX_WAIT_SECONDS = 60.0
ANSWER_ID = re.compile(r"[0-9a-f]{32}")


class AskBody(BaseModel):
    """A question."""

    question: str = Field(max_length=2000, description="In your own words; no personal data.")
    audience: str = Field("patient", pattern="^(patient|clinician)$")
    locale: str = Field("en", description="BCP 47 language tag.")


ASK_DOCS: dict[str, Any] = {
    "requestBody": {
        "required": True,
        "content": {"application/json": {"schema": AskBody.model_json_schema()}},
    }
}
Documented = dict[int | str, dict[str, Any]]
PROBLEMS: Documented = {
    202: {"description": "Taken; `links` says where to look for the answer."},
    400: {"description": "Not UTF-8 or not JSON."},
    413: {"description": "The question is over 2,000 characters."},
    415: {"description": "Not application/json."},
    422: {"description": "empty, no-letters, personal-data or unsupported."},
    503: {"description": "Busy, or the log is away. Retry-After says when to come again."},
}


def _unknown(what: str) -> Documented:
    """What an address that names one thing says when there is none."""
    return {404: {"description": what}, 422: {"description": "A part has the wrong form."}}


NO_ANSWER, NO_RECEIPT = (
    _unknown("Nobody asked that here."),
    _unknown("Not published, or not sealed."),
)
NO_EDITION = _unknown("It cannot be found, or not yet.")


async def read_body(request: Request) -> bytes:
    """The body, or Problem 413 before more than a question's worth has been taken in."""
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > MAX_BYTES:
            raise Problem(413, "too-long", {"limit": 2000, "over": len(body) - MAX_BYTES})
    return bytes(body)


def wait_seconds(prefer: str | None) -> float:
    """How long `Prefer: wait=N` (RFC 7240) asks to wait, at most a minute; 0 when it does not."""
    found = re.search(r"(?:^|[,;\s])wait=(\d{1,4})", prefer or "")
    return min(float(found.group(1)), MAX_WAIT_SECONDS) if found else 0.0


def base_url(request: Request) -> str:
    """Scheme and host by which the reader reached us, without a final slash."""
    return str(request.base_url).rstrip("/")


def api_routes(front: Front) -> APIRouter:
    """The routes under /v1."""
    router = APIRouter(prefix="/v1", tags=["answers"])

    @router.post(
        "/questions",
        summary="Ask a question",
        response_description="The answer object, final.",
        openapi_extra=ASK_DOCS,
        responses=PROBLEMS,
    )
    async def ask(request: Request, prefer: Annotated[str | None, Header()] = None) -> JSONResponse:
        """200 and the final object when it is known, or comes within `Prefer: wait=N`; else 202."""
        if request.headers.get("content-type", "").split(";")[0].strip() != "application/json":
            raise Problem(415, "media-type")
        question = read_question(read_json(await read_body(request)), front.policy)
        state = await front.desk.ask(question)
        answer = run_of(state).answer_id
        if isinstance(state, Run) and (seconds := wait_seconds(prefer)):
            state = await front.desk.wait(answer, seconds) or state
        made = front.object_of(state, base_url(request), question)
        if not isinstance(state, Run):
            return JSONResponse(made)
        links = {"self": f"{base_url(request)}/v1/answers/{answer}", "page": made["url"]}
        return JSONResponse({**made, "links": links}, 202, {"Location": links["self"]})

    @router.get(
        "/answers/{answer_id}",
        summary="Read an answer",
        response_description="The answer object.",
        responses=NO_ANSWER,
    )
    async def answer(
        answer_id: str, request: Request, prefer: Annotated[str | None, Header()] = None
    ) -> JSONResponse:
        """The answer object, whatever its status. 404 for an id that nobody asked here.

        `stale` is null while every source stands. Else: since when, by which edition or recall, how
        badly (`severity` the worst, `severities` claim by claim), and in `covered` the claims whose
        words nobody is to rely on.
        """
        state = front.desk.state(answer_id) if ANSWER_ID.fullmatch(answer_id) else None
        if isinstance(state, Run) and (seconds := wait_seconds(prefer)):
            state = await front.desk.wait(answer_id, seconds)
        if state is None:
            raise Problem(404, "unknown-answer")
        return JSONResponse(
            front.object_of(state, base_url(request)), headers={"Cache-Control": "no-cache"}
        )

    @router.get(
        "/answers/{answer_id}/events",
        summary="Follow a run, and then its page",
        response_description="What is known so far, then each thing as it happens.",
        responses=NO_ANSWER,
    )
    async def events(
        answer_id: str,
        last_event_id: Annotated[str | None, Header()] = None,
        after: Annotated[str | None, Query(description="As Last-Event-ID, for a page.")] = None,
    ) -> StreamingResponse:
        """Server-sent events with ids `<revision>.<ordinal>`; resumable with Last-Event-ID.

        stage, published, sealed, ended; then for a page that is published: stale, rechecked,
        published (a new revision), withdrawn. A stream of a published page stays open.
        """
        if not ANSWER_ID.fullmatch(answer_id) or front.desk.state(answer_id) is None:
            raise Problem(404, "unknown-answer")
        return StreamingResponse(
            stream(front, front.desk, answer_id, Mark.parse(last_event_id or after)),
            media_type="text/event-stream",
            headers={"Cache-Control": "no-store", "X-Accel-Buffering": "no"},
        )

    @router.get(
        "/answers/{answer_id}/receipt",
        summary="Take the receipt",
        response_description="The receipt, for `plumbline verify`.",
        responses=NO_RECEIPT,
    )
    async def receipt(answer_id: str) -> Response:
        """The receipt of the newest published revision, byte for byte. 404 until it is sealed."""
        state = front.desk.state(answer_id) if ANSWER_ID.fullmatch(answer_id) else None
        if not isinstance(state, Published):
            raise Problem(404, "unknown-answer")
        sealed = front.site.runs.sealed(answer_id, state.run.revision)
        if sealed is None:
            raise Problem(404, "not-sealed", retry_after_seconds=1)
        name = f'attachment; filename="plumbline-{answer_id}-{state.run.revision}.receipt.json"'
        return Response(
            sealed.receipt,
            media_type="application/json",
            headers={"Content-Disposition": name, "Cache-Control": "no-cache"},
        )

    @router.get(
        "/guidelines/{guideline_id}/editions/{version}",
        summary="Look an edition up",
        response_description="Since when it can be found, and whether it is the current one.",
        responses=NO_EDITION,
        tags=["guidelines"],
    )
    async def edition(guideline_id: str, version: str) -> JSONResponse:
        """Since when an edition can be found. 404 while it cannot."""
        at = front.site.shelf.edition_indexed_at(f"{guideline_id}@{version}")
        if at is None:
            raise Problem(404, "unknown-edition")
        in_force = front.site.shelf.in_force(guideline_id, front.today)
        status = "current" if in_force == version else "superseded"
        return JSONResponse(
            {
                "guideline_id": guideline_id,
                "version": version,
                "indexed_at": at,
                "status": status,
            }
        )

    return router


def plain_routes(front: Front, health: Health) -> APIRouter:
    """The keys, and how this process is."""
    router = APIRouter(tags=["service"])

    @router.get(
        "/.well-known/plumbline/keys",
        summary="Take the public keys",
        response_description="One key a line.",
        response_class=PlainTextResponse,
    )
    async def keys() -> str:
        """The public keys that answers are signed with, one signed-note key a line."""
        return "".join(vkey + "\n" for vkey in front.trust)

    @router.get("/live", summary="Is it alive?", response_description="It is.")
    async def live() -> dict[str, str]:
        """The process answers."""
        return {"status": "live"}

    @router.get(
        "/ready",
        summary="Is it ready for readers?",
        response_description="It is.",
        responses={503: {"description": "It is not; `reasons` says why."}},
    )
    async def ready() -> JSONResponse:
        """Ready for readers; 503 with the reasons when it is not."""
        reasons = health.reasons()
        if health.ready:
            return JSONResponse({"status": "ready"})
        return JSONResponse({"status": "not ready", "reasons": reasons}, 503)

    return router
