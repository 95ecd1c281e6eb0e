"""Hands guidelines to the ingest service over its socket and waits until they can be found."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any
from urllib.parse import quote

import httpx

from plumbline_embedded.documents import (
    Submission,
    UnreadableError,
    found_under,
    read_submission,
)

INDEXED_SECONDS = 120.0
INDEXED_SECONDS_EACH = 1.0  # a passage more; one takes some 0.03 s where nothing else runs
LOOK_SECONDS = 0.02
LOOK_SECONDS_AT_MOST = 0.5  # to look more often would slow what is waited for
SERVER_AWAY = "the server went away; start it again with: plumbline run, and hand this in again"


class Ingester:
    """One conversation with the ingest service and the site.

    An edition without passages is waited for this long, any other a second more for each.
    """

    def __init__(
        self,
        socket: httpx.AsyncClient,
        site: httpx.AsyncClient,
        indexed_seconds: float = INDEXED_SECONDS,
    ) -> None:
        self._socket = socket
        self._site = site
        self._indexed_seconds = indexed_seconds
        self._bare: dict[str, Path] = {}  # by guessed id: documents handed in without a manifest

    async def hand_in(
        self, path: Path, licence: str | None = None, *, dry_run: bool = False
    ) -> dict[str, Any]:
        """Hand one guideline in. The result says ingested, unchanged or refused, and why."""
        try:
            submission = read_submission(path)
        except UnreadableError as error:
            return refused(path, str(error))
        if other := self._of_the_same_id(submission):
            return refused(
                path,
                f"{other} has the same id {submission.guessed_id!r}; rename one of the two, or "
                "give it a folder of its own with a guideline.toml",
            )
        try:
            reply = await self._socket.post(
                "/v1/editions", json=submission.body(licence, dry_run=dry_run)
            )
            return await self._result(path, reply, dry_run=dry_run)
        except httpx.TransportError:
            return refused(path, SERVER_AWAY)

    async def _result(self, path: Path, reply: httpx.Response, *, dry_run: bool) -> dict[str, Any]:
        if reply.status_code != httpx.codes.OK:
            return refused(path, _problem(reply))
        answer = reply.json()
        result = {
            "path": str(path),
            "status": answer["status"],
            "guideline_id": answer["guideline_id"] or None,
            "version": answer["version"] or None,
            "passages": answer["passages"],
            "reason": answer["reason"],
        }
        if dry_run:
            return {**result, "manifest": answer["manifest"]}
        if result["status"] != "refused":
            result["reason"] = await self._until_indexed(result)
        return result

    def _of_the_same_id(self, submission: Submission) -> Path | None:
        """Another document of this run that would be taken for an edition of the same guideline."""
        if not submission.guessed_id:
            return None
        path = submission.path.resolve()
        first = self._bare.setdefault(submission.guessed_id, path)
        return first if first != path else None

    async def _until_indexed(self, result: dict[str, Any]) -> str | None:
        """Wait until the edition can be found; None, or that it still cannot."""
        guideline, version = (quote(result[part], safe="") for part in ("guideline_id", "version"))
        address = f"/v1/guidelines/{guideline}/editions/{version}"
        seconds = self._indexed_seconds + INDEXED_SECONDS_EACH * result["passages"]
        pause = LOOK_SECONDS
        try:
            async with asyncio.timeout(seconds):
                while (await self._site.get(address)).status_code == httpx.codes.NOT_FOUND:
                    await asyncio.sleep(pause)
                    pause = min(1.5 * pause, LOOK_SECONDS_AT_MOST)
        except TimeoutError:
            return (
                f"kept, but not to be found after {seconds:.0f} s; plumbline doctor says whether "
                "the index keeps up"
            )
        return None


def _problem(reply: httpx.Response) -> str:
    """What a problem document says, and what to do."""
    try:
        problem = reply.json()
        return f"{problem['title']}; {problem['what_to_do']}"
    except (ValueError, KeyError, TypeError):
        return f"the server failed ({reply.status_code}); its log says why"


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


def told(result: dict[str, Any], *, dry_run: bool) -> str:
    """One result for a reader, with the manifest when it was only tried."""
    edition = f"{result['guideline_id']}@{result['version']}, {result['passages']} passages"
    status = result["status"]
    if dry_run and status == "ingested":
        status = "would be ingested"
    if result["status"] == "refused":
        edition = ""
    parts = [f"{result['path']}: {status}", edition, result["reason"]]
    line = ": ".join(filter(None, parts))
    return f"{line}\n{result['manifest']}" if result.get("manifest") else line


def summary(results: Sequence[dict[str, Any]], seconds: float, *, dry_run: bool) -> str:
    """How it went, on one line."""
    counts = Counter(result["status"] for result in results)
    passages = sum(result["passages"] for result in results if result["status"] == "ingested")
    taken = "would be ingested" if dry_run else "ingested"
    return (
        f"{len(results)} handed in: {counts['ingested']} {taken} ({passages} passages), "
        f"{counts['unchanged']} unchanged, {counts['refused']} refused; {seconds:.1f} s"
    )


@asynccontextmanager
async def open_ingester(socket: Path, url: str) -> AsyncIterator[Ingester]:
    """Connect to a server's ingest socket and its site."""
    transport = httpx.AsyncHTTPTransport(uds=str(socket))
    async with (
        httpx.AsyncClient(transport=transport, base_url="http://ingest", timeout=600) as by_socket,
        httpx.AsyncClient(base_url=url, timeout=30) as site,
    ):
        yield Ingester(by_socket, site)
