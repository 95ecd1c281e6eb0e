"""The three answers of a handler (wrong record, wrong world, our bug) and the brake."""

from __future__ import annotations

import asyncio
import logging
from collections import ChainMap
from typing import Any

import pytest
from libs.bus.rig import (
    ASKED,
    SECRET,
    Spying,
    ask,
    broken,
    consuming,
    eventually,
    everything,
    evidence,
    nothing,
    refuse,
    together,
)

from plumbline.common.v1.common_pb2 import Run
from plumbline.common.v1.status_pb2 import (
    OUTCOME_FAILED,
    QuestionEnded,
)
from plumbline.gateway.v1.events_pb2 import QuestionAsked
from plumbline.retrieval.v1.events_pb2 import EvidenceRetrieved
from plumbline.topics import EVIDENCE_RETRIEVED, QUESTION_ASKED, QUESTION_ENDED
from plumbline_bus import (
    Health,
    Log,
    Patience,
    Reject,
    Route,
    TooManyDeadLetters,
    Unavailable,
    consume,
    event_id,
    publish,
)
from plumbline_bus.trail import decode_trail


async def test_a_rejected_record_is_a_dead_letter_and_its_question_ends(
    log: Log, patience: Patience
) -> None:
    cause = await ask(log, "a", 3)
    spy = Spying(log)
    async with consuming(spy, Route(QUESTION_ASKED, refuse), patience):
        await eventually(lambda: bool(spy.commits))
    (letter,) = await everything(log, f"{ASKED}.dead")
    assert letter.header("kafka_dlt-exception-message") == "no-such-audience"
    (record,) = await everything(log, QUESTION_ENDED.name)
    ended = QuestionEnded.FromString(record.value)
    assert (ended.run.answer_id, ended.run.revision) == ("a", 3)
    assert (ended.outcome, ended.reason_code) == (OUTCOME_FAILED, "no-such-audience")
    assert [hop.service for hop in decode_trail(record.header("ce_trail"))] == [
        "gateway",
        "retrieval",
    ]
    assert record.header("ce_id") == event_id("retrieval", cause, "dead-letter", 0)


async def test_an_ending_that_is_rejected_gives_rise_to_no_other_ending(
    log: Log, patience: Patience
) -> None:
    ended = QuestionEnded(run=Run(answer_id="a", revision=1), outcome=OUTCOME_FAILED)
    await publish(log, ended, service="retrieval", event_id="e")

    async def handle(_: QuestionEnded) -> list[QuestionEnded]:
        raise Reject("unwanted")

    spy = Spying(log)
    async with consuming(spy, Route(QUESTION_ENDED, handle), patience):
        await eventually(lambda: bool(spy.commits))
    assert len(await everything(log, QUESTION_ENDED.name)) == 1


async def test_unavailable_is_tried_for_ever_with_longer_waits_and_keeps_the_order_of_its_key(
    log: Log, patience: Patience, clock: Any
) -> None:
    health = Health()
    tries = 0
    seen: list[int] = []
    reasons: list[dict[str, str]] = []

    async def handle(question: QuestionAsked) -> list[EvidenceRetrieved]:
        nonlocal tries
        if question.run.revision == 1 and tries < 9:
            tries += 1
            reasons.append(health.reasons())
            raise Unavailable("the index is not open")
        seen.append(question.run.revision)
        return []

    for revision in (1, 2, 3):
        await ask(log, "a", revision)
    async with consuming(log, Route(QUESTION_ASKED, handle), patience, health=health):
        await eventually(lambda: len(seen) == 3)
        assert health.ready
    assert seen == [1, 2, 3]
    assert reasons[1] == {"retrieval.question.asked.v1": "the index is not open"}
    waits = [s for s in clock.slept if s != patience.commit_every_seconds or s == 0.05]
    assert [w for w in waits if w > 0.05] == [0.1, 0.2, 0.4, 0.8, 1.6, 2.0, 2.0, 2.0]
    assert await everything(log, f"{ASKED}.dead") == []


