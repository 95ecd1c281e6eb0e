"""Questions put to all of Plumbline in this process, and how each of them ended."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Iterable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
from eval.sets import LICENCE, Set, write_pages
from eval.vectors import indexed, remembering_embedder
from system.in_process import Whole, whole
from tqdm import tqdm

from plumbline_embedded.documents import found_under
from plumbline_embedded.ingesting import open_ingester

WAIT_SECONDS = 60
LATER = (httpx.codes.TOO_MANY_REQUESTS, httpx.codes.SERVICE_UNAVAILABLE)


@dataclass(frozen=True)
class Ending:
    """How one question ended. `cited` are occurrence ids, in the order of the claims."""

    asked: str
    status: str
    reason: str
    kind: str
    cited: tuple[str, ...]


@asynccontextmanager
async def holding(home: Path, folder: Path) -> AsyncIterator[Whole]:
    """Plumbline with every guideline of a folder; what lies there bare is guessed."""
    async with whole(home, None) as plumbline:
        site = plumbline.site
        async with open_ingester(plumbline.home.ingest_socket, str(site.base_url)) as ingester:
            for path in tqdm(list(found_under(folder)), desc="documents", mininterval=2):
                given = None if path.suffix == ".toml" else LICENCE
                result = await ingester.hand_in(path, given)
                assert result["status"] == "ingested", result["reason"]
        yield plumbline


@asynccontextmanager
async def holding_set(made: Set, data: Path, folder: Path) -> AsyncIterator[Whole]:
    """Plumbline with the pages of a set; vectors that an earlier run made are not made again."""
    write_pages(data, made.name, folder / "pages")
    with remembering_embedder(made.name) as embedder:
        async with indexed(made, folder / "home" / "retrieval", embedder):
            pass
    async with holding(folder / "home", folder / "pages") as plumbline:
        yield plumbline


async def endings(plumbline: Whole, questions: Sequence[str], what: str) -> list[Ending]:
    """Ask them one after the other."""
    return [
        await ending(plumbline, question)
        for question in tqdm(questions, desc=what, unit="", mininterval=2)
    ]


async def ending(plumbline: Whole, question: str) -> Ending:
    """Ask and wait; too many at once are asked again when there is room."""
    while True:
        reply = await plumbline.site.post(
            "/v1/questions",
            json={"question": question},
            headers={"Prefer": f"wait={WAIT_SECONDS}"},
        )
        if reply.status_code not in (
            httpx.codes.TOO_MANY_REQUESTS,
            httpx.codes.SERVICE_UNAVAILABLE,
        ):
            break
        await asyncio.sleep(float(reply.headers.get("Retry-After", 1)))
    answer: dict[str, Any] = reply.json()
    reason = answer.get("reason") or {}
    return Ending(
        asked=question,
        status=str(answer["status"]),
        reason=str(reason.get("code", "")),
        kind=str((answer.get("question") or {}).get("type") or ""),
        cited=tuple(cited(answer)),
    )


def cited(answer: dict[str, Any]) -> Iterable[str]:
    """The occurrences that the claims of an answer cite, as they come."""
    place = {passage["id"]: passage["occurrence_id"] for passage in answer.get("passages", ())}
    for claim in answer.get("claims", ()):
        yield from (place[citation["passage"]] for citation in claim["citations"])


def counted(found: Iterable[Ending]) -> str:
    """How many ended how, most often first."""
    ways = Counter(f"{ending.status} {ending.reason}".strip() for ending in found)
    return ", ".join(f"{way} {count}" for way, count in ways.most_common())
