"""A composer that is stuck for some questions: the others do not notice, and none is left."""

from __future__ import annotations

import asyncio
import itertools
import os
import statistics
import time
from pathlib import Path
from typing import Any

import pytest
from system.conftest import GUIDELINES
from system.in_process import whole
from system.test_crash import questions

from plumbline.generation.v1.events_pb2 import Draft, MadeBy
from plumbline.retrieval.v1.events_pb2 import EvidenceRetrieved
from plumbline_generation import service
from plumbline_generation.composer import Refusal
from plumbline_generation.extractive import ExtractiveComposer

pytestmark = [pytest.mark.bench, pytest.mark.timeout(600)]

SECONDS = float(os.environ.get("STUCK_SECONDS", "180"))
PER_SECOND = 5.0
STUCK_SECONDS = 60.0
ONE_IN = 20  # 5 %
OPENINGS = ("", "Please explain: ", "In plain words: ", "Tell me: ", "I would like to know: ")


class Sticky:
    """Extractive, but stuck for one question in twenty."""

    def __init__(self) -> None:
        self._real = ExtractiveComposer()
        self.stuck: set[str] = set()
        self._asked = 0

    @property
    def made_by(self) -> MadeBy:
        return self._real.made_by

    async def compose(self, retrieved: EvidenceRetrieved) -> Draft | Refusal:
        self._asked += 1
        if self._asked % ONE_IN == 0:
            self.stuck.add(retrieved.run.answer_id)
            await asyncio.sleep(STUCK_SECONDS)
        return await self._real.compose(retrieved)


async def test_a_stuck_composer_holds_up_nobody_else(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    sticky = Sticky()
    monkeypatch.setattr(service, "first_composer", lambda: sticky)
    async with whole(tmp_path / "home", GUIDELINES) as plumbline:

        async def ask(question: str) -> tuple[dict[str, Any], float]:
            began = time.perf_counter()
            answer = await plumbline.ask(question, wait=60)
            return answer, time.perf_counter() - began

        tasks: list[asyncio.Task[tuple[dict[str, Any], float]]] = []
        for opening, question in itertools.product(OPENINGS, questions()):
            if len(tasks) < SECONDS * PER_SECOND:
                tasks.append(asyncio.create_task(ask(f"{opening}{question}")))
                await asyncio.sleep(1 / PER_SECOND)
        ended = [await task for task in tasks]
    assert all(answer["status"] != "pending" for answer, _ in ended)
    asked = [(answer["answer_id"], seconds) for answer, seconds in ended]
    others = sorted(s for answer, s in asked if answer not in sticky.stuck)
    stuck = sorted(s for answer, s in asked if answer in sticky.stuck)
    p99 = others[int(len(others) * 0.99)]
    print(
        f"\n{len(asked)} questions at {PER_SECOND:.0f}/s, {len(stuck)} of them stuck for "
        f"{STUCK_SECONDS:.0f} s\n"
        f"  the others: p50 {1000 * statistics.median(others):.0f} ms, p99 {1000 * p99:.0f} ms\n"
        f"  the stuck: p50 {statistics.median(stuck):.1f} s, most {stuck[-1]:.1f} s "
        f"(deadline {service.Settings().deadline_seconds:.0f} s)"
    )
