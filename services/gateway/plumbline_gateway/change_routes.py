"""What changed: of an answer, of an edition, and lately."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse, Response

from plumbline.common.v1.common_pb2 import Run
from plumbline.regeneration.v1.events_pb2 import (
    AnswerRechecked,
    AnswerStaled,
    AnswerWithdrawn,
)
from plumbline_gateway.api_routes import ANSWER_ID, base_url
from plumbline_gateway.feed import MOST_ENTRIES, Entry, atom
from plumbline_gateway.front import Front
from plumbline_gateway.problems import Problem
from plumbline_gateway.recalls import Recalls
from plumbline_gateway.standing import severity_name
from plumbline_gateway.stored import Published
from plumbline_gateway.what_changed import changes_of
from plumbline_pages import answer_path
from plumbline_pages.words import words

HAPPENED: dict[str, tuple[str, type[Any]]] = {
    "changed": ("changed", Run),
    "AnswerStaled": ("stale", AnswerStaled),
    "AnswerRechecked": ("rechecked", AnswerRechecked),
    "AnswerWithdrawn": ("withdrawn", AnswerWithdrawn),
}
CHANGES_SCHEMA = "plumbline.changes/1"


def change_routes(front: Front) -> APIRouter:
    """The routes about changes."""
    router = APIRouter(tags=["changes"])

    @router.get(
        "/v1/answers/{answer_id}/changes",
        summary="What changed since the revision before",
        response_description="Every claim of both revisions, with what became of it.",
    )
    async def changed(answer_id: str) -> JSONResponse:
        """404 for an unknown answer, and for one that has only one revision."""
        state = front.desk.state(answer_id) if ANSWER_ID.fullmatch(answer_id) else None
        if not isinstance(state, Published):
            raise Problem(404, "unknown-answer")
        before = front.site.runs.published_before(answer_id, state.run.revision)
        if before is None:
            raise Problem(404, "no-changes")
        return JSONResponse(described(before, state))

    @router.get(
        "/v1/guidelines/{guideline_id}/editions/{version}/diff",
        summary="What an edition changed",
        response_description="Each sentence that is not the same in the edition before.",
    )
    async def diff(guideline_id: str, version: str) -> JSONResponse:
        """404 for an unknown edition, and for the first of its guideline."""
        compared = front.site.edition_changes.of(f"{guideline_id}@{version}")
        if compared is None:
            raise Problem(404, "unknown-edition")
        return JSONResponse(compared.as_json(guideline_id, version))

    @router.get("/feed.atom", include_in_schema=False)
    async def feed(request: Request) -> Response:
        """Answers that changed, newest first."""
        recalls = front.site.shelf.recalls()
        entries = [_entry(row, recalls) for row in front.site.shelf.happened(MOST_ENTRIES)]
        body = atom(base_url(request), entries)
        return Response(body, media_type="application/atom+xml")

    return router


def described(before: Published, after: Published) -> dict[str, Any]:
    """The difference of two revisions as one object."""
    cause = after.run.cause
    return {
        "schema": CHANGES_SCHEMA,
        "answer_id": after.run.answer_id,
        "from": before.run.revision,
        "to": after.run.revision,
        "cause": {"kind": cause.kind, "ref": cause.ref or None},
        "published_at": after.published_at,
        "changes": [one.as_json() for one in changes_of(before.content, after.content)],
    }


def _entry(row: tuple[str, int, str, str, str, str], recalls: Recalls) -> Entry:
    answer, revision, title, what, at, message = row
    kind, message_type = HAPPENED[what]
    said = message_type.FromString(bytes.fromhex(message))
    recall = recalls.find(said.cause.ref)
    by = f"“{recall.why}”" if recall else said.cause.ref
    url = answer_path(title, answer)
    if not isinstance(said, AnswerStaled):
        summary = words(f"feed.{kind}", by=by).striptags()
        return Entry(answer, revision, kind, title, url, at, summary)
    severity = severity_name(said.severity)
    heading, caused = words(f"state.heading.{severity}"), words("state.caused", by=by)
    summary = f"{heading.striptags()} {caused.striptags()}"
    return Entry(answer, revision, kind, title, url, at, summary, severity)
