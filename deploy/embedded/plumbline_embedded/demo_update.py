"""plumbline demo-update: a guideline gets a new edition while you look at an answer."""

from __future__ import annotations

import asyncio
import os
import shutil
import sys
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import httpx

from plumbline import topics
from plumbline_bus import Log, open_local
from plumbline_embedded.changing import campaign_text
from plumbline_embedded.documents import MANIFEST
from plumbline_embedded.first_start import QUESTIONS, first_start
from plumbline_embedded.home import Home
from plumbline_embedded.ingesting import open_ingester
from plumbline_embedded.serve import OpenLog, running

OLD, NEW = "cll-response-2008", "cll-response-2018"  # folders of the demonstration corpus
ASK_SECONDS: Final = 60
LOOK_SECONDS: Final = 0.1
CHANGED_SECONDS: Final = 120.0  # of waiting for the new version, when something is wrong


class NoDemonstration(Exception):
    """The guidelines at hand are not those of the demonstration."""


@dataclass(frozen=True)
class Pace:
    """How slowly it is shown. `pause`: seconds before the new edition; None waits for Enter.

    `hold`: how many seconds the new version is held back, so that the page can be seen being
    checked again.
    """

    pause: float | None = None
    hold: float = 10.0


async def demo_update(guidelines: Path, port: int, pace: Pace, stop: asyncio.Event) -> None:
    """Show it, and serve the pages until `stop`. NoDemonstration, and what `running` raises."""
    if not all((guidelines / name / MANIFEST).exists() for name in (OLD, NEW)):
        raise NoDemonstration(
            f"{guidelines} does not hold {OLD} and {NEW}; unset PLUMBLINE_GUIDELINES"
        )
    with tempfile.TemporaryDirectory(prefix="plumbline-demo-") as folder:
        home, before = Home(Path(folder) / "home"), Path(folder) / "guidelines"
        leave = shutil.ignore_patterns(NEW, QUESTIONS)
        await asyncio.to_thread(shutil.copytree, guidelines, before, ignore=leave)
        _say("A home of its own is started, with the 2008 edition of the response criteria.")
        slow = _holding_back(pace.hold)
        async with running(home, "127.0.0.1", port, stop, slow) as (_, url):
            showing = asyncio.create_task(_shown(home, url, guidelines, before, pace))
            stopping = asyncio.create_task(stop.wait())
            try:
                await asyncio.wait({showing, stopping}, return_when=asyncio.FIRST_COMPLETED)
                if showing.done():
                    showing.result()  # raises what went wrong
                    await stopping
            finally:
                showing.cancel()
                stopping.cancel()


async def _shown(home: Home, url: str, guidelines: Path, before: Path, pace: Pace) -> None:
    await first_start(home, url, before)
    async with httpx.AsyncClient(base_url=url, timeout=ASK_SECONDS + 5) as site:
        await _steps(home, site, guidelines, pace)
    _say("\nCtrl-C ends it; then everything it made is removed.")


async def _steps(home: Home, site: httpx.AsyncClient, guidelines: Path, pace: Pace) -> None:
    question = (guidelines / QUESTIONS).read_text("utf-8").splitlines()[0]
    reply = await site.post(
        "/v1/questions",
        json={"question": question},
        headers={"Prefer": f"wait={ASK_SECONDS}"},
    )
    answer = reply.json()
    _say(f"\n1. The question: {question}\n   The answer: {answer['url']}")
    _say(f"   {len(answer['claims'])} sentences, each with the words it rests on.")
    _say("   Open it, and leave it open: it changes before your eyes.")
    await _go_on(pace.pause)
    _say("\n2. The 2018 edition reaches the library.")
    async with open_ingester(home.ingest_socket, str(site.base_url)) as ingester:
        result = await ingester.hand_in(guidelines / NEW / MANIFEST)
    _say(f"   {result['status']}: {result['passages']} passages.")
    await _watched(home, site, answer)


async def _watched(home: Home, site: httpx.AsyncClient, before: dict[str, Any]) -> None:
    """Say what becomes of the answer until its next version is there."""
    said: set[str] = set()

    def once(text: str) -> None:
        if text not in said:
            said.add(text)
            _say(text)

    transport = httpx.AsyncHTTPTransport(uds=str(home.campaign_socket))
    async with (
        httpx.AsyncClient(transport=transport, base_url="http://plumbline") as campaigns,
        asyncio.timeout(CHANGED_SECONDS),
    ):
        while True:
            now = (await site.get(f"/v1/answers/{before['answer_id']}")).json()
            if stale := now["stale"]:
                hit, severity = len(stale["claims"]), stale["severity"].replace("_", " ")
                total = len(before["claims"])
                once(f"   stale ({severity}): {hit} of {total} sentences are being checked again")
            for campaign in (await campaigns.get("/v1/campaigns")).json():
                once(f"   campaign {campaign_text(campaign)}")
            if now["revision"] > before["revision"]:
                break
            await asyncio.sleep(LOOK_SECONDS)
    _say(f"\n3. Version {now['revision']} is published: {now['url']}")
    _say(f"   What changed, sentence by sentence: {now['url']}/changes")
    _say(f"   What the edition changed: {site.base_url}/guidelines/cll-response/editions/2018/diff")
    _say(f"   For feed readers: {site.base_url}/feed.atom")


def _holding_back(seconds: float) -> OpenLog:
    """The home's log, on which drafts of a campaign wait that long before they go to review."""

    @asynccontextmanager
    async def held_back(path: Path) -> AsyncIterator[Log]:
        async with open_local(path) as log:
            append = log.append

            async def slowly(topic: str, **record: Any) -> Any:
                if topic.endswith(topics.ANSWER_DRAFTED.lane(topics.BACKGROUND)):
                    await asyncio.sleep(seconds)
                return await append(topic, **record)

            log.append = slowly  # type: ignore[method-assign]
            yield log

    return held_back


async def _go_on(pause: float | None) -> None:
    """Wait that long, or for Enter."""
    if pause is None and sys.stdin.isatty():
        _say("   Press Enter to go on.")
        await _enter()
    else:
        await asyncio.sleep(pause or 0)


async def _enter() -> None:
    loop, pressed = asyncio.get_running_loop(), asyncio.Event()
    loop.add_reader(sys.stdin.fileno(), pressed.set)
    try:
        await pressed.wait()
        with suppress(OSError):
            os.read(sys.stdin.fileno(), 1024)
    finally:
        loop.remove_reader(sys.stdin.fileno())


def _say(text: str) -> None:
    sys.stdout.write(text + "\n")
    sys.stdout.flush()
