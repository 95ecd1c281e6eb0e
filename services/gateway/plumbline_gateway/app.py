"""The site as one ASGI app: the API, the pages, and every refusal in one form."""

from __future__ import annotations

import logging
import time
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse, Response
from starlette.exceptions import HTTPException

from plumbline_bus import Health
from plumbline_gateway.api_routes import api_routes, plain_routes
from plumbline_gateway.change_routes import change_routes
from plumbline_gateway.docs_page import docs_routes
from plumbline_gateway.front import Front
from plumbline_gateway.linked_routes import linked_routes
from plumbline_gateway.page_routes import page_routes, refusal
from plumbline_gateway.prebuilt import App, Receive, Scope, Send
from plumbline_gateway.problems import Problem
from plumbline_gateway.recall_routes import recall_routes

logger = logging.getLogger(__name__)

PROBLEM_JSON = "application/problem+json"


def build_app(front: Front, health: Health) -> FastAPI:
    """The framework part of the site; `front.pages` stands before it."""
    app = FastAPI(
        title="Plumbline",
        summary="Answers from clinical guidelines, with the proof for every factual sentence.",
        version="1",
        docs_url=None,  # the framework's own page loads scripts from another host
        redoc_url=None,
        # One span a request; the framework's logs would carry texts of exceptions.
        telemetry={"operation_spans": False, "logs": False},
    )
    app.include_router(api_routes(front))
    app.include_router(linked_routes(front))
    app.include_router(change_routes(front))
    app.include_router(recall_routes(front))
    app.include_router(plain_routes(front, health))
    app.include_router(docs_routes(app))
    app.include_router(page_routes(front))
    app.add_exception_handler(Problem, _problem)
    app.add_exception_handler(HTTPException, _http_problem)
    app.add_exception_handler(RequestValidationError, _validation_problem)
    return app


def _by_browser(request: Request) -> bool:
    """A person looks at it: the reply is a page. Programs, and the API, get a problem object."""
    of_the_api = request.url.path.startswith(("/v1/", "/.well-known/"))
    return not of_the_api and "text/html" in request.headers.get("accept", "")


async def _problem(request: Request, error: Exception) -> Response:
    assert isinstance(error, Problem)
    if _by_browser(request):
        return refusal(error)
    return JSONResponse(error.body(), error.status, error.headers(), PROBLEM_JSON)


async def _http_problem(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    code = {404: "unknown-address", 405: "method"}.get(error.status_code, "other")
    return await _problem(request, Problem(error.status_code, code))


async def _validation_problem(request: Request, _: Exception) -> Response:
    return await _problem(request, Problem(422, "unsupported", {"name": "request", "allowed": "-"}))


def with_access_log(app: App) -> App:
    """Log every request by its route, never by its path: a path may say what somebody asked."""

    async def logged(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await app(scope, receive, send)
            return
        started, status = time.perf_counter(), 0

        async def noting(message: Any) -> None:
            nonlocal status
            status = message.get("status", status)
            await send(message)

        try:
            await app(scope, receive, noting)
        finally:
            route = getattr(scope.get("route"), "path", None)
            if route:
                ms = round((time.perf_counter() - started) * 1000, 1)
                extra = {"method": scope["method"], "route": route, "status": status, "ms": ms}
                logger.info("request", extra=extra)

    return logged
