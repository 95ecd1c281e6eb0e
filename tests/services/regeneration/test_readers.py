"""What many read is made again first; a page served is counted once, for a week."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import cast

import httpx
import pytest
from services.regeneration.world import MOVED, NOW, NUMBER, SAME, World, answer_id, rendered, world

from plumbline.gateway.v1.events_pb2 import AnswersRead, TimesRead
from plumbline.regeneration.v1 import events_pb2 as wire
from plumbline.regeneration.v1.events_pb2 import RegenerationRequested
from plumbline_bus import Event
from plumbline_regeneration.campaign_app import campaign_app
from plumbline_regeneration.damage import damage
from plumbline_regeneration.readers import DAYS
from plumbline_regeneration.reconcile import LOOKED_AT

ONE = answer_id("one")


@pytest.fixture
def w() -> Iterator[World]:
    with world() as made:
        yield made


def read(**times: int) -> AnswersRead:
    rows = [TimesRead(answer_id=answer_id(name), times=count) for name, count in times.items()]
    return AnswersRead(answers=rows)


def event(message: AnswersRead, event_id: str, offset: int, time: str = NOW) -> Event[AnswersRead]:
    return Event(message, event_id, "gateway", time, (), "answers.read.v1", 0, offset, "")


def test_what_several_gateways_served_adds_up(w: World) -> None:
    w.tell(read(one=2, two=1))
    w.tell(read(one=3))
    assert (w.readers.of(ONE, NOW), w.readers.of(answer_id("two"), NOW)) == (5, 1)
    assert w.readers.of(answer_id("never"), NOW) == 0


def test_delivered_again_or_said_again_it_counts_once(tmp_path: Path) -> None:
    """The same record, also by a process that starts anew; and one event in two records."""
    path = tmp_path / "regeneration.sqlite"
    for offset in (0, 0, 1):
        with world(path) as w:
            w.readers.apply_read(event(read(one=2), "said", offset))
    with world(path) as w:
        w.readers.apply_read(event(read(one=1), "another", 2))
        assert w.readers.of(ONE, NOW) == 3
        assert w.readers._db.positions("answers.read.v1") == {0: 3}


def test_only_the_last_days_count_and_are_kept(w: World) -> None:
    today = date.fromisoformat(NOW[:10])
    for ago in range(DAYS + 2):
        day = (today - timedelta(days=ago)).isoformat()
        w.readers.apply_read(event(read(one=1), f"e{ago}", ago, f"{day}T10:00:00.000000Z"))
    assert w.readers.of(ONE, NOW) == DAYS
    w.readers.apply_read(event(read(two=1), "last", 99))
    for table in ("reads", "reads_heard"):
        kept = w.readers._db.rows.execute(f"SELECT DISTINCT day FROM {table}").fetchall()
        assert len(kept) == DAYS


def test_damage_grows_with_each_of_the_three_and_is_never_nothing() -> None:
    since, later = "2026-11-27T10:00:00Z", "2026-11-28T10:00:00Z"
    assert damage(wire.SEVERITY_UNSPECIFIED, 0, later, since) == 1.0
    assert damage(wire.SEVERITY_MOVED, 0, since, since) == 100.0
    assert damage(wire.SEVERITY_MOVED, 4, since, since) == 500.0
    assert damage(wire.SEVERITY_MOVED, 4, since, later) == 1000.0


def test_nothing_is_graver_than_a_recall_and_every_severity_has_its_place() -> None:
    at = "2026-11-27T10:00:00Z"
    by_damage = sorted(wire.Severity.values(), key=lambda s: damage(s, 0, at, at))
    assert by_damage[-3:] == [
        wire.SEVERITY_WITHDRAWN,
        wire.SEVERITY_MEANING_CHANGED,
        wire.SEVERITY_RECALLED,
    ]


async def test_the_most_read_of_equally_bad_ones_are_asked_for_first(w: World) -> None:
    w.ingest(1)
    for name, sentence in (("a", 0), ("b", 0), ("c", 0), ("d", 1)):
        w.tell(rendered(name, [sentence]))
    w.tell(read(b=2, c=30, d=30))
    w.ingest(2, [NUMBER, MOVED])
    await w.work()
    asked = cast(list[RegenerationRequested], w.of(RegenerationRequested))
    assert [m.run.answer_id for m in asked] == [answer_id(name) for name in "cbad"]


async def test_a_question_that_is_asked_again_is_weighed_by_its_readers_too(w: World) -> None:
    w.ingest(1)
    w.tell(rendered("one", [0]))
    w.tell(read(one=9))
    answer, campaign = w.answers.find(ONE), w.campaigns.open("edition", "g@2", "", NOW)
    assert answer
    w.reconciler.ask_again(answer.run, answer, campaign, NOW)
    work = w.campaigns.work(ONE)
    assert work
    assert work.damage == damage(wire.SEVERITY_ADDED, 9, answer.published_at, NOW)


async def test_a_preview_lists_the_most_damage_first_and_lets_others_have_a_turn(w: World) -> None:
    w.ingest(1)
    for number in range(3 * LOOKED_AT):
        w.tell(rendered(f"a{number}-", [number % 2]))
    w.tell(read(**{"a7-": 5, "a8-": 5}))
    w.ingest(2, [SAME, NUMBER])
    turns = 0

    async def others() -> None:
        nonlocal turns
        while True:
            turns += 1
            await asyncio.sleep(0)

    beside = asyncio.create_task(others())
    app = campaign_app(w.reconciler, w.answers, w.campaigns)
    transport = httpx.ASGITransport(app)
    async with httpx.AsyncClient(transport=transport, base_url="http://x") as client:
        await client.get("/v1/campaigns")
        before = turns
        found = await w.reconciler.preview("g@2")
        assert turns - before == 3
        beside.cancel()
        seen = (await client.get("/v1/editions/g@2/affected")).json()["answers"]
    assert len(found) == len(seen) == 3 * LOOKED_AT
    first = seen[0]
    assert (first["answer_id"], first["severity"], first["readers"]) == (
        answer_id("a7-"),
        "number_changed",
        5,
    )
    assert [one["severity"] for one in seen[: len(seen) // 2]] == ["number_changed"] * 150
    assert seen[len(seen) // 2]["answer_id"] == answer_id("a8-")
