"""The upload API, over the socket it is served on."""

from __future__ import annotations

import asyncio
import base64
import stat
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from plumbline.topics import EDITION_INGESTED
from plumbline_bus import LocalLog, create_topics, open_local
from plumbline_ingest.service import Settings, open_service


@pytest.fixture
async def log() -> AsyncIterator[LocalLog]:
    async with open_local(":memory:") as opened:
        await create_topics(opened)
        yield opened


@pytest.fixture
async def client(log: LocalLog, tmp_path: Path) -> AsyncIterator[httpx.AsyncClient]:
    """A client of a served ingest on a Unix socket."""
    socket = tmp_path / "run" / "ingest.sock"
    stop = asyncio.Event()
    async with open_service(Settings(tmp_path / "ingest", socket), log) as service:
        serving = [asyncio.create_task(server.serve(stop)) for server in service.servers]
        assert stat.S_IMODE(socket.stat().st_mode) == 0o600
        transport = httpx.AsyncHTTPTransport(uds=str(socket))
        async with httpx.AsyncClient(transport=transport, base_url="http://ingest") as opened:
            yield opened
        stop.set()
        await asyncio.gather(*serving)


async def send(
    client: httpx.AsyncClient, manifest: str | None, files: dict[str, str | bytes], **rest: Any
) -> dict[str, Any]:
    sent = [
        {
            "name": name,
            "content_base64": base64.b64encode(
                content.encode() if isinstance(content, str) else content
            ).decode(),
        }
        for name, content in files.items()
    ]
    reply = await client.post("/v1/editions", json={"manifest": manifest, "files": sent, **rest})
    assert reply.status_code == 200, reply.text
    body: dict[str, Any] = reply.json()
    return body


async def count(log: LocalLog) -> int:
    return sum((await log.ends(EDITION_INGESTED.name)).values())


async def test_a_guideline_is_ingested_once(
    client: httpx.AsyncClient, log: LocalLog, manifest_toml: str, response_md: str
) -> None:
    first = await send(client, manifest_toml, {"response.md": response_md})
    assert first["status"] == "ingested"
    assert first["edition_id"] == "zorvic-response@2026"
    assert first["passages"] == 2
    assert first["reason"] is None
    assert await count(log) == 3
    again = await send(client, manifest_toml, {"response.md": response_md})
    assert again["status"] == "unchanged"
    assert await count(log) == 3
    (held,) = (await client.get("/v1/editions")).json()
    assert held["edition_id"] == "zorvic-response@2026"
    assert held["published"]


async def test_a_dry_run_shows_the_manifest_and_writes_nothing(
    client: httpx.AsyncClient, log: LocalLog
) -> None:
    reply = await send(
        client, None, {"zorvic.md": "# Zorvic\n\nGlorps."}, licence="CC0-1.0", dry_run=True
    )
    assert reply["status"] == "ingested"
    assert 'id = "zorvic"' in reply["manifest"]
    assert await count(log) == 0
    assert (await client.get("/v1/editions")).json() == []


async def test_of_two_guesses_of_one_day_only_one_that_becomes_current_is_taken(
    client: httpx.AsyncClient,
) -> None:
    """Their versions are hashes: the later one is current, whichever came last."""
    texts = [f"# Zorvic\n\nGlorps {number}." for number in range(6)]
    sent = [await send(client, None, {"zorvic.md": text}, licence="CC0-1.0") for text in texts]
    current = ""
    for reply in sent:
        expected = "ingested" if reply["version"] > current else "refused"
        assert reply["status"] == expected
        assert (repr(current) in (reply["reason"] or "")) == (expected == "refused")
        current = max(current, reply["version"])
    assert {reply["status"] for reply in sent} == {"ingested", "refused"}


async def test_a_bare_document_needs_a_licence(client: httpx.AsyncClient, log: LocalLog) -> None:
    refused = await send(client, None, {"zorvic.md": "# Zorvic\n\nGlorps."})
    assert refused["status"] == "refused"
    assert "--licence" in refused["reason"]
    assert refused["guideline_id"] == "zorvic"
    taken = await send(client, None, {"zorvic.md": "# Zorvic\n\nGlorps."}, licence="CC0-1.0")
    assert taken["status"] == "ingested"
    assert await count(log) == 3


@pytest.mark.parametrize(
    ("old", "new", "files", "said"),
    [
        ("CC-BY-4.0", "no-machine-use", {"response.md": "Glorps."}, "does not let a machine"),
        ("response.md", "../response.md", {"../response.md": "Glorps."}, "out of the guideline"),
        ("", "", {"other.md": "Glorps."}, "is not there"),
        ("", "", {}, "is not there"),
        ("", "", {"response.md": b"\xff\xff"}, "not UTF-8"),
        ("", "", {"response.md": "# A".encode("utf-16")}, "UTF-16"),
        ("", "", {"response.md": b"PNG\0\0"}, "binary"),
        ("", "", {"response.md": ""}, "empty"),
        ("", "", {"response.md": "Glorps.", "/etc/passwd": "x"}, "out of the guideline"),
        ("publisher", "published", {"response.md": "Glorps."}, "the nearest known is 'publisher'"),
    ],
)
async def test_what_cannot_be_taken_is_refused_and_nothing_is_said(
    client: httpx.AsyncClient,
    log: LocalLog,
    manifest_toml: str,
    old: str,
    new: str,
    files: dict[str, str | bytes],
    said: str,
) -> None:
    refused = await send(client, manifest_toml.replace(old, new), files)
    assert refused["status"] == "refused"
    assert said in refused["reason"]
    assert await count(log) == 0


async def test_another_text_under_the_same_version_is_refused(
    client: httpx.AsyncClient, manifest_toml: str, response_md: str
) -> None:
    await send(client, manifest_toml, {"response.md": response_md})
    for dry_run in (True, False):
        changed = response_md.replace("1.5", "2.5")
        refused = await send(client, manifest_toml, {"response.md": changed}, dry_run=dry_run)
        assert refused["status"] == "refused"
        assert "raise the version" in refused["reason"]


@pytest.mark.parametrize(
    "body",
    [
        b"{",
        b'{"manifest": null}',
        b'{"files": [{"name": "a.md", "content_base64": "?"}]}',
        b'{"manifest": 1, "files": [{"name": "a.md", "content_base64": ""}]}',
    ],
)
async def test_a_body_that_cannot_be_read_is_a_problem_with_what_to_do(
    client: httpx.AsyncClient, body: bytes
) -> None:
    headers = {"content-type": "application/json"}
    reply = await client.post("/v1/editions", content=body, headers=headers)
    assert reply.status_code == 400
    assert reply.headers["content-type"] == "application/problem+json"
    assert reply.json()["what_to_do"]
