"""The table of topics keeps the promises that are dear to change later."""

import pytest
from google.protobuf import descriptor_pb2, descriptor_pool, message_factory

from plumbline import topics
from plumbline.common.v1 import options_pb2
from plumbline.common.v1.common_pb2 import Run
from plumbline.gateway.v1.events_pb2 import QuestionAsked
from plumbline.ingest.v1.events_pb2 import EditionIngested
from plumbline.sensitivity import SensitivityError, fields, refuse_phi


def test_each_message_type_has_one_topic_and_each_topic_one_name() -> None:
    assert len({t.type_name for t in topics.TOPICS}) == len(topics.TOPICS)
    names = [name for t in topics.TOPICS for name in t.names]
    assert len(set(names)) == len(names)


def test_a_message_finds_its_topic_and_keeps_its_lane() -> None:
    assert topics.topic_of(QuestionAsked()) is topics.QUESTION_ASKED
    assert topics.EVIDENCE_RETRIEVED.lane("background") == "evidence.retrieved.v1.background"
    assert topics.EVIDENCE_RETRIEVED.lane("") == "evidence.retrieved.v1"
    assert topics.ANSWER_RENDERED.lane("background") == "answer.rendered.v1"


def test_compaction_sees_revisions_and_partitions_see_answers() -> None:
    asked = QuestionAsked(run=Run(answer_id="ab" * 16, revision=3))
    assert topics.QUESTION_ASKED.partition_key(asked) == "ab" * 16
    assert topics.QUESTION_ASKED.record_key(asked) == f"{'ab' * 16}/3"


def test_parts_of_an_edition_share_a_partition_and_never_a_record_key() -> None:
    opened = EditionIngested(edition_id="g@1", guideline_id="g")
    opened.opened.version = "1"
    closed = EditionIngested(edition_id="g@1", guideline_id="g")
    closed.closed.count = 1
    topic = topics.EDITION_INGESTED
    assert topic.partition_key(opened) == topic.partition_key(closed)
    assert topic.record_key(opened) != topic.record_key(closed)


def test_words_of_a_reader_ride_only_where_they_are_deleted_within_a_week() -> None:
    for topic in topics.TOPICS:
        quasi = [
            f
            for f in fields(topic.message.DESCRIPTOR)
            if f.GetOptions().Extensions[options_pb2.sensitivity] == options_pb2.SENSITIVITY_QUASI
        ]
        if quasi:
            assert topic.retention_seconds is not None, topic.name
            assert topic.retention_seconds <= 7 * topics.DAY_SECONDS
            assert not topic.compacted, topic.name


def _message(
    sensitivity: int, kind: int, content_type: str = ""
) -> descriptor_pb2.FileDescriptorProto:
    file = descriptor_pb2.FileDescriptorProto(
        name=f"t{sensitivity}{kind}{content_type}.proto",
        package=f"t{sensitivity}{kind}x{len(content_type)}",
        syntax="proto3",
        dependency=["plumbline/common/v1/options.proto"],
    )
    field = file.message_type.add(name="M").field.add(
        name="f", number=1, type=kind, label=descriptor_pb2.FieldDescriptorProto.LABEL_OPTIONAL
    )
    field.options.Extensions[options_pb2.sensitivity] = sensitivity  # type: ignore[misc]
    if content_type:
        field.options.Extensions[options_pb2.content_type] = content_type
    return file


@pytest.mark.parametrize(
    ("sensitivity", "kind", "content_type", "why"),
    [
        (3, descriptor_pb2.FieldDescriptorProto.TYPE_STRING, "", "PHI"),
        (1, descriptor_pb2.FieldDescriptorProto.TYPE_BYTES, "", "content type"),
        (1, descriptor_pb2.FieldDescriptorProto.TYPE_BYTES, "no.such.Message", "unknown"),
    ],
)
def test_a_private_or_untyped_field_cannot_reach_a_public_topic(
    sensitivity: int, kind: int, content_type: str, why: str
) -> None:
    pool = descriptor_pool.Default()
    file = _message(sensitivity, kind, content_type)
    pool.AddSerializedFile(file.SerializeToString())
    message = message_factory.GetMessageClass(pool.FindMessageTypeByName(f"{file.package}.M"))
    with pytest.raises(SensitivityError, match=why):
        refuse_phi([message.DESCRIPTOR])  # type: ignore[list-item]
