"""kill -9 at random moments of a campaign: it resumes, and ends with the same set, none twice."""

from __future__ import annotations

import asyncio
import random
import time
from pathlib import Path

import pytest
from system.in_process import whole
from system.levels import (
    CAMPAIGN,
    DISEASE,
    check_made_again_once,
    outcomes,
    take_in,
    terms,
    write_edition,
)
from system.served import Served

pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]
ANSWERS, KILLS, SEED = 24, 4, 6
SECONDS = 60


def test_a_campaign_killed_again_and_again_makes_each_answer_again_once(tmp_path: Path) -> None:
    chance = random.Random(SEED)
    names = terms(ANSWERS)
    server = Served(tmp_path / "home", None).start()
    try:
        take_in(server, write_edition(tmp_path / "1", 1, names))
        answers = {
            answer["answer_id"]
            for name in names
            if (answer := server.ask(f"What is {name.lower()} in {DISEASE}?"))["status"]
            == "published"
        }
        assert len(answers) > ANSWERS / 2
        take_in(server, write_edition(tmp_path / "2", 2, names))
        seen = []
        for _ in range(KILLS):
            time.sleep(chance.uniform(0.05, 0.5))
            server.kill()
            seen.append(len(outcomes(server)))
            server.start()
        until = time.monotonic() + SECONDS
        while len(outcomes(server)) < len(answers) and time.monotonic() < until:
            time.sleep(0.1)
        assert seen[0] < len(answers), "it was over before it was killed"
        assert outcomes(server) == dict.fromkeys(answers, "remade")
        assert server.stop() == 0
    finally:
        if server.process is not None and server.process.poll() is None:
            server.kill()
    asyncio.run(_once_each(tmp_path / "home", answers))


async def _once_each(home: Path, answers: set[str]) -> None:
    async with whole(home, None) as plumbline:
        records = {topic: await plumbline.records(topic) for topic in CAMPAIGN}
        check_made_again_once(records, answers)
