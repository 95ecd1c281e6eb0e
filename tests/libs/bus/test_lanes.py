"""Background work waits for readers, but not for ever."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from libs.bus.rig import entered

from plumbline.topics import ANSWER_DRAFTED, ANSWER_RENDERED, BACKGROUND, QUESTION_ASKED, Topic
from plumbline_bus import Lanes

LONG = 60.0


async def background(lanes: Lanes, done: list[str], name: str = "background") -> None:
    async with entered(lanes.turn(ANSWER_DRAFTED, BACKGROUND)):
        done.append(name)
        await asyncio.sleep(0.01)
        done.append(f"{name} ended")


@pytest.mark.parametrize("topic", [QUESTION_ASKED, ANSWER_DRAFTED])
async def test_it_waits_until_nobody_has_waited_for_a_moment(topic: Topic[Any]) -> None:
    lanes, done = Lanes(0.02, LONG), list[str]()
    async with entered(lanes.turn(topic, "")):
        waiting = asyncio.create_task(background(lanes, done))
        await asyncio.sleep(0.05)
        assert not done
    await waiting
    assert done


async def test_what_serves_both_lanes_holds_nothing_back() -> None:
    lanes, done = Lanes(LONG, LONG), list[str]()
    async with entered(lanes.turn(ANSWER_RENDERED, "")):
        await background(lanes, done)
    assert done


async def test_where_readers_never_stop_it_gets_a_turn_now_and_then() -> None:
    lanes, done = Lanes(LONG, 0.02), list[str]()
    async with entered(lanes.turn(QUESTION_ASKED, "")):
        await background(lanes, done)
    assert done


async def test_background_records_take_turns_and_readers_do_not() -> None:
    lanes, done = Lanes(0, LONG, at_a_time=1), list[str]()
    await asyncio.gather(*(background(lanes, done, name) for name in "ab"))
    assert done == ["a", "a ended", "b", "b ended"]
    async with entered(lanes.turn(QUESTION_ASKED, "")), entered(lanes.turn(QUESTION_ASKED, "")):
        pass


async def test_a_reader_whose_question_fails_holds_nothing_back() -> None:
    lanes, done = Lanes(0.01, LONG), list[str]()
    with pytest.raises(ValueError, match="bug"):
        async with entered(lanes.turn(QUESTION_ASKED, "")):
            raise ValueError("bug")
    await background(lanes, done)
    assert done


async def test_a_pause_is_longer_than_what_lies_between_two_stages() -> None:
    """On a busy machine the stages of one question are far apart: that is nobody's pause."""
    lanes, done = Lanes(0.0, LONG), list[str]()
    async with entered(lanes.turn(QUESTION_ASKED, "")):
        pass
    await asyncio.sleep(0.1)
    async with entered(lanes.turn(ANSWER_DRAFTED, "")):
        pass
    waiting = asyncio.create_task(background(lanes, done))
    await asyncio.sleep(0.03)
    assert not done
    await waiting
    assert done


async def test_who_gives_up_waiting_for_a_turn_leaves_it_to_the_next() -> None:
    lanes, done = Lanes(LONG, 0.05, at_a_time=1), list[str]()
    async with entered(lanes.turn(QUESTION_ASKED, "")):
        waiting = asyncio.create_task(background(lanes, done, "gave up"))
        await asyncio.sleep(0.01)
        waiting.cancel()
        await background(lanes, done)
    assert done == ["background", "background ended"]
