"""How often an answer was read reaches what orders the work, by way of the log."""

from __future__ import annotations

import asyncio
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from system.conftest import GUIDELINES, SEED
from system.in_process import whole

from plumbline.topics import ANSWERS_READ
from plumbline_embedded.stores import REGENERATION

pytestmark = [pytest.mark.slow, pytest.mark.timeout(120)]


def reads(home: Path) -> list[tuple[str, int]]:
    with closing(sqlite3.connect(home / REGENERATION)) as store:
        return store.execute("SELECT answer_id, times FROM reads").fetchall()


async def test_pages_served_are_said_at_the_end_and_counted_by_the_next_run(tmp_path: Path) -> None:
    held, home = tmp_path / "guidelines", tmp_path / "home"
    shutil.copytree(GUIDELINES / "cll-response-2018", held / "cll-response-2018")
    async with whole(home, held) as plumbline:
        answer = await plumbline.ask(SEED)
        assert answer["status"] == "published"
        for _ in range(3):
            page = await plumbline.site.get(
                f"/answers/{answer['answer_id']}", follow_redirects=True
            )
            assert page.status_code == 200
    async with whole(home, None) as plumbline, asyncio.timeout(30):
        (said,) = await plumbline.messages(ANSWERS_READ)
        assert [(one.answer_id, one.times) for one in said.answers] == [(answer["answer_id"], 3)]
        while not (counted := reads(home)):  # noqa: ASYNC110 (another reader's store)
            await asyncio.sleep(0.05)
    assert counted == [(answer["answer_id"], 3)]