async def test_a_record_that_waits_for_the_world_leaves_its_slot_to_others(
    log: Log, patience: Patience
) -> None:
    done: list[str] = []
    well = False

    async def handle(question: QuestionAsked) -> list[EvidenceRetrieved]:
        if question.run.answer_id == "waits" and not well:
            raise Unavailable("not yet")
        done.append(question.run.answer_id)
        return []

    for answer_id in ("waits", "x", "y", "z"):
        await ask(log, answer_id)
    async with consuming(log, Route(QUESTION_ASKED, handle, concurrency=1), patience):
        await eventually(lambda: sorted(done) == ["x", "y", "z"])
        well = True
        await eventually(lambda: done[-1] == "waits")


async def test_a_bug_is_tried_three_times_and_then_a_dead_letter(
    log: Log, patience: Patience, caplog: pytest.LogCaptureFixture
) -> None:
    tries = 0

    async def handle(question: QuestionAsked) -> list[EvidenceRetrieved]:
        nonlocal tries
        tries += 1
        raise ZeroDivisionError(question.question)

    await ask(log, "a")
    spy = Spying(log)
    with caplog.at_level(logging.DEBUG):
        async with consuming(spy, Route(QUESTION_ASKED, handle), patience):
            await eventually(lambda: bool(spy.commits))
    assert tries == 3
    (letter,) = await everything(log, f"{ASKED}.dead")
    assert letter.header("kafka_dlt-exception-fqcn") == "builtins.ZeroDivisionError"
    assert letter.header("kafka_dlt-exception-message") == "internal"
    (ended,) = await everything(log, QUESTION_ENDED.name)
    assert QuestionEnded.FromString(ended.value).reason_code == "internal"
    assert any(getattr(r, "error", "") == "ZeroDivisionError" for r in caplog.records)
    assert all(SECRET not in str(vars(r)) for r in caplog.records)


async def test_a_handler_whose_inside_is_cancelled_is_a_bug_and_nobody_waits_for_it(
    log: Log, patience: Patience
) -> None:
    done: list[str] = []

    async def handle(question: QuestionAsked) -> list[EvidenceRetrieved]:
        if question.run.answer_id == "cut":
            inside = asyncio.get_running_loop().create_future()
            inside.cancel()
            await inside
        done.append(question.run.answer_id)
        return []

    for answer_id in ("cut", "x", "y"):
        await ask(log, answer_id)
    spy = Spying(log)
    async with consuming(spy, Route(QUESTION_ASKED, handle, concurrency=1), patience):
        await eventually(lambda: sum(ChainMap(*reversed(spy.commits)).values()) == 3)
    assert sorted(done) == ["x", "y"]
    (letter,) = await everything(log, f"{ASKED}.dead")
    assert letter.key == "cut/1"


async def test_a_bug_that_passes_is_no_dead_letter(log: Log, patience: Patience) -> None:
    tries = 0

    async def handle(question: QuestionAsked) -> list[EvidenceRetrieved]:
        nonlocal tries
        tries += 1
        if tries < 3:
            raise ZeroDivisionError
        return [EvidenceRetrieved(run=question.run)]

    await ask(log, "a")
    spy = Spying(log)
    async with consuming(spy, Route(QUESTION_ASKED, handle), patience):
        await eventually(lambda: bool(spy.commits))
    assert await everything(log, f"{ASKED}.dead") == []
    assert len(await everything(log, EVIDENCE_RETRIEVED.name)) == 1


