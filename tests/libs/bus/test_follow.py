"""A follower: its own place, every partition, ready once caught up, stopped by the unreadable."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import Any

import pytest
from libs.bus.apart import forget
from libs.bus.rig import ASKED, SECRET, ask, eventually

from plumbline.gateway.v1.events_pb2 import QuestionAsked
from plumbline.topics import QUESTION_ASKED
from plumbline_bus import (
    Event,
    Follower,
    FollowError,
    Health,
    Log,
    Patience,
    Unavailable,
    create_topics,
    follow,
)

NAME = "gateway.question.asked.v1"


class Store:
    """Rows and positions, stored together."""

    def __init__(self, positions: Mapping[int, int] | None = None) -> None:
        self.rows: list[tuple[str, int]] = []
        self.places = dict(positions or {})

    def positions(self) -> Mapping[int, int]:
        return self.places

    def apply(self, event: Event[QuestionAsked]) -> None:
        self.rows.append((event.message.run.answer_id, event.message.run.revision))
        self.places[event.partition] = event.offset + 1

    @property
    def follower(self) -> Follower[QuestionAsked]:
        return Follower(QUESTION_ASKED, self.positions, self.apply)


@asynccontextmanager
async def following(
    log: Log, follower: Follower[Any], health: Health, patience: Patience, prefix: str = ""
) -> AsyncIterator[None]:
    stop = asyncio.Event()
    working = asyncio.create_task(
        follow(log, "gateway", follower, stop, prefix=prefix, health=health, patience=patience)
    )
    await asyncio.sleep(0)  # its first step says that it is not ready
    try:
        yield
    finally:
        stop.set()
        async with asyncio.timeout(20):
            await working


async def test_it_applies_what_is_there_and_what_comes(log: Log, patience: Patience) -> None:
    store = Store()
    for number in range(20):
        await ask(log, f"a{number}")
    async with following(log, store.follower, Health(), patience):
        await eventually(lambda: len(store.rows) == 20)
        await ask(log, "live")
        await eventually(lambda: len(store.rows) == 21)
    assert store.rows[-1] == ("live", 1)
    assert sum(store.places.values()) == 21


async def test_it_goes_on_from_its_own_positions(log: Log, patience: Patience) -> None:
    store = Store()
    for revision in (1, 2):
        await ask(log, "a", revision)
    async with following(log, store.follower, Health(), patience):
        await eventually(lambda: len(store.rows) == 2)
    await ask(log, "a", 3)
    again = Store(store.places)
    async with following(log, again.follower, Health(), patience):
        await eventually(lambda: bool(again.rows))
    assert again.rows == [("a", 3)]


async def test_it_is_not_ready_until_past_the_ends_seen_at_the_start(
    log: Log, patience: Patience
) -> None:
    health = Health()
    ready_while_applying: list[bool] = []
    for number in range(5):
        await ask(log, f"a{number}")

    def apply(event: Event[QuestionAsked]) -> None:
        ready_while_applying.append(health.ready)

    async with following(log, Follower(QUESTION_ASKED, dict, apply), health, patience):
        await eventually(lambda: health.ready)
        await ask(log, "live")
        await eventually(lambda: len(ready_while_applying) == 6)
    assert ready_while_applying == [False] * 5 + [True]


async def test_an_empty_topic_is_caught_up_at_once(log: Log, patience: Patience) -> None:
    health = Health()
    async with following(log, Store().follower, health, patience):
        await eventually(lambda: health.ready)


async def test_records_that_are_no_longer_kept_are_not_waited_for(
    log: Log, patience: Patience
) -> None:
    health = Health()
    for number in range(5):
        await ask(log, f"a{number}")
    await forget(log, ASKED)
    async with following(log, Store().follower, health, patience):
        await eventually(lambda: health.ready)


@pytest.mark.parametrize("headers", [(), (("ce_type", b"other"),)])
async def test_a_record_it_cannot_read_stops_it_with_its_place_and_the_reason(
    log: Log, patience: Patience, headers: tuple[tuple[str, bytes], ...]
) -> None:
    await log.append(ASKED, partition_key="21", record_key="k", value=b"", headers=headers)
    with pytest.raises(FollowError, match=r"question\.asked\.v1\[\d+\]@0 is (missing|wrong)-type"):
        await follow(log, "gateway", Store().follower, asyncio.Event(), patience=patience)
    assert sum((await log.ends(f"{ASKED}.dead")).values()) == 0


async def test_a_record_it_cannot_apply_stops_it_without_a_word_of_the_record(
    log: Log, patience: Patience
) -> None:
    await ask(log, "a")

    def apply(event: Event[QuestionAsked]) -> None:
        raise ValueError(event.message.question)

    follower = Follower(QUESTION_ASKED, dict, apply)
    with pytest.raises(FollowError, match="ValueError") as caught:
        await follow(log, "gateway", follower, asyncio.Event(), patience=patience)
    assert SECRET not in str(caught.value)


async def test_a_store_that_is_unavailable_is_waited_for(
    log: Log, patience: Patience, clock: Any
) -> None:
    health = Health()
    store = Store()
    reasons: list[dict[str, str]] = []
    await ask(log, "a")

    def apply(event: Event[QuestionAsked]) -> None:
        reasons.append(health.reasons())
        if len(reasons) < 4:
            raise Unavailable("disk full")
        store.apply(event)

    async with following(log, Follower(QUESTION_ASKED, dict, apply), health, patience):
        await eventually(lambda: health.ready)
    assert store.rows == [("a", 1)]
    assert reasons[1] == {NAME: "disk full"}
    assert clock.slept == [0.05, 0.1, 0.2]


async def test_it_follows_the_topic_of_its_prefix(log: Log, patience: Patience) -> None:
    await create_topics(log, "blue.")
    await ask(log, "other")
    store = Store()
    health = Health()
    async with following(log, store.follower, health, patience, prefix="blue."):
        await eventually(lambda: health.ready)
    assert store.rows == []
