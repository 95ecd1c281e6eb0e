"""All of Plumbline inside the test's own process, for tests that must reach log or spans."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx

from plumbline.topics import Topic
from plumbline_bus import Log, Record, open_local
from plumbline_embedded.first_start import first_start
from plumbline_embedded.home import Home
from plumbline_embedded.serve import OpenLog, running


@dataclass
class Whole:
    """Everything, running: its log, its home and a client of its site."""

    log: Log
    home: Home
    site: httpx.AsyncClient

    async def ask(self, question: str, wait: float = 20) -> dict[str, Any]:
        """Ask and wait for the end."""
        reply = await self.site.post(
            "/v1/questions", json={"question": question}, headers={"Prefer": f"wait={wait:.0f}"}
        )
        return dict(reply.json())

    async def answer(self, answer_id: str, wait: float = 20) -> dict[str, Any]:
        """Read an answer, waiting for its end."""
        reply = await self.site.get(
            f"/v1/answers/{answer_id}", headers={"Prefer": f"wait={wait:.0f}"}
        )
        return dict(reply.json())

    async def sealed(self, answer_id: str) -> dict[str, Any]:
        """Read a published answer once it is sealed."""
        for _ in range(500):
            answer = await self.answer(answer_id)
            if answer["provenance"]["receipt"]["status"] == "sealed":
                return answer
            await asyncio.sleep(0.02)
        raise AssertionError("never sealed")

    async def records(self, topic: Topic[Any]) -> list[Record]:
        """Every record of a topic as it stands now."""
        left = sum((await self.log.ends(topic.name)).values())
        found: list[Record] = []
        if left:
            async for record in self.log.follow(topic.name, {}):
                found.append(record)
                if len(found) == left:
                    break
        return found

    async def messages(self, topic: Topic[Any]) -> Sequence[Any]:
        """Every message of a topic as it stands now."""
        return [topic.message.FromString(r.value) for r in await self.records(topic)]


@asynccontextmanager
async def whole(
    home: Path, guidelines: Path | None, open_log: OpenLog = open_local
) -> AsyncIterator[Whole]:
    """Run everything on a home; `guidelines` are ingested first."""
    stop = asyncio.Event()
    async with running(Home(home), "127.0.0.1", 0, stop, open_log) as (log, url):
        if guidelines is not None:
            await first_start(Home(home), url, guidelines)
        async with httpx.AsyncClient(base_url=url, timeout=60) as site:
            yield Whole(log, Home(home), site)
