"""From a new edition to exactly the affected answers, whatever comes first."""

from __future__ import annotations

import random
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import cast

import pytest
from services.regeneration.world import (
    GONE,
    MEANING,
    MOVED,
    NUMBER,
    REWORDED,
    SAME,
    World,
    answer_id,
    edition,
    not_covered,
    rendered,
    world,
)

from plumbline.regeneration.v1 import events_pb2 as wire
from plumbline.regeneration.v1.events_pb2 import (
    AnswerRechecked,
    AnswerStaled,
    AnswerWithdrawn,
    RegenerationRequested,
)
from plumbline_bus import Unavailable
from plumbline_regeneration.campaigns import CANCELLED, PAUSED, RUNNING
from plumbline_regeneration.editions import Range
from plumbline_regeneration.runner import MOST_LIVE


@pytest.fixture
def w() -> Iterator[World]:
    with world() as made:
        yield made


def staled(w: World) -> dict[str, AnswerStaled]:
    return {m.answer_id: m for m in cast(list[AnswerStaled], w.of(AnswerStaled))}


def requested(w: World) -> dict[str, int]:
    found = cast(list[RegenerationRequested], w.of(RegenerationRequested))
    return {m.run.answer_id: m.run.revision for m in found}


@pytest.mark.parametrize(
    ("kind", "severity"),
    [
        (MOVED, wire.SEVERITY_MOVED),
        (REWORDED, wire.SEVERITY_REWORDED),
        (NUMBER, wire.SEVERITY_NUMBER_CHANGED),
        (MEANING, wire.SEVERITY_MEANING_CHANGED),
        (GONE, wire.SEVERITY_WITHDRAWN),
    ],
)
async def test_only_the_answer_that_rests_on_the_changed_sentence_is_made_again(
    w: World, kind: int, severity: int
) -> None:
    w.ingest(1)
    w.tell(rendered("hit", [0, 1]))
    w.tell(rendered("spared", [0]))
    w.ingest(2, [SAME, kind])
    await w.work()
    (message,) = staled(w).values()
    assert (message.answer_id, message.revision) == (answer_id("hit"), 1)
    assert message.severity == severity
    assert [(one.claim_id, one.severity) for one in message.claims] == [("c1", severity)]
    assert (message.cause.kind, message.cause.ref) == ("edition", "g@2")
    assert requested(w) == {answer_id("hit"): 2}
    (checked,) = cast(list[AnswerRechecked], w.of(AnswerRechecked))
    assert checked.answer_id == answer_id("spared")
    assert [(p.version, p.now_occurrence_id) for p in checked.passages] == [("2", "new-0")]


async def test_each_claim_is_told_by_what_became_of_its_own_source(w: World) -> None:
    w.ingest(1)
    w.tell(rendered("hit", [0, 1, 2, 3]))
    w.ingest(2, [REWORDED, GONE, SAME, NUMBER])
    await w.work()
    message = staled(w)[answer_id("hit")]
    assert {one.claim_id: one.severity for one in message.claims} == {
        "c0": wire.SEVERITY_REWORDED,
        "c1": wire.SEVERITY_WITHDRAWN,
        "c3": wire.SEVERITY_NUMBER_CHANGED,
    }
    assert message.severity == wire.SEVERITY_WITHDRAWN


def test_work_that_was_put_down_with_one_severity_has_it_for_each_claim(tmp_path: Path) -> None:
    path = tmp_path / "regeneration.sqlite"
    with world(path) as w:
        w.ingest(1)
        w.tell(rendered("hit", [0, 1]))
        w.ingest(2, [NUMBER, NUMBER])
    with closing(sqlite3.connect(path)) as old:
        old.execute("""UPDATE work SET claims = '["c0", "c1"]'""")
        old.execute("PRAGMA user_version = 2")
        old.commit()
    with world(path) as w:
        work = w.campaigns.work(answer_id("hit"))
        assert work
        assert work.claims == dict.fromkeys(("c0", "c1"), wire.SEVERITY_NUMBER_CHANGED)


async def test_readers_are_told_even_while_nothing_may_run(w: World) -> None:
    w.ingest(1)
    w.tell(rendered("hit", [0]))
    w.ingest(2, [NUMBER])
    (campaign,) = w.campaigns.all()
    for state in (PAUSED, CANCELLED):
        w.campaigns.steer(campaign.campaign_id, state=state)
        await w.work()
        assert set(staled(w)) == {answer_id("hit")}
        assert not requested(w)
    w.campaigns.steer(campaign.campaign_id, state=RUNNING)
    await w.work()
    assert not requested(w), "what was cancelled stays so"


