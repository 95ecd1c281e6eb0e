"""What was made is on its way: only its key waits for it, and it goes out again if it must."""

from __future__ import annotations

import asyncio
from collections import ChainMap
from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from libs.bus.rig import Spying, ask, consuming, eventually, everything, together

from plumbline.gateway.v1.events_pb2 import QuestionAsked
from plumbline.retrieval.v1.events_pb2 import EvidenceRetrieved
from plumbline.topics import EVIDENCE_RETRIEVED, QUESTION_ASKED
from plumbline_bus import Appended, Health, Log, Patience, Route, Unavailable

FOUND = EVIDENCE_RETRIEVED.name


class Hindered(Spying):
    """A log on which evidence is appended as `how` has it; `append` is the log's own."""

    def __init__(
        self, log: Log, how: Callable[[Callable[[], Awaitable[Appended]], str], Awaitable[Appended]]
    ) -> None:
        super().__init__(log)
        self._how = how

    def append(self, topic: str, **what: Any) -> Awaitable[Appended]:
        def append() -> Awaitable[Appended]:
            return self._log.append(topic, **what)

        return self._how(append, what["record_key"]) if topic == FOUND else append()


def committed(spy: Spying) -> int:
    """How many records in all, where offsets begin at 0."""
    return sum(ChainMap(*reversed(spy.commits)).values())


async def twice(question: QuestionAsked) -> list[EvidenceRetrieved]:
    return [EvidenceRetrieved(run=question.run, attempt=attempt) for attempt in (1, 2)]


async def once(question: QuestionAsked) -> list[EvidenceRetrieved]:
    return [EvidenceRetrieved(run=question.run)]


async def test_what_is_on_its_way_holds_up_its_key_and_nobody_else(
    log: Log, patience: Patience
) -> None:
    arrived = asyncio.Event()
    seen: list[tuple[str, int]] = []
    (slow,), (quick,) = together(1), together(1, partition=1)

    async def handle(question: QuestionAsked) -> list[EvidenceRetrieved]:
        seen.append((question.run.answer_id, question.run.revision))
        return await once(question)

    async def how(append: Callable[[], Awaitable[Appended]], record_key: str) -> Appended:
        if record_key == f"{slow}/1":
            await arrived.wait()
        return await append()

    for answer_id, revision in ((slow, 1), (slow, 2), (quick, 1)):
        await ask(log, answer_id, revision)
    spy = Hindered(log, how)
    async with consuming(spy, Route(QUESTION_ASKED, handle, concurrency=1), patience) as stop:
        await eventually(lambda: (quick, 1) in seen)
        await asyncio.sleep(0.1)
        assert (slow, 2) not in seen
        assert all(0 not in positions for positions in spy.commits)
        stop.set()  # what is on its way is waited for, and committed
        await asyncio.sleep(0.05)
        arrived.set()
    assert ChainMap(*reversed(spy.commits))[0] == 1
    assert (slow, 2) not in seen


@pytest.mark.parametrize("many", [False, True], ids=["one output", "two of one topic"])
async def test_what_cannot_be_published_is_made_again_and_goes_out_in_order(
    log: Log, patience: Patience, many: bool
) -> None:
    failures = 3
    health, reasons = Health(), list[dict[str, str]]()

    async def how(append: Callable[[], Awaitable[Appended]], _: str) -> Appended:
        nonlocal failures
        if failures:
            failures -= 1
            reasons.append(health.reasons())
            raise Unavailable("no broker")
        return await append()

    cause = await ask(log, "a")
    spy = Hindered(log, how)
    route = Route(QUESTION_ASKED, twice if many else once)
    async with consuming(spy, route, patience, health=health):
        await eventually(lambda: committed(spy) == 1)
        assert health.ready
    assert reasons[1:] == [{"retrieval.question.asked.v1": "no broker"}] * 2
    found = await everything(log, FOUND)
    attempts = [EvidenceRetrieved.FromString(record.value).attempt for record in found]
    assert attempts == ([1, 2] if many else [0])
    assert len({record.header("ce_id") for record in found}) == len(found)
    assert cause not in {record.header("ce_id") for record in found}


async def test_what_is_cut_off_on_its_way_goes_out_again(log: Log, patience: Patience) -> None:
    cut = 0

    def how(append: Callable[[], Awaitable[Appended]], _: str) -> Awaitable[Appended]:
        nonlocal cut
        if cut:
            return append()
        cut += 1
        gone: asyncio.Future[Appended] = asyncio.get_running_loop().create_future()
        gone.cancel()
        return gone

    await ask(log, "a")
    spy = Hindered(log, how)
    async with consuming(spy, Route(QUESTION_ASKED, once), patience):
        await eventually(lambda: committed(spy) == 1)
    assert len(await everything(log, FOUND)) == 1
