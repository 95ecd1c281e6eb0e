"""The upload API, served on a Unix socket that only the home's owner can open."""

from __future__ import annotations

import base64
import binascii
from typing import Annotated, Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from pydantic import BaseModel, ConfigDict, Field

from plumbline_bus import Unavailable
from plumbline_ingest.diff_routes import diff_routes
from plumbline_ingest.documents import Document
from plumbline_ingest.intake import Intake, Upload
from plumbline_ingest.store import Store

MOST_FILES = 1000  # of one guideline
RETRY_AFTER_SECONDS = 2


class SentFile(BaseModel):
    """One file: its path inside the guideline's folder, and its bytes."""

    model_config = ConfigDict(extra="forbid")
    name: str
    content_base64: str


class Sent(BaseModel):
    """One guideline: its guideline.toml, or null for a bare document, and its files."""

    model_config = ConfigDict(extra="forbid")
    manifest: str | None = None
    files: Annotated[list[SentFile], Field(max_length=MOST_FILES)]
    licence: str | None = None
    dry_run: bool = False


class Taken(BaseModel):
    """What became of it. `manifest` is the guideline.toml that was used, given or guessed."""

    status: str
    guideline_id: str
    version: str
    edition_id: str
    passages: int
    reason: str | None
    manifest: str | None


class Held(BaseModel):
    """An edition that is here."""

    edition_id: str
    guideline_id: str
    version: str
    effective_date: str
    title: str
    licence: str
    passages: int
    published: bool


def upload_app(intake: Intake, store: Store) -> FastAPI:
    """POST /v1/editions takes a guideline, GET /v1/editions lists them."""
    app = FastAPI(
        title="Plumbline ingest",
        docs_url=None,
        redoc_url=None,
        telemetry={"operation_spans": False, "logs": False},
    )

    @app.post("/v1/editions")
    async def add(sent: Sent) -> Taken:
        outcome = await intake.take(_upload(sent))
        return Taken(
            status=outcome.status,
            guideline_id=outcome.guideline_id,
            version=outcome.version,
            edition_id=outcome.edition_id,
            passages=outcome.passages,
            reason=outcome.reason or None,
            manifest=outcome.manifest or None,
        )

    @app.get("/v1/editions")
    async def editions() -> list[Held]:
        return [
            Held(
                edition_id=kept.edition_id,
                guideline_id=kept.guideline_id,
                version=kept.version,
                effective_date=kept.effective_date.isoformat(),
                title=kept.title,
                licence=kept.licence,
                passages=kept.passages,
                published=kept.published,
            )
            for kept in store.editions()
        ]

    app.include_router(diff_routes(store))

    @app.exception_handler(RequestValidationError)
    async def unreadable(request: Request, error: RequestValidationError) -> JSONResponse:
        where = [".".join(str(part) for part in found["loc"][1:]) for found in error.errors()]
        return _problem(
            400,
            "the upload cannot be read",
            f"look at: {', '.join(filter(None, where)) or 'the body, which is not JSON'}",
        )

    @app.exception_handler(_NotBase64)
    async def not_base64(request: Request, error: _NotBase64) -> JSONResponse:
        return _problem(400, f"the content of {error} is not base64", "encode the file's bytes")

    @app.exception_handler(Unavailable)
    async def log_away(request: Request, error: Unavailable) -> JSONResponse:
        return _problem(
            503,
            "the log cannot be reached",
            "nothing is lost: the edition is kept and will be published; send it again to see when",
            {"Retry-After": str(RETRY_AFTER_SECONDS)},
        )

    return app


class _NotBase64(Exception):
    """The content of the named file is not base64."""


def _upload(sent: Sent) -> Upload:
    documents = [Document(file.name, _bytes(file)) for file in sent.files]
    return Upload(sent.manifest, documents, sent.licence or "", sent.dry_run)


def _bytes(file: SentFile) -> bytes:
    try:
        return base64.b64decode(file.content_base64, validate=True)
    except binascii.Error:
        raise _NotBase64(file.name) from None


def _problem(
    status: int, title: str, what_to_do: str, headers: dict[str, Any] | None = None
) -> JSONResponse:
    body = {"type": "about:blank", "title": title, "status": status, "what_to_do": what_to_do}
    return JSONResponse(body, status, headers, media_type="application/problem+json")
