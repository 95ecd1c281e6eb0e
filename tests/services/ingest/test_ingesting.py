"""What `plumbline ingest` says of each guideline, whatever the server answers."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
import pytest

from plumbline_embedded.ingesting import Ingester, all_found, summary, told

TAKEN = {
    "status": "ingested",
    "guideline_id": "a",
    "version": "1",
    "edition_id": "a@1",
    "passages": 3,
    "reason": None,
    "manifest": 'id = "a"\n',
}
Answer = Callable[[httpx.Request], httpx.Response]


def ingester(
    service: Answer, site: Answer = lambda _: httpx.Response(200), seconds: float = 9
) -> Ingester:
    """One that talks to these."""
    return Ingester(
        httpx.AsyncClient(transport=httpx.MockTransport(service), base_url="http://ingest"),
        httpx.AsyncClient(transport=httpx.MockTransport(site), base_url="http://site"),
        indexed_seconds=seconds,
    )


def taken(_: httpx.Request) -> httpx.Response:
    return httpx.Response(200, json=TAKEN)


@pytest.fixture
def document(tmp_path: Path) -> Path:
    file = tmp_path / "a.md"
    file.write_text("# Glorps\n\nThey grow.\n", encoding="utf-8")
    return file


async def test_it_waits_until_the_edition_is_found(document: Path) -> None:
    answers = [404, 404, 200]
    result = await ingester(taken, lambda _: httpx.Response(answers.pop(0))).hand_in(document)
    assert not answers
    assert result == {
        "path": str(document),
        "status": "ingested",
        "guideline_id": "a",
        "version": "1",
        "passages": 3,
        "reason": None,
    }


async def test_what_is_kept_but_never_found_says_so(document: Path) -> None:
    def at_once(_: httpx.Request) -> httpx.Response:
        return httpx.Response(200, json={**TAKEN, "passages": 0})

    never = ingester(at_once, lambda _: httpx.Response(404), seconds=0.05)
    result = await never.hand_in(document)
    assert result["status"] == "ingested"
    assert "plumbline doctor" in result["reason"]


async def test_a_second_document_of_the_same_id_is_refused_and_the_same_one_again_is_not(
    document: Path,
) -> None:
    other = document.parent / "in" / "a.html"
    other.parent.mkdir()
    other.write_text("<p>Zorks.", encoding="utf-8")
    handing_in = ingester(taken)
    statuses = [(await handing_in.hand_in(path))["status"] for path in (document, other, document)]
    assert statuses == ["ingested", "refused", "ingested"]
    assert str(document) in (await handing_in.hand_in(other))["reason"]


async def test_a_file_too_large_is_refused_before_it_is_read(document: Path) -> None:
    with document.open("r+b") as file:
        file.truncate(1 << 40)  # has no blocks
    result = await ingester(taken).hand_in(document)
    assert "larger than 16 MiB" in result["reason"]


async def test_a_problem_tells_what_to_do_and_a_server_that_goes_away_does_too(
    document: Path,
) -> None:
    problem = {"title": "the log cannot be reached", "what_to_do": "send it again"}
    result = await ingester(lambda _: httpx.Response(503, json=problem)).hand_in(document)
    assert result["reason"] == "the log cannot be reached; send it again"
    assert "its log" in (await ingester(lambda _: httpx.Response(500)).hand_in(document))["reason"]

    def away(_: httpx.Request) -> httpx.Response:
        raise httpx.ConnectError("gone")

    result = await ingester(away).hand_in(document)
    assert result["status"] == "refused"
    assert "plumbline run" in result["reason"]


async def test_a_dry_run_is_asked_for_and_shows_the_manifest(document: Path) -> None:
    sent: list[Any] = []

    def tried(request: httpx.Request) -> httpx.Response:
        sent.append(json.loads(request.content))
        return taken(request)

    result = await ingester(tried).hand_in(document, "CC0-1.0", dry_run=True)
    assert sent[0]["dry_run"] is True
    assert sent[0]["licence"] == "CC0-1.0"
    assert told(result, dry_run=True) == (
        f'{document}: would be ingested: a@1, 3 passages\nid = "a"\n'
    )


async def test_the_summary_counts_what_became_of_each(document: Path) -> None:
    bad = document.parent / "gone"
    (first, second) = all_found([document, bad])
    assert isinstance(first, Path)
    assert isinstance(second, dict)
    results = [await ingester(taken).hand_in(first), second]
    assert told(second, dry_run=False) == f"{bad}: refused: {bad} does not exist"
    assert summary(results, 2.0, dry_run=False) == (
        "2 handed in: 1 ingested (3 passages), 0 unchanged, 1 refused; 2.0 s"
    )