async def test_a_run_ends_with_a_new_revision_or_without_an_answer(w: World) -> None:
    w.ingest(1)
    for name in ("remade", "lost"):
        w.tell(rendered(name, [0]))
    w.ingest(2, [NUMBER])
    await w.work()
    w.tell(rendered("remade", [0], revision=2, version=2))
    w.tell(not_covered("lost", 2))
    await w.work()
    (gone,) = cast(list[AnswerWithdrawn], w.of(AnswerWithdrawn))
    assert (gone.answer_id, gone.revision) == (answer_id("lost"), 1)
    assert gone.reason_code == "not-in-sources"
    (campaign,) = w.campaigns.all()
    assert w.campaigns.counts(campaign.campaign_id) == {"remade": 1, "withdrawn": 1}


async def test_two_editions_in_quick_succession_leave_nothing_on_the_middle_one(w: World) -> None:
    w.ingest(1)
    w.tell(rendered("hit", [0]))
    w.ingest(2, [NUMBER])
    await w.work()
    assert requested(w) == {answer_id("hit"): 2}
    w.ingest(3, [NUMBER])
    await w.work()
    assert len(requested(w)) == 1, "one live run per answer"
    w.tell(rendered("hit", [0], revision=2, version=2))  # made from the middle edition
    await w.work()
    again = cast(list[RegenerationRequested], w.of(RegenerationRequested))
    assert [(m.run.revision, m.run.cause.ref) for m in again] == [(2, "g@2"), (3, "g@3")]
    w.tell(rendered("hit", [0], revision=3, version=3))
    await w.work()
    assert len(w.of(RegenerationRequested)) == 2


async def test_an_older_edition_that_comes_later_changes_nothing(w: World) -> None:
    w.ingest(3)
    w.tell(rendered("calm", [0], version=3))
    w.ingest(2)
    await w.work()
    assert not w.said


async def test_an_edition_is_judged_on_the_day_it_comes_into_force(w: World) -> None:
    w.ingest(1)
    w.tell(rendered("hit", [0]))
    w.ingest(2, [NUMBER], year=2030)
    await w.work()
    assert not w.said
    w.reconciler._now = lambda: "2030-01-01T00:00:00Z"
    w.reconciler.look_at_the_date("2030-01-01T00:00:00Z")
    await w.work()
    assert set(staled(w)) == {answer_id("hit")}


def test_an_edition_waits_for_its_alignment(w: World) -> None:
    *parts, indexed = edition(2, [SAME])
    with pytest.raises(Unavailable):
        w.tell(indexed)
    for part in parts:
        w.tell(part)
    w.tell(indexed)


def test_a_range_is_followed_through_several_editions(w: World) -> None:
    w.ingest(1)
    w.ingest(2, [SAME, MOVED, SAME])
    w.ingest(3, [SAME, SAME, NUMBER])
    inside = Range(12, 18, "o-1")
    assert w.editions.fate("g@1", "g@3", inside).kind == MOVED
    assert w.editions.fate("g@1", "g@3", inside).now == (Range(12, 18, "new-1"),)
    assert w.editions.fate("g@1", "g@3", Range(0, 30, "o-1")).kind == NUMBER
    assert w.editions.fate("g@0", "g@3", inside).kind == GONE


async def test_no_more_runs_are_under_way_than_leave_room_for_readers(w: World) -> None:
    w.ingest(1)
    for number in range(20):
        w.tell(rendered(f"a{number}-", [0]))
    w.ingest(2, [NUMBER])
    await w.work()
    assert len(requested(w)) == MOST_LIVE
    assert len(staled(w)) == 20


@pytest.mark.parametrize("seed", range(12))
async def test_whatever_comes_first_the_same_answers_are_made_again(seed: int) -> None:
    """Topics keep no order among each other, and a rebuilt store reads them anew."""
    chance = random.Random(seed)
    topics = [
        [*edition(1), *edition(2, [SAME, NUMBER, GONE])],
        [rendered("one", [1]), rendered("one", [1], revision=2, version=2)],
        [rendered("two", [0])],
        [rendered("three", [2])],
    ]
    with world() as w:
        while any(topics):
            topic = chance.choice([topic for topic in topics if topic])
            w.tell(topic.pop(0))
        await w.work()
        assert set(requested(w)) | set(staled(w)) == {answer_id("three")}
        assert [m.answer_id for m in w.of(AnswerRechecked)] == [answer_id("two")]  # type: ignore[attr-defined]
