"""A composer that is stuck for some questions: the others do not notice, and none is left."""

from __future__ import annotations

import asyncio
import itertools
import os
import statistics
import time
from collections.abc import Iterable
from pathlib import Path

import httpx
import pytest
from bench import sticky
from system.conftest import GUIDELINES
from system.deployed import deployed
from system.in_process import whole
from system.kept import ENDINGS
from system.test_crash import questions

from plumbline_generation import service

pytestmark = [pytest.mark.bench, pytest.mark.timeout(900)]

SECONDS = float(os.environ.get("STUCK_SECONDS", "180"))
USUAL_SECONDS = SECONDS / 6  # before anything is stuck
PER_SECOND = 5.0
OPENINGS = ("", "Please explain: ", "In plain words: ", "Tell me: ", "I would like to know: ")
Times = list[tuple[bool, float]]  # whether the composer was stuck; seconds from asked to ended


def texts() -> Iterable[str]:
    """Distinct questions, enough for all of it."""
    made = itertools.product(OPENINGS, questions(260))
    return (f"{opening}{question}" for opening, question in made)


async def test_a_stuck_composer_holds_up_nobody_else(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(service, "first_composer", sticky.Sticky)
    async with whole(tmp_path / "home", GUIDELINES) as plumbline:
        tell("embedded", await asked(plumbline.site, texts(), SECONDS))


@pytest.mark.kafka
def test_on_brokers_one_stuck_process_of_generation_holds_up_nobody_else(
    kafka: str, tmp_path: Path
) -> None:
    left = iter(texts())

    async def ask(seconds: float) -> Times:
        async with httpx.AsyncClient(base_url=site.gateway().url, timeout=90) as client:
            return await asked(client, left, seconds)

    with deployed(tmp_path, kafka) as site:
        assert {result["status"] for result in site.ingest(GUIDELINES)} == {"ingested"}
        usual = sorted(seconds for _, seconds in asyncio.run(ask(USUAL_SECONDS)))
        generation = site["generation-0"]
        assert generation.stop() == 0
        generation.program = [sticky.__file__]
        generation.start().wait()
        told = asyncio.run(ask(SECONDS))
    tell("a process per service on Kafka", told)
    print(f"  before, nothing stuck: {said(usual)}")


async def asked(site: httpx.AsyncClient, left: Iterable[str], seconds: float) -> Times:
    """Ask at the pace, for so long, and wait until all have ended."""

    async def ask(question: str) -> tuple[bool, float]:
        began = time.perf_counter()
        reply = await site.post(
            "/v1/questions", json={"question": question}, headers={"Prefer": "wait=60"}
        )
        took, answer = time.perf_counter() - began, reply.json()
        assert answer["status"] in ENDINGS
        composed = answer["status"] != "not_covered"
        return composed and sticky.is_stuck(answer["answer_id"]), took

    tasks = []
    for question in itertools.islice(left, round(seconds * PER_SECOND)):
        tasks.append(asyncio.create_task(ask(question)))
        await asyncio.sleep(1 / PER_SECOND)
    return [await task for task in tasks]


def tell(where: str, times: Times) -> None:
    """Print how long it took those that were stuck, and the others."""
    others = sorted(seconds for was_stuck, seconds in times if not was_stuck)
    stuck = sorted(seconds for was_stuck, seconds in times if was_stuck)
    assert stuck, "the composer was stuck for none of them: set STUCK_SECONDS higher"
    print(
        f"\n{len(times)} questions at {PER_SECOND:.0f}/s, {len(stuck)} of them stuck for "
        f"{sticky.STUCK_SECONDS:.0f} s, {where}\n"
        f"  the others: {said(others)}\n"
        f"  the stuck: p50 {statistics.median(stuck):.1f} s, most {stuck[-1]:.1f} s "
        f"(deadline {service.Settings().deadline_seconds:.0f} s)"
    )


def said(times: list[float]) -> str:
    """The middle and the worst of sorted seconds."""
    p50, p99 = statistics.median(times), times[int(len(times) * 0.99)]
    return f"p50 {1000 * p50:.0f} ms, p99 {1000 * p99:.0f} ms"