@pytest.mark.parametrize(
    ("headers", "value", "reason"),
    [
        ((), b"", "missing-type"),
        ((("ce_type", b"plumbline.generation.v1.AnswerDrafted"),), b"", "wrong-type"),
        ((("ce_type", b"plumbline.gateway.v1.QuestionAsked"),), b"", "missing-id"),
        (
            (("ce_type", b"plumbline.gateway.v1.QuestionAsked"), ("ce_id", b"e")),
            b"\xff",
            "not-parseable",
        ),
        (
            (
                ("ce_type", b"plumbline.gateway.v1.QuestionAsked"),
                ("ce_id", b"e"),
                ("ce_trail", b"[1]"),
            ),
            b"",
            "malformed-trail",
        ),
    ],
)
async def test_a_record_that_is_no_event_of_its_topic_is_a_dead_letter_at_once(
    log: Log,
    patience: Patience,
    headers: tuple[tuple[str, bytes], ...],
    value: bytes,
    reason: str,
) -> None:
    await log.append(ASKED, partition_key="k", record_key="k", value=value, headers=headers)
    spy = Spying(log)
    async with consuming(spy, Route(QUESTION_ASKED, broken), patience):
        await eventually(lambda: bool(spy.commits))
    (letter,) = await everything(log, f"{ASKED}.dead")
    assert letter.header("kafka_dlt-exception-message") == reason


async def test_more_than_twenty_broken_records_in_a_row_stop_the_service(
    log: Log, patience: Patience
) -> None:
    for _ in range(21):
        await log.append(ASKED, partition_key="k", record_key="k", value=b"")
    with pytest.raises(TooManyDeadLetters, match=r"question\.asked\.v1: 21 broken .* dead list"):
        await consume(
            log, "retrieval", Route(QUESTION_ASKED, nothing), asyncio.Event(), patience=patience
        )


async def test_one_good_record_among_broken_ones_lets_go_of_the_brake(
    log: Log, patience: Patience
) -> None:
    for number in range(41):
        if number == 20:
            await ask(log, "k")
        else:
            await log.append(ASKED, partition_key="k", record_key="k", value=b"")
    spy = Spying(log)
    async with consuming(spy, Route(QUESTION_ASKED, nothing), patience):
        await eventually(lambda: 41 in spy.commits[-1].values() if spy.commits else False)
    assert len(await everything(log, f"{ASKED}.dead")) == 40


async def test_rejects_by_the_handler_never_brake(log: Log, patience: Patience) -> None:
    for revision in range(1, 41):
        await ask(log, "a", revision)
    spy = Spying(log)
    async with consuming(spy, Route(QUESTION_ASKED, refuse), patience):
        await eventually(lambda: 40 in spy.commits[-1].values() if spy.commits else False)
    assert len(await everything(log, f"{ASKED}.dead")) == 40


async def test_a_record_of_a_newer_schema_is_carried_on_with_the_fields_it_does_not_know(
    log: Log, patience: Patience
) -> None:
    newer = b"\xc2\x3e\x03new"  # field 1000, which nobody has
    run = Run(answer_id="a", revision=1).SerializeToString() + newer
    question = QuestionAsked(run=Run.FromString(run)).SerializeToString() + newer
    headers = (("ce_type", b"plumbline.gateway.v1.QuestionAsked"), ("ce_id", b"e"))
    await log.append(ASKED, partition_key="a", record_key="a/1", value=question, headers=headers)
    spy = Spying(log)
    async with consuming(spy, Route(QUESTION_ASKED, evidence), patience):
        await eventually(lambda: bool(spy.commits))
    assert await everything(log, f"{ASKED}.dead") == []
    (made,) = await everything(log, EVIDENCE_RETRIEVED.name)
    assert EvidenceRetrieved.FromString(made.value).run.SerializeToString() == run


async def test_an_answer_too_large_for_its_topic_is_a_dead_letter_and_the_next_goes_on(
    log: Log, patience: Patience
) -> None:
    async def handle(question: QuestionAsked) -> list[EvidenceRetrieved]:
        run = Run(answer_id=question.run.answer_id, revision=1)
        if question.run.answer_id == large:
            run.answer_id += "x" * EVIDENCE_RETRIEVED.max_bytes
        return [EvidenceRetrieved(run=run)]

    large, small = together(2)
    await ask(log, large)
    await ask(log, small)
    spy = Spying(log)
    async with consuming(spy, Route(QUESTION_ASKED, handle), patience):
        await eventually(lambda: 2 in spy.commits[-1].values() if spy.commits else False)
    (letter,) = await everything(log, f"{ASKED}.dead")
    assert letter.key == f"{large}/1"
    assert len(await everything(log, EVIDENCE_RETRIEVED.name)) == 1
