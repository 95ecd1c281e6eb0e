"""What stands in a record's headers, so that any CloudEvents reader understands it."""

from __future__ import annotations

import json
import uuid

import pytest
from libs.bus.rig import ASKED, everything

from plumbline.common.v1.common_pb2 import Run
from plumbline.common.v1.status_pb2 import QuestionProgressed
from plumbline.gateway.v1.events_pb2 import QuestionAsked
from plumbline.topics import TOPICS
from plumbline_bus import Hop, Log, Patience, RecordTooLarge, create_topics, event_id, publish
from plumbline_bus.partition import partition_of
from plumbline_bus.trail import decode_trail, encode_trail

QUESTION = QuestionAsked(run=Run(answer_id="ab", revision=2), question="What is ≥ 10⁹?")


async def test_a_record_is_a_cloud_event_in_binary_mode(log: Log, patience: Patience) -> None:
    hop = await publish(log, QUESTION, service="gateway", event_id="e1", now=patience.now)
    (record,) = await everything(log, ASKED)
    assert record.value == QUESTION.SerializeToString(deterministic=True)
    assert record.key == "ab/2"
    assert record.partition == partition_of("ab", 12)
    headers = dict(record.headers)
    assert len(headers) == len(record.headers)
    trail = headers.pop("ce_trail")
    assert headers == {
        "ce_specversion": b"1.0",
        "ce_id": b"e1",
        "ce_source": b"gateway",
        "ce_type": b"plumbline.gateway.v1.QuestionAsked",
        "ce_time": b"2026-11-24T10:00:01.000000Z",
        "ce_subject": b"ab/2",
        "content-type": b"application/protobuf",
    }
    assert json.loads(trail) == [
        {
            "service": "gateway",
            "event_id": "e1",
            "started": "2026-11-24T10:00:01.000000Z",
            "ended": "2026-11-24T10:00:01.000000Z",
        }
    ]
    assert hop == Hop("gateway", "e1", *["2026-11-24T10:00:01.000000Z"] * 2)


async def test_a_message_larger_than_its_topic_takes_is_refused_before_anything_is_written(
    log: Log,
) -> None:
    message = QuestionProgressed(answer_id="a" * 2000, revision=1)
    with pytest.raises(RecordTooLarge, match="1024"):
        await publish(log, message, service="gateway", event_id="e1")
    assert await everything(log, "question.progressed.v1") == []


async def test_a_message_of_no_topic_is_a_key_error(log: Log) -> None:
    with pytest.raises(KeyError):
        await publish(log, Run(), service="gateway", event_id="e1")


def test_an_event_id_depends_on_all_it_is_made_of_and_on_nothing_else() -> None:
    first = event_id("retrieval", "cause", "on_question_asked", 0)
    assert first == event_id("retrieval", "cause", "on_question_asked", 0)
    assert uuid.UUID(first).version == 5
    others = {
        event_id("generation", "cause", "on_question_asked", 0),
        event_id("retrieval", "other", "on_question_asked", 0),
        event_id("retrieval", "cause", "other", 0),
        event_id("retrieval", "cause", "on_question_asked", 1),
    }
    assert len(others | {first}) == 5


def test_event_ids_stay_what_they_were() -> None:
    """Another value would make all that is on a log look new to its readers."""
    assert event_id("gateway", "a", "ask", 1) == "50cc86d8-edd8-5332-a066-80b47e534860"


def test_a_trail_survives_its_header() -> None:
    trail = (Hop("a", "1", "s", "e"), Hop("b", "2", "s", "e"))
    assert decode_trail(encode_trail(trail).decode()) == trail
    assert decode_trail("") == ()


@pytest.mark.parametrize("header", ["x", "1", "[1]", "{}x", '[{"service":"a"}]'])
def test_what_is_no_trail_is_a_value_error(header: str) -> None:
    with pytest.raises(ValueError):
        decode_trail(header)


async def test_every_topic_and_lane_is_made_with_its_dead_letters_and_again_changes_nothing(
    log: Log,
) -> None:
    await create_topics(log, "blue.")
    await create_topics(log, "blue.")
    for topic in TOPICS:
        for name in topic.names:
            assert len(await log.ends(f"blue.{name}")) == topic.partitions
            assert len(await log.ends(f"blue.{name}.dead")) == topic.partitions
