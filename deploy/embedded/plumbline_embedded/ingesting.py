"""Hands guidelines to the ingest service over its socket and waits until they can be found."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any
from urllib.parse import quote

import httpx

from plumbline_embedded.documents import UnreadableError, found_under, read_submission

INDEXED_SECONDS = 120.0
LOOK_SECONDS = 0.02


class Ingester:
    """One conversation with the ingest service and the site."""

    def __init__(self, socket: httpx.AsyncClient, site: httpx.AsyncClient) -> None:
        self._socket = socket
        self._site = site

    async def hand_in(
        self, path: Path, licence: str | None = None, *, dry_run: bool = False
    ) -> dict[str, Any]:
        """Hand one guideline in. The result says ingested, unchanged or refused, and why."""
        try:
            body = read_submission(path).body(licence, dry_run=dry_run)
        except UnreadableError as error:
            return refused(path, str(error))
        reply = await self._socket.post("/v1/editions", json=body)
        if reply.status_code >= 500:
            return refused(path, f"the server failed ({reply.status_code}); its log says why")
        answer = reply.json()
        result = {
            "path": str(path),
            "status": answer.get("status", "refused"),
            "guideline_id": answer.get("guideline_id"),
            "version": answer.get("version"),
            "passages": answer.get("passages", 0),
            "reason": answer.get("reason"),
        }
        if dry_run:
            return {**result, "manifest": answer.get("manifest")}
        if result["status"] in ("ingested", "unchanged"):
            await self._until_indexed(str(result["guideline_id"]), str(result["version"]))
        return result

    async def _until_indexed(self, guideline: str, version: str) -> None:
        address = f"/v1/guidelines/{quote(guideline, safe='')}/editions/{quote(version, safe='')}"
        async with asyncio.timeout(INDEXED_SECONDS):
            while (await self._site.get(address)).status_code == httpx.codes.NOT_FOUND:  # noqa: ASYNC110 (another process's state)
                await asyncio.sleep(LOOK_SECONDS)


def refused(path: Path, reason: str) -> dict[str, Any]:
    """The result for something that never reached the service."""
    return {
        "path": str(path),
        "status": "refused",
        "guideline_id": None,
        "version": None,
        "passages": 0,
        "reason": reason,
    }


def all_found(paths: Sequence[Path]) -> list[Path | dict[str, Any]]:
    """Every guideline under the paths, in order; in place of a bad path, its refusal."""
    found: list[Path | dict[str, Any]] = []
    for path in paths:
        try:
            found.extend(found_under(path))
        except UnreadableError as error:
            found.append(refused(path, str(error)))
    return found


@asynccontextmanager
async def open_ingester(socket: Path, url: str) -> AsyncIterator[Ingester]:
    """Connect to a server's ingest socket and its site."""
    transport = httpx.AsyncHTTPTransport(uds=str(socket))
    async with (
        httpx.AsyncClient(transport=transport, base_url="http://ingest", timeout=120) as by_socket,
        httpx.AsyncClient(base_url=url, timeout=30) as site,
    ):
        yield Ingester(by_socket, site)
