"""A week later: readers' words are gone from the log, and every page can still be made from it."""

from __future__ import annotations

import asyncio
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from system.conftest import GUIDELINES, SEED
from system.in_process import Whole, whole
from system.test_backup import lasting

from plumbline.topics import DAY_SECONDS, TOPICS
from plumbline_embedded.check import FAIL
from plumbline_embedded.doctor import examine
from plumbline_embedded.home import Home

pytestmark = [pytest.mark.slow, pytest.mark.timeout(180)]

NEW = "What is minimal residual disease in CLL?"
DERIVED = (
    "gateway",
    "safety_review/passages.sqlite",
    "retrieval/index",
    "retrieval/editions.sqlite",
    "regeneration",
)


async def test_retention_of_a_run_drops_what_it_must_and_nothing_that_a_page_rests_on(
    tmp_path: Path,
) -> None:
    home = tmp_path / "home"
    async with whole(home, GUIDELINES) as plumbline:
        answer = await plumbline.sealed((await plumbline.ask(SEED))["answer_id"])
        pages = await read(plumbline, answer["answer_id"])
    assert SEED.encode() in (home / "log.sqlite").read_bytes()
    a_week_passes(home)
    for name in DERIVED:
        lost = home / name
        shutil.rmtree(lost) if lost.is_dir() else lost.unlink()
    async with whole(home, None) as plumbline:
        await dropped(plumbline)
        again = await plumbline.sealed(answer["answer_id"])
        assert lasting(again) == lasting(answer)
        assert await read(plumbline, answer["answer_id"]) == pages
        new = await plumbline.sealed((await plumbline.ask(NEW))["answer_id"])
        receipts = [a["provenance"]["receipt"]["leaf_index"] for a in (answer, new)]
        assert receipts[0] < receipts[1]
    assert SEED.encode() not in (home / "log.sqlite").read_bytes()
    report = examine(Home(home), {"PORT": "0"}, min_free_mib=1)
    assert not [check for check in report.checks if check.status == FAIL]


def a_week_passes(home: Path) -> None:
    with closing(sqlite3.connect(home / "log.sqlite")) as log, log:
        log.execute("update records set timestamp_ms = timestamp_ms - ?", (8 * DAY_SECONDS * 1000,))


async def dropped(plumbline: Whole) -> None:
    """Wait until the run has dropped by itself what is to be dropped."""
    for_ever = {topic.name for topic in TOPICS if topic.retention_seconds is None}
    assert {"edition.ingested.v1", "answer.rendered.v1", "answer.sealed.v1"} <= for_ever
    assert await kept(plumbline) >= {"edition.ingested.v1", "answer.rendered.v1"}
    for _ in range(2000):
        if await kept(plumbline) <= for_ever:
            return
        await asyncio.sleep(0.05)
    raise AssertionError(await kept(plumbline) - for_ever)


async def kept(plumbline: Whole) -> set[str]:
    """Topics that hold records."""
    found = set()
    for topic in TOPICS:
        for name in topic.names:
            starts, ends = await plumbline.log.starts(name), await plumbline.log.ends(name)
            found |= {name for partition in ends if starts[partition] < ends[partition]}
    return found


async def read(plumbline: Whole, answer_id: str) -> list[bytes]:
    """The page, the record of it and the receipt; the first two without the address they are at."""
    page = await plumbline.site.get(f"/answers/{answer_id}", follow_redirects=True)
    record = await plumbline.site.get(f"{page.url.path}/provenance")
    receipt = await plumbline.site.get(f"/v1/answers/{answer_id}/receipt")
    replies = (page, record, receipt)
    assert [reply.status_code for reply in replies] == [200, 200, 200]
    port = str(plumbline.site.base_url.port).encode()
    return [reply.content.replace(b":" + port, b"") for reply in replies]
