"""What was called back, for everybody to read, each with its receipt."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse, Response

from plumbline.regeneration.v1.events_pb2 import RecallKind, SourceRecalled
from plumbline_gateway.api_routes import ANSWER_ID, base_url
from plumbline_gateway.front import Front
from plumbline_gateway.problems import Problem

RECALLS_SCHEMA = "plumbline.recalls/1"


def recall_routes(front: Front) -> APIRouter:
    """The routes about recalls."""
    router = APIRouter(prefix="/v1/recalls", tags=["changes"])

    @router.get(
        "",
        summary="What was called back",
        response_description="Every recall, the newest first; those that were lifted say so.",
    )
    async def listed(request: Request) -> JSONResponse:
        """Sources, editions, composers, policies and passages, with the reason."""
        base, recalls = base_url(request), front.site.shelf.recalls().newest_first()
        found = [{**said(one), "receipt": _receipt(front, one, base)} for one in recalls]
        return JSONResponse({"schema": RECALLS_SCHEMA, "recalls": found})

    @router.get(
        "/{recall_id}/receipt",
        summary="Take the receipt of a recall",
        response_description="The receipt of its last word, for `plumbline verify`.",
        responses={404: {"description": "No such recall, or not sealed yet."}},
    )
    async def receipt(recall_id: str) -> Response:
        """Byte for byte; of a recall that was lifted, the receipt of that."""
        recall = front.site.shelf.recalls().find(recall_id)
        if recall is None or not ANSWER_ID.fullmatch(recall_id):
            raise Problem(404, "unknown-recall")
        sealed = front.site.runs.sealed(recall_id, last_word(recall))
        if sealed is None:
            raise Problem(404, "not-sealed", retry_after_seconds=1)
        name = f'attachment; filename="plumbline-recall-{recall_id}.receipt.json"'
        return Response(
            sealed.receipt,
            media_type="application/json",
            headers={"Content-Disposition": name, "Cache-Control": "no-cache"},
        )

    return router


def said(recall: SourceRecalled) -> dict[str, Any]:
    """A recall as JSON. `at`: when it was made, or lifted."""
    return {
        "recall_id": recall.recall_id,
        "kind": RecallKind.Name(recall.kind).removeprefix("RECALL_KIND_").lower(),
        "target": recall.target,
        "why": recall.why,
        "lifted": recall.lifted,
        "at": recall.at,
    }


def last_word(recall: SourceRecalled) -> int:
    """Under which revision the ledger has it: 1 for the recall, 2 for its end."""
    return 2 if recall.lifted else 1


def _receipt(front: Front, recall: SourceRecalled, base: str) -> dict[str, Any]:
    sealed = front.site.runs.sealed(recall.recall_id, last_word(recall))
    if sealed is None:
        return {"status": "pending", "leaf_index": None, "url": None}
    url = f"{base}/v1/recalls/{recall.recall_id}/receipt"
    return {"status": "sealed", "leaf_index": sealed.leaf_index, "url": url}
