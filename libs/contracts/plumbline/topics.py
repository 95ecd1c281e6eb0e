"""The table of every topic: its message, its keys, its size and how long it is kept."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final, Generic, TypeVar

from google.protobuf.message import Message

from plumbline.common.v1.status_pb2 import QuestionEnded, QuestionProgressed
from plumbline.gateway.v1.events_pb2 import AnswersRead, QuestionAsked
from plumbline.generation.v1.events_pb2 import AnswerDrafted
from plumbline.ingest.v1.events_pb2 import EditionIngested
from plumbline.provenance.v1.events_pb2 import AnswerSealed
from plumbline.regeneration.v1.events_pb2 import (
    AnswerRechecked,
    AnswerStaled,
    AnswerWithdrawn,
    RegenerationRequested,
    SourceRecalled,
)
from plumbline.rendering.v1.events_pb2 import AnswerRendered
from plumbline.retrieval.v1.events_pb2 import EditionIndexed, EvidenceRetrieved
from plumbline.safety_review.v1.events_pb2 import AnswerReviewed
from plumbline.sensitivity import refuse_phi

M = TypeVar("M", bound=Message)

DAY_SECONDS: Final = 86_400
MIB: Final = 1_048_576
BACKGROUND: Final = "background"  # the lane that gets what readers leave idle
DEAD_SUFFIX: Final = ".dead"


@dataclass(frozen=True)
class Topic(Generic[M]):
    """One topic: one message type, one owner, a partition count that is fixed for life.

    `partition_key` decides who is in order with whom; `record_key` is what compaction sees.
    `retention_seconds` None means for ever. `max_bytes` bounds one record's value.
    """

    name: str
    message: type[M]
    owner: str
    partition_key: Callable[[M], str]
    record_key: Callable[[M], str]
    partitions: int = 12  # divides evenly among 2, 3, 4, 6 and 12 workers
    retention_seconds: int | None = 7 * DAY_SECONDS  # QUASI words may ride for seven days
    compacted: bool = False
    max_bytes: int = MIB
    lanes: tuple[str, ...] = ()

    @cached_property  # asked for with every record
    def type_name(self) -> str:
        """Full protobuf name of the message, as carried in `ce_type`."""
        return str(self.message.DESCRIPTOR.full_name)

    def lane(self, lane: str) -> str:
        """Name in a lane; "" is the interactive one. A topic without that lane has one name."""
        return f"{self.name}.{lane}" if lane in self.lanes else self.name

    @property
    def names(self) -> tuple[str, ...]:
        """Every name this topic has, the interactive one first."""
        return (self.name, *(f"{self.name}.{lane}" for lane in self.lanes))


def _answer(message: Any) -> str:
    return str(message.run.answer_id)


def _revision(message: Any) -> str:
    return f"{message.run.answer_id}/{message.run.revision}"


def _bare_answer(message: Any) -> str:
    return str(message.answer_id)


def _bare_revision(message: Any) -> str:
    return f"{message.answer_id}/{message.revision}"


def _sealed(message: AnswerSealed) -> str:
    """A later outcome of a revision must not replace the seal of the revision itself."""
    later = "" if message.kind in ("", "published") else f"/{message.kind}"
    return f"{_bare_revision(message)}{later}"


def _guideline(message: Any) -> str:
    return str(message.guideline_id)


def _first_read(message: AnswersRead) -> str:
    """Counts add up in any order, so that whichever partition they are in does not matter."""
    return str(message.answers[0].answer_id)


def _edition_part(message: EditionIngested) -> str:
    part = message.WhichOneof("part") or ""
    first: object = message.passages.passages[0].start if part == "passages" else 0
    if part == "alignment":
        change = message.alignment.changes[0]
        sentence = change.sentences[0]
        first = f"{change.old_occurrence_id}/{sentence.old_start}/{sentence.new_start}"
    return f"{message.edition_id}/{part}/{first}"


QUESTION_ASKED: Final = Topic("question.asked.v1", QuestionAsked, "gateway", _answer, _revision)
ANSWERS_READ: Final = Topic(
    "answers.read.v1",
    AnswersRead,
    "gateway",
    _first_read,
    _first_read,
    partitions=3,
    max_bytes=MIB // 16,
)
EDITION_INGESTED: Final = Topic(
    "edition.ingested.v1",
    EditionIngested,
    "ingest",
    _guideline,
    _edition_part,
    partitions=3,
    retention_seconds=None,
    max_bytes=MIB // 2,
)
EDITION_INDEXED: Final = Topic(
    "edition.indexed.v1",
    EditionIndexed,
    "retrieval",
    _guideline,
    lambda message: message.edition_id,
    partitions=3,
    retention_seconds=None,
    compacted=True,
)
EVIDENCE_RETRIEVED: Final = Topic(
    "evidence.retrieved.v1", EvidenceRetrieved, "retrieval", _answer, _revision, lanes=(BACKGROUND,)
)
ANSWER_DRAFTED: Final = Topic(
    "answer.drafted.v1", AnswerDrafted, "generation", _answer, _revision, lanes=(BACKGROUND,)
)
ANSWER_REVIEWED: Final = Topic(
    "answer.reviewed.v1", AnswerReviewed, "safety_review", _answer, _revision, lanes=(BACKGROUND,)
)
ANSWER_RENDERED: Final = Topic(
    "answer.rendered.v1",
    AnswerRendered,
    "rendering",
    _answer,
    _revision,
    retention_seconds=None,
    compacted=True,
)
ANSWER_SEALED: Final = Topic(
    "answer.sealed.v1",
    AnswerSealed,
    "provenance",
    _bare_answer,
    _sealed,
    retention_seconds=None,
    compacted=True,
)
REGENERATION_REQUESTED: Final = Topic(
    "regeneration.requested.v1", RegenerationRequested, "regeneration", _answer, _revision
)
ANSWER_STALED: Final = Topic(
    "answer.staled.v1",
    AnswerStaled,
    "regeneration",
    _bare_answer,
    _bare_revision,
    retention_seconds=None,
    compacted=True,
)
ANSWER_RECHECKED: Final = Topic(
    "answer.rechecked.v1",
    AnswerRechecked,
    "regeneration",
    _bare_answer,
    _bare_revision,
    retention_seconds=None,
    compacted=True,
)
ANSWER_WITHDRAWN: Final = Topic(
    "answer.withdrawn.v1",
    AnswerWithdrawn,
    "regeneration",
    _bare_answer,
    _bare_revision,
    retention_seconds=None,
    compacted=True,
)
SOURCE_RECALLED: Final = Topic(
    "source.recalled.v1",
    SourceRecalled,
    "regeneration",
    lambda message: message.recall_id,
    lambda message: message.recall_id,
    partitions=3,
    retention_seconds=None,
    compacted=True,
    max_bytes=MIB // 64,
)
QUESTION_PROGRESSED: Final = Topic(
    "question.progressed.v1",
    QuestionProgressed,
    "every stage",
    _bare_answer,
    lambda message: f"{message.answer_id}/{message.revision}/{message.stage}",
    retention_seconds=DAY_SECONDS,
    max_bytes=1024,
)
QUESTION_ENDED: Final = Topic(
    "question.ended.v1",
    QuestionEnded,
    "every stage",
    _answer,
    _revision,
    retention_seconds=None,
    compacted=True,
)

TOPICS: Final[tuple[Topic[Any], ...]] = (
    QUESTION_ASKED,
    ANSWERS_READ,
    EDITION_INGESTED,
    EDITION_INDEXED,
    EVIDENCE_RETRIEVED,
    ANSWER_DRAFTED,
    ANSWER_REVIEWED,
    ANSWER_RENDERED,
    ANSWER_SEALED,
    REGENERATION_REQUESTED,
    ANSWER_STALED,
    ANSWER_RECHECKED,
    ANSWER_WITHDRAWN,
    SOURCE_RECALLED,
    QUESTION_PROGRESSED,
    QUESTION_ENDED,
)

_BY_TYPE: Final = {topic.type_name: topic for topic in TOPICS}


def topic_of(message: Message) -> Topic[Any]:
    """The one topic of this message's type. KeyError when no topic carries it."""
    return _BY_TYPE[str(message.DESCRIPTOR.full_name)]


# Private words never become public by accident: an import fails before a record could be written.
refuse_phi(topic.message.DESCRIPTOR for topic in TOPICS)
