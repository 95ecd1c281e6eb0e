"""What a handler returns goes out: to its topic, in its lane, with ids that repeat and a trail."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Any

from libs.bus.rig import (
    ASKED,
    Spying,
    ask,
    consuming,
    eventually,
    everything,
    evidence,
)

from plumbline.common.v1.common_pb2 import Run
from plumbline.common.v1.status_pb2 import (
    STAGE_FOUND,
    QuestionProgressed,
)
from plumbline.gateway.v1.events_pb2 import QuestionAsked
from plumbline.retrieval.v1.events_pb2 import EvidenceRetrieved
from plumbline.topics import BACKGROUND, EVIDENCE_RETRIEVED, QUESTION_ASKED, QUESTION_ENDED
from plumbline_bus import (
    Event,
    EventRoute,
    Hop,
    Log,
    Patience,
    Reject,
    Route,
    create_topics,
    event_id,
    publish,
)
from plumbline_bus.trail import decode_trail


async def test_outputs_go_to_the_topic_of_their_type_with_ids_that_repeat(
    log: Log, patience: Patience
) -> None:
    async def on_asked(question: QuestionAsked) -> Sequence[Any]:
        run = question.run
        return [
            EvidenceRetrieved(run=run),
            QuestionProgressed(answer_id=run.answer_id, revision=1, stage=STAGE_FOUND),
        ]

    cause = await ask(log, "a")
    spy = Spying(log)
    async with consuming(spy, Route(QUESTION_ASKED, on_asked), patience):
        await eventually(lambda: bool(spy.commits))
    (found,) = await everything(log, EVIDENCE_RETRIEVED.name)
    (progressed,) = await everything(log, "question.progressed.v1")
    assert found.header("ce_id") == event_id("retrieval", cause, "on_asked", 0)
    assert progressed.header("ce_id") == event_id("retrieval", cause, "on_asked", 1)
    assert found.header("ce_source") == "retrieval"
    assert spy.groups == ["retrieval.question.asked.v1"]


async def test_the_trail_grows_by_one_hop_with_the_loops_own_clock(
    log: Log, patience: Patience
) -> None:
    root = Hop("gateway", "e1", "2026-11-24T09:00:00.000000Z", "2026-11-24T09:00:01.000000Z")
    message = QuestionAsked(run=Run(answer_id="a", revision=1))
    hop = await publish(
        log, message, service="gateway", event_id="e2", trail=[root], now=patience.now
    )
    spy = Spying(log)
    async with consuming(spy, Route(QUESTION_ASKED, evidence), patience):
        await eventually(lambda: bool(spy.commits))
    (found,) = await everything(log, EVIDENCE_RETRIEVED.name)
    trail = decode_trail(found.header("ce_trail"))
    assert trail[:2] == (root, hop)
    assert trail[2] == Hop(
        "retrieval",
        event_id("retrieval", "e2", "evidence", 0),
        "2026-11-24T10:00:02.000000Z",
        "2026-11-24T10:00:03.000000Z",
    )
    assert found.header("ce_time") == trail[2].ended


async def test_the_lane_and_the_prefix_are_kept(log: Log, patience: Patience) -> None:
    await create_topics(log, "blue.")
    message = EvidenceRetrieved(run=Run(answer_id="a", revision=1))
    await publish(log, message, service="retrieval", event_id="e", prefix="blue.", lane=BACKGROUND)

    async def again(evidence: EvidenceRetrieved) -> Sequence[Any]:
        if evidence.attempt:
            raise Reject("enough")
        return [EvidenceRetrieved(run=evidence.run, attempt=1)]

    spy = Spying(log)
    route = Route(EVIDENCE_RETRIEVED, again, lane=BACKGROUND)
    name = "blue.evidence.retrieved.v1.background"
    async with consuming(spy, route, patience, prefix="blue."):
        await eventually(lambda: sum(sum(c.values()) for c in spy.commits) >= 2)
    assert len(await everything(log, name)) == 2
    assert len(await everything(log, f"{name}.dead")) == 1
    assert len(await everything(log, f"blue.{QUESTION_ENDED.name}")) == 1
    assert spy.groups == ["blue.retrieval.evidence.retrieved.v1.background"]


async def test_an_event_route_sees_the_event_and_a_partial_keeps_its_name(
    log: Log, patience: Patience
) -> None:
    seen: list[Event[QuestionAsked]] = []

    async def on_event(event: Event[QuestionAsked], *, extra: int) -> list[EvidenceRetrieved]:
        seen.append(event)
        return [EvidenceRetrieved(run=event.message.run, attempt=extra)]

    cause = await ask(log, "a")
    route = EventRoute(QUESTION_ASKED, partial(on_event, extra=7))
    async with consuming(log, route, patience):
        await eventually(lambda: bool(seen))
    (event,) = seen
    assert (event.id, event.source, event.topic) == (cause, "gateway", ASKED)
    assert event.trail[-1].event_id == cause
    (found,) = await everything(log, EVIDENCE_RETRIEVED.name)
    assert found.header("ce_id") == event_id("retrieval", cause, "on_event", 0)
