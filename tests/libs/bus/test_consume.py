"""The loop: order, concurrency, the drain, and what a crash repeats."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import replace
from typing import Any

import pytest
from libs.bus.rig import (
    ASKED,
    Answer,
    Spying,
    SpyingSubscription,
    ask,
    broken,
    consuming,
    eventually,
    everything,
    nothing,
    refuse,
    together,
)

from plumbline.gateway.v1.events_pb2 import QuestionAsked
from plumbline.retrieval.v1.events_pb2 import EvidenceRetrieved
from plumbline.topics import EVIDENCE_RETRIEVED, QUESTION_ASKED
from plumbline_bus import (
    Health,
    Log,
    Patience,
    Record,
    Route,
    Subscription,
    Unavailable,
    consume,
    create_topics,
)
from plumbline_bus.fair import MOST_SECONDS
from plumbline_bus.partition import partition_of


async def test_records_of_one_key_are_handled_in_order_and_never_side_by_side(
    log: Log, patience: Patience
) -> None:
    seen: list[tuple[str, int]] = []
    busy: set[str] = set()

    async def handle(question: QuestionAsked) -> list[EvidenceRetrieved]:
        run = question.run
        assert run.answer_id not in busy
        busy.add(run.answer_id)
        for _ in range(run.revision % 3):
            await asyncio.sleep(0)
        busy.remove(run.answer_id)
        seen.append((run.answer_id, run.revision))
        return []

    for revision in range(1, 11):
        for answer_id in ("a", "b", "c"):
            await ask(log, answer_id, revision)
    async with consuming(log, Route(QUESTION_ASKED, handle), patience):
        await eventually(lambda: len(seen) == 30)
    for answer_id in ("a", "b", "c"):
        assert [r for a, r in seen if a == answer_id] == list(range(1, 11))


async def test_a_slow_key_does_not_hold_up_the_others_of_its_partition(
    log: Log, patience: Patience
) -> None:
    slow, *quick = together(6)
    release = asyncio.Event()
    seen: list[str] = []

    async def handle(question: QuestionAsked) -> list[EvidenceRetrieved]:
        if question.run.answer_id == slow:
            await release.wait()
        seen.append(question.run.answer_id)
        return []

    for answer_id in (slow, *quick):
        await ask(log, answer_id)
    async with consuming(log, Route(QUESTION_ASKED, handle), patience):
        await eventually(lambda: seen == quick)
        release.set()


async def test_only_the_highest_contiguous_position_is_committed(
    log: Log, patience: Patience
) -> None:
    first, slow, *quick = together(6)
    release = asyncio.Event()
    done: list[str] = []

    async def handle(question: QuestionAsked) -> list[EvidenceRetrieved]:
        if question.run.answer_id == slow:
            await release.wait()
        done.append(question.run.answer_id)
        return []

    for answer_id in (first, slow, *quick):
        await ask(log, answer_id)
    spy = Spying(log)
    async with consuming(spy, Route(QUESTION_ASKED, handle), patience):
        await eventually(lambda: len(done) == 5 and bool(spy.commits))
        for _ in range(20):
            await asyncio.sleep(0)
        assert spy.commits[-1] == {0: 1}
        release.set()
    assert spy.commits[-1] == {0: 6}


async def test_no_more_handlers_run_at_once_than_the_route_says(
    log: Log, patience: Patience
) -> None:
    running = most = done = 0

    async def handle(_: QuestionAsked) -> list[EvidenceRetrieved]:
        nonlocal running, most, done
        running += 1
        most = max(most, running)
        for _turn in range(3):
            await asyncio.sleep(0)
        running -= 1
        done += 1
        return []

    for number in range(40):
        await ask(log, f"a{number}")
    async with consuming(log, Route(QUESTION_ASKED, handle, concurrency=3), patience):
        await eventually(lambda: done == 40)
    assert most == 3


async def test_handlers_that_compute_have_their_turns_in_the_order_of_the_records(
    log: Log, patience: Patience
) -> None:
    """Each takes a whole share of the loop; whoever waits for the next one is not passed."""
    asked, done = together(8), list[str]()

    async def handle(question: QuestionAsked) -> list[EvidenceRetrieved]:
        until = time.monotonic() + 1.5 * MOST_SECONDS
        while time.monotonic() < until:
            pass
        done.append(question.run.answer_id)
        return [EvidenceRetrieved(run=question.run)]

    for answer_id in asked:
        await ask(log, answer_id)
    async with consuming(log, Route(QUESTION_ASKED, handle), patience):
        await eventually(lambda: len(done) == len(asked))
    assert done == asked


async def test_no_more_is_read_than_can_soon_be_handled(log: Log, patience: Patience) -> None:
    handed = started = 0
    release = asyncio.Event()

    class Counting(SpyingSubscription):
        async def get(self, limit: int) -> Sequence[Record]:
            nonlocal handed
            records = await self._inner.get(limit)
            handed += len(records)
            return records

    class CountingLog(Spying):
        @asynccontextmanager
        async def subscribe(self, topic: str, group: str) -> AsyncIterator[Subscription]:
            async with self._log.subscribe(topic, group) as inner:
                yield Counting(inner, self)

    async def handle(_: QuestionAsked) -> list[EvidenceRetrieved]:
        nonlocal started
        started += 1
        await release.wait()
        return []

    for number in range(40):
        await ask(log, f"a{number}")
    route = Route(QUESTION_ASKED, handle, concurrency=2)
    async with consuming(CountingLog(log), route, patience):
        await eventually(lambda: started == 2)
        await asyncio.sleep(0.1)
        assert handed <= 6  # two at work, fewer than two waiting when the last two were read
        release.set()
        await eventually(lambda: started == 40)


async def test_a_partition_with_too_much_in_hand_is_paused_and_the_others_go_on(
    log: Log, patience: Patience
) -> None:
    (stuck,) = together(1)
    others = [n for n in (f"b{i}" for i in range(40)) if partition_of(n, 12) != 0][:10]
    release = asyncio.Event()
    done: list[str] = []

    async def handle(question: QuestionAsked) -> list[EvidenceRetrieved]:
        if question.run.answer_id == stuck:
            await release.wait()
        done.append(question.run.answer_id)
        return []

    for revision in range(1, 31):
        await ask(log, stuck, revision)
    spy = Spying(log)
    async with consuming(spy, Route(QUESTION_ASKED, handle, concurrency=2), patience):
        await eventually(lambda: spy.paused == [0])
        for answer_id in others:
            await ask(log, answer_id)
        await eventually(lambda: sorted(done) == sorted(others))
        release.set()
        await eventually(lambda: len(done) == 40)
    assert 0 in spy.resumed
    assert [r for r in done if r == stuck] == [stuck] * 30


async def test_told_to_stop_it_finishes_what_is_being_handled_and_takes_nothing_new(
    log: Log, patience: Patience
) -> None:
    started, release = asyncio.Event(), asyncio.Event()
    handled: list[int] = []

    async def handle(question: QuestionAsked) -> list[EvidenceRetrieved]:
        started.set()
        await release.wait()
        handled.append(question.run.revision)
        return [EvidenceRetrieved(run=question.run)]

    for revision in (1, 2, 3):
        await ask(log, "a", revision)
    spy = Spying(log)
    stop = asyncio.Event()
    working = asyncio.create_task(
        consume(spy, "retrieval", Route(QUESTION_ASKED, handle), stop, patience=patience)
    )
    await started.wait()
    stop.set()
    for _ in range(10):
        await asyncio.sleep(0)
    assert not working.done()
    release.set()
    await working
    assert handled == [1]
    assert len(await everything(log, EVIDENCE_RETRIEVED.name)) == 1
    assert list(spy.commits[-1].values()) == [1]
    async with consuming(log, Route(QUESTION_ASKED, handle), patience):
        await eventually(lambda: handled == [1, 2, 3])


async def test_told_to_stop_it_does_not_wait_for_the_world(log: Log, patience: Patience) -> None:
    tried = asyncio.Event()

    async def handle(_: QuestionAsked) -> list[EvidenceRetrieved]:
        tried.set()
        raise Unavailable("gone")

    async def for_ever(_: float) -> None:
        await asyncio.Event().wait()

    await ask(log, "a")
    spy = Spying(log)
    patience = replace(patience, sleep=for_ever)
    async with consuming(spy, Route(QUESTION_ASKED, handle), patience):
        await tried.wait()
    assert spy.commits == []


async def test_a_crash_between_two_records_repeats_the_second(
    open_again: Callable[[], AbstractAsyncContextManager[Log]], patience: Patience
) -> None:
    async with open_again() as log:
        await create_topics(log)
        for revision in (1, 2):
            await ask(log, "a", revision)
        in_second = asyncio.Event()

        async def dies(question: QuestionAsked) -> list[EvidenceRetrieved]:
            if question.run.revision == 2:
                in_second.set()
                await asyncio.Event().wait()
            return [EvidenceRetrieved(run=question.run)]

        spy = Spying(log)
        working = asyncio.create_task(
            consume(
                spy, "retrieval", Route(QUESTION_ASKED, dies), asyncio.Event(), patience=patience
            )
        )
        await in_second.wait()
        await eventually(lambda: bool(spy.commits))
        working.cancel()
        await asyncio.wait({working})
        assert working.cancelled()
        assert [list(c.values()) for c in spy.commits] == [[1]]
    seen: list[int] = []

    async def works(question: QuestionAsked) -> list[EvidenceRetrieved]:
        seen.append(question.run.revision)
        return [EvidenceRetrieved(run=question.run)]

    async with open_again() as log:
        async with consuming(log, Route(QUESTION_ASKED, works), patience):
            await eventually(lambda: bool(seen))
        found = await everything(log, EVIDENCE_RETRIEVED.name)
    assert seen == [2]
    assert [EvidenceRetrieved.FromString(r.value).run.revision for r in found] == [1, 2]


async def test_a_log_that_cannot_be_read_for_a_while_is_waited_for(
    log: Log, patience: Patience
) -> None:
    health = Health()
    reasons: list[dict[str, str]] = []

    class Stuttering(SpyingSubscription):
        async def get(self, limit: int) -> Sequence[Record]:
            reasons.append(health.reasons())
            if len(reasons) < 3:
                raise Unavailable("no broker")
            return await self._inner.get(limit)

    class StutteringLog(Spying):
        @asynccontextmanager
        async def subscribe(self, topic: str, group: str) -> AsyncIterator[Subscription]:
            async with self._log.subscribe(topic, group) as inner:
                yield Stuttering(inner, self)

    await ask(log, "a")
    spy = StutteringLog(log)
    async with consuming(spy, Route(QUESTION_ASKED, nothing), patience, health=health):
        await eventually(lambda: bool(spy.commits))
        assert health.ready
    assert reasons[2] == {"retrieval.question.asked.v1": "no broker"}


async def test_a_record_handled_when_its_partition_was_lost_is_not_committed_by_the_loser(
    log: Log, patience: Patience
) -> None:
    everywhere = range(QUESTION_ASKED.partitions)
    started = 0
    release = asyncio.Event()

    async def handle(_: QuestionAsked) -> list[EvidenceRetrieved]:
        nonlocal started
        started += 1
        await release.wait()
        return []

    for partition in everywhere:
        await ask(log, together(1, partition)[0])
    spy = Spying(log)
    async with consuming(spy, Route(QUESTION_ASKED, handle), patience):
        await eventually(lambda: started == len(everywhere))
        async with log.subscribe(ASKED, "retrieval.question.asked.v1") as other:
            await eventually(lambda: any(other.owns(p, other.epoch(p)) for p in everywhere))
            lost = {p for p in everywhere if other.owns(p, other.epoch(p))}
            release.set()
            await asyncio.sleep(0.1)
            assert len(lost) == len(everywhere) / 2
            assert not lost & {partition for commit in spy.commits for partition in commit}
        await eventually(lambda: len({p for commit in spy.commits for p in commit}) == 12)
    assert all(set(commit.values()) == {1} for commit in spy.commits)


@pytest.mark.parametrize("handle", [refuse, broken])
async def test_a_dead_letter_that_cannot_be_written_stops_the_loop_and_the_record_comes_again(
    log: Log, patience: Patience, handle: Answer
) -> None:
    class NoLetters(Spying):
        async def append(self, topic: str, **what: Any) -> Any:
            if topic.endswith(".dead"):
                raise Unavailable("disk full")
            return await self._log.append(topic, **what)

    await ask(log, "a")
    spy = NoLetters(log)
    with pytest.raises(Unavailable, match="disk full"):
        await consume(
            spy, "retrieval", Route(QUESTION_ASKED, handle), asyncio.Event(), patience=patience
        )
    assert spy.commits == []
    seen: list[str] = []

    async def works(question: QuestionAsked) -> list[EvidenceRetrieved]:
        seen.append(question.run.answer_id)
        return []

    async with consuming(log, Route(QUESTION_ASKED, works), patience):
        await eventually(lambda: seen == ["a"])
