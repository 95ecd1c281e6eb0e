"""Dead letters brought back: as they were, but a question that has ended as its next revision."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, field

import pytest

from plumbline.common.v1.common_pb2 import Run
from plumbline.gateway.v1.events_pb2 import QuestionAsked
from plumbline.topics import QUESTION_ASKED
from plumbline_bus import LocalLog, NoSuchTopic, Record, create_topics, open_local, publish
from plumbline_bus.dead_letters import bury
from plumbline_embedded.dead_replay import Replayed, replay
from plumbline_gateway.identity import asked_id

NAME = QUESTION_ASKED.name
ANSWER = "0" * 31 + "1"


@dataclass
class Runs:
    """What is known of answers: the highest revision, and which are published."""

    highest: Mapping[str, int] = field(default_factory=dict)
    published: frozenset[str] = frozenset()

    def highest_revision(self, answer: str) -> int:
        return self.highest.get(answer, 0)

    def is_published(self, answer: str) -> bool:
        return answer in self.published


@pytest.fixture
async def log() -> AsyncIterator[LocalLog]:
    """A log with one question, put aside."""
    async with open_local(":memory:") as opened:
        await create_topics(opened)
        asked = QuestionAsked(
            run=Run(answer_id=ANSWER, revision=1, audience="patient", locale="en"),
            question="What is zu?",
            canonical="what is zu",
        )
        await publish(opened, asked, service="gateway", event_id=asked_id(ANSWER, 1))
        (record,) = await records(opened, NAME)
        await bury(opened, record, RuntimeError("why"), "why")
        yield opened


async def records(log: LocalLog, topic: str) -> list[Record]:
    left, found = sum((await log.ends(topic)).values()), []
    if left:
        async for record in log.follow(topic, {}):
            found.append(record)
            if len(found) == left:
                break
    return found


async def brought_back(log: LocalLog, runs: Runs, limit: int = 20) -> Replayed:
    return await replay(log, NAME, runs, limit=limit, quiet_seconds=0.05)


async def test_a_question_that_never_ended_comes_again_byte_for_byte_and_once(
    log: LocalLog,
) -> None:
    assert await brought_back(log, Runs()) == Replayed(NAME, appended=1)
    first, again = await records(log, NAME)
    assert (again.key, again.value, again.headers) == (first.key, first.value, first.headers)
    assert await brought_back(log, Runs()) == Replayed(NAME)


async def test_a_question_that_ended_is_asked_as_its_next_revision(log: LocalLog) -> None:
    assert await brought_back(log, Runs({ANSWER: 3})) == Replayed(NAME, next_revision=1)
    again = (await records(log, NAME))[-1]
    asked = QuestionAsked.FromString(again.value)
    assert (asked.run.revision, asked.question) == (4, "What is zu?")
    assert again.header("ce_id") == asked_id(ANSWER, 4)  # as if a gateway had been asked


async def test_a_question_that_is_answered_meanwhile_is_left_alone(log: LocalLog) -> None:
    runs = Runs({ANSWER: 2}, frozenset({ANSWER}))
    assert await brought_back(log, runs) == Replayed(NAME, answered=1)
    assert len(await records(log, NAME)) == 1


async def test_what_cannot_be_read_stays_where_it_is(log: LocalLog) -> None:
    await log.append(f"{NAME}.dead", partition_key="k", record_key="k", value=b"\xff\xff")
    done = await brought_back(log, Runs())
    assert (done.appended, done.unreadable) == (1, 1)
    assert len(await records(log, NAME)) == 2
    assert len(await records(log, f"{NAME}.dead")) == 2


async def test_a_topic_that_is_not_is_named_with_those_that_are(log: LocalLog) -> None:
    with pytest.raises(NoSuchTopic, match=r"one of: question\.asked\.v1"):
        await replay(log, "question.askd.v1", Runs(), limit=1)
