"""An answer as JSON-LD, at an address of its own: a page may hold nothing inline, data neither."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import Response

from plumbline_gateway import linked_data
from plumbline_gateway.api_routes import ANSWER_ID, base_url
from plumbline_gateway.front import Front
from plumbline_gateway.page_routes import Built
from plumbline_gateway.prebuilt import build
from plumbline_gateway.problems import Problem
from plumbline_gateway.stored import Published, Withdrawn

RESPONSES: dict[int | str, dict[str, Any]] = {
    200: {"content": {linked_data.MEDIA_TYPE: {}}},
    404: {"description": "Nobody asked that here, or it has no page."},
    410: {"description": "It was taken down; the object says by what."},
}


def linked_routes(front: Front) -> APIRouter:
    """Named by every answer's page as its alternate."""
    router = APIRouter(prefix="/v1", tags=["answers"])

    @router.get(
        "/answers/{answer_id}/jsonld",
        summary="Read an answer's page as schema.org",
        response_description="A MedicalWebPage: sources, dates, sentences, and how they stand.",
        response_class=Response,
        responses=RESPONSES,
    )
    async def linked(answer_id: str, request: Request) -> Response:
        """What is being checked again says so, with the edition or recall that did it."""
        state = front.desk.state(answer_id) if ANSWER_ID.fullmatch(answer_id) else None
        if not isinstance(state, Published | Withdrawn):
            raise Problem(404, "unknown-answer")
        answer = front.object_of(state, base_url(request))
        _, first_published_at = front.site.shelf.versions(answer_id)[-1]
        body = linked_data.encode(linked_data.page_node(answer, first_published_at))
        status = 410 if isinstance(state, Withdrawn) else 200
        return Built(build(body, linked_data.MEDIA_TYPE, answer_id=answer_id), status)

    return router
