"""The API's description as a page of our own: nothing foreign is loaded."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, FastAPI
from fastapi.responses import Response

from plumbline_gateway.page_routes import html
from plumbline_pages.docs import Operation, docs


def docs_routes(app: FastAPI) -> APIRouter:
    """/docs, made from /openapi.json."""
    router = APIRouter(include_in_schema=False)

    @router.get("/docs")
    async def page() -> Response:
        return html(docs(_operations(app.openapi())))

    return router


def _operations(openapi: dict[str, Any]) -> list[Operation]:
    return [
        Operation(
            method=method.upper(),
            path=path,
            summary=operation.get("summary", ""),
            description=operation.get("description", ""),
            responses=[
                (code, response.get("description", ""))
                for code, response in operation.get("responses", {}).items()
            ],
        )
        for path, methods in openapi["paths"].items()
        for method, operation in methods.items()
    ]
