"""What is older than its topic says goes; what is kept for ever stays."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from plumbline.topics import DAY_SECONDS, TOPICS
from plumbline_bus import LocalLog, Retention, Unavailable, create_topics, open_local
from plumbline_bus.local import DROP_BATCH
from plumbline_bus.retention import kept_seconds

ASKED, RENDERED = "question.asked.v1", "answer.rendered.v1"


async def put(log: LocalLog, topic: str, value: bytes = b"value") -> None:
    await log.append(topic, partition_key="k", record_key="k", value=value)


async def kept(log: LocalLog, topic: str) -> int:
    starts, ends = await log.starts(topic), await log.ends(topic)
    return sum(ends[partition] - starts[partition] for partition in ends)


def test_every_topic_lane_and_dead_letter_topic_has_its_own_time() -> None:
    times = dict(kept_seconds())
    assert times[ASKED] == times[f"{ASKED}.dead"] == 7 * DAY_SECONDS
    assert times["question.progressed.v1"] == DAY_SECONDS
    assert times["answer.drafted.v1.background.dead"] == 7 * DAY_SECONDS
    for_ever = {name for topic in TOPICS if topic.retention_seconds is None for name in topic.names}
    assert RENDERED in for_ever
    assert not for_ever & set(times)


async def test_it_asks_the_log_to_drop_each_topic_once_a_round_until_told_to_stop() -> None:
    stop, expected = asyncio.Event(), [("p." + name, s) for name, s in kept_seconds()]
    asked: list[tuple[str, float]] = []

    class Noted:
        async def retain(self, topic: str, seconds: float) -> int:
            asked.append((topic, seconds))
            if len(asked) == 2 * len(expected):
                stop.set()
            return 1

    await asyncio.wait_for(Retention(Noted(), "p.", every_seconds=0.01).serve(stop), 5)
    assert asked == 2 * expected


async def test_a_log_that_is_full_is_tried_again_at_the_next_round() -> None:
    stop, rounds = asyncio.Event(), []

    class Full:
        async def retain(self, topic: str, seconds: float) -> int:
            rounds.append(topic)
            if len(rounds) == 3:
                stop.set()
            raise Unavailable("disk full")

    await asyncio.wait_for(Retention(Full(), every_seconds=0.01).serve(stop), 5)
    assert len(set(rounds)) == 1


async def test_only_what_is_old_enough_is_dropped_and_in_slices(tmp_path: Path) -> None:
    async with open_local(tmp_path / "log.sqlite") as log:
        await create_topics(log)
        await asyncio.gather(*(put(log, ASKED) for _ in range(DROP_BATCH + 7)))
        await put(log, RENDERED)
        assert await Retention(log).apply() == 0
        assert await log.retain(ASKED, -1) == DROP_BATCH + 7
        assert (await kept(log, ASKED), await kept(log, RENDERED)) == (0, 1)


async def test_words_that_were_dropped_are_not_left_in_the_file(tmp_path: Path) -> None:
    path, words = tmp_path / "log.sqlite", b"words of a reader " * 400
    async with open_local(path) as log:
        await log.create("t", 1)
        await put(log, "t", words)
        await put(log, "t")
    assert b"words of a reader" in path.read_bytes()
    async with open_local(path) as log:
        assert await log.retain("t", -1) == 2
    assert b"words of a reader" not in path.read_bytes()


@pytest.mark.parametrize("seconds", [3600, -1])
async def test_appends_go_on_while_old_records_are_dropped(seconds: int) -> None:
    async with open_local(":memory:") as log:
        await log.create("t", 1)
        await asyncio.gather(*(put(log, "t") for _ in range(20)))
        _, dropped = await asyncio.gather(put(log, "t", b"new"), log.retain("t", seconds))
        assert dropped in (0, 20, 21)
