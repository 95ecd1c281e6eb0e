"""Editions of an invented guideline and answers that rest on them, as the log would tell."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from google.protobuf.message import Message

from plumbline.common.v1.common_pb2 import Run
from plumbline.common.v1.status_pb2 import OUTCOME_NOT_COVERED, QuestionEnded
from plumbline.gateway.v1.events_pb2 import AnswersRead
from plumbline.ingest.v1 import events_pb2 as ingest
from plumbline.ingest.v1.events_pb2 import EditionIngested, SentenceChange
from plumbline.regeneration.v1.events_pb2 import SourceRecalled
from plumbline.rendering.v1.events_pb2 import AnswerRendered
from plumbline.retrieval.v1.events_pb2 import EditionIndexed
from plumbline_bus import Event, Health
from plumbline_regeneration.answers import Answers
from plumbline_regeneration.campaigns import Campaigns
from plumbline_regeneration.database import open_database
from plumbline_regeneration.editions import Editions
from plumbline_regeneration.readers import Readers
from plumbline_regeneration.recalling import Recalling
from plumbline_regeneration.recalls import Recalls
from plumbline_regeneration.reconcile import Reconciler
from plumbline_regeneration.runner import Runner

NOW = "2026-11-28T10:00:00.000000Z"
LENGTH = 10  # of every sentence: number n stands at [10 n, 10 n + 10)

SAME, MOVED = ingest.CHANGE_KIND_SAME, ingest.CHANGE_KIND_MOVED
REWORDED, NUMBER = ingest.CHANGE_KIND_REWORDED, ingest.CHANGE_KIND_NUMBER_CHANGED
GONE, MEANING = ingest.CHANGE_KIND_WITHDRAWN, ingest.CHANGE_KIND_MEANING_CHANGED


def answer_id(name: str) -> str:
    return name.ljust(32, "0")


@dataclass
class World:
    """The service without a log: what is said is kept in `said`, with its id."""

    editions: Editions
    answers: Answers
    campaigns: Campaigns
    reconciler: Reconciler
    recalling: Recalling
    runner: Runner
    health: Health
    readers: Readers
    said: dict[str, Message] = field(default_factory=dict)
    offset: int = 0

    def tell(self, message: Message) -> None:
        """One event reaches the service."""
        self.offset += 1
        event = Event(message, f"e{self.offset}", "t", NOW, (), "topic", 0, self.offset, "")
        apply: dict[type[Message], Callable[[Any], None]] = {
            EditionIngested: self.editions.apply_ingested,
            EditionIndexed: self.reconciler.apply_indexed,
            AnswerRendered: self.reconciler.apply_rendered,
            QuestionEnded: self.reconciler.apply_ended,
            SourceRecalled: self.recalling.apply_recalled,
            AnswersRead: self.readers.apply_read,
        }
        apply[type(message)](event)

    def ingest(self, version: int, kinds: Sequence[int] = (), *, year: int = 0) -> None:
        """An edition, made from the one before by doing this to each of its sentences."""
        for message in edition(version, kinds, year=year):
            self.tell(message)

    async def work(self) -> None:
        """Everything that can be done, however long it takes."""
        for campaign in self.campaigns.all():
            self.campaigns.steer(campaign.campaign_id, rate=1000)
        for _ in range(20):
            await self.runner.work_once()
            await asyncio.sleep(0.001)

    def of(self, kind: type[Message]) -> list[Message]:
        """What was said of one type."""
        return [message for message in self.said.values() if isinstance(message, kind)]


def edition(version: int, kinds: Sequence[int] = (), *, year: int = 0) -> list[Message]:
    """Its parts, and that it can be found."""
    opened = ingest.EditionOpened(
        version=str(version), effective_date=f"{year or 2000 + version}-01-01"
    )
    parts: list[Message] = [_part(version, opened=opened)]
    if kinds:
        changes = [ingest.PassageChange(sentences=[_sentence(n, k) for n, k in enumerate(kinds)])]
        listed = ingest.AlignmentListed(from_edition_id=f"g@{version - 1}", changes=changes)
        parts.append(_part(version, alignment=listed))
    parts.append(_part(version, closed=ingest.EditionClosed()))
    indexed = EditionIndexed(edition_id=f"g@{version}", guideline_id="g", edition=opened)
    return [*parts, indexed]


def _part(version: int, **part: Message) -> EditionIngested:
    return EditionIngested(edition_id=f"g@{version}", guideline_id="g", **part)  # type: ignore[arg-type]


def _sentence(number: int, kind: int) -> SentenceChange:
    start, end = number * LENGTH, (number + 1) * LENGTH
    gone = kind == GONE
    return SentenceChange(
        kind=ingest.ChangeKind.ValueType(kind),
        old_start=start,
        old_end=end,
        new_start=0 if gone else start,
        new_end=0 if gone else end,
        new_occurrence_id="" if gone else f"new-{number}",
    )


def rendered(
    name: str, sentences: Sequence[int], *, revision: int = 1, version: int = 1
) -> Message:
    """A published revision that rests on these sentences of this edition, a claim each."""
    passage = {
        "id": "p1",
        "occurrence_id": f"o-{version}",
        "passage_id": f"text-{version}",
        "guideline_id": "g",
        "version": str(version),
        "start": 0,
    }
    claims = [
        {
            "id": f"c{number}",
            "citations": [
                {"passage": "p1", "start": number * LENGTH, "end": (number + 1) * LENGTH}
            ],
        }
        for number in sentences
    ]
    content = {
        "title": name,
        "made_by": {"name": "composer", "version": "1"},
        "policy": {"version": "1"},
        "passages": [passage],
        "claims": claims,
    }
    return AnswerRendered(
        run=Run(answer_id=answer_id(name), revision=revision, audience="patient", locale="en"),
        content=json.dumps(content).encode(),
        published_at="2026-11-20T10:00:00Z",
    )


def not_covered(name: str, revision: int) -> QuestionEnded:
    run = Run(answer_id=answer_id(name), revision=revision)
    return QuestionEnded(run=run, outcome=OUTCOME_NOT_COVERED, reason_code="not-in-sources")


@contextmanager
def world(path: Path | str = ":memory:") -> Iterator[World]:
    """On a store of its own, or on one that is there."""
    with open_database(path) as database:
        editions, answers, campaigns = Editions(database), Answers(database), Campaigns(database)
        recalls, readers = Recalls(database), Readers(database)
        reconciler = Reconciler(
            database, editions, answers, campaigns, recalls, readers, lambda: NOW
        )
        recalling = Recalling(database, answers, campaigns, recalls, reconciler)
        said: dict[str, Message] = {}

        async def say(message: Message, event_id: str) -> None:
            said[event_id] = message

        health = Health()
        runner = Runner(reconciler, answers, campaigns, recalling, say, health, lambda: NOW)
        yield World(
            editions, answers, campaigns, reconciler, recalling, runner, health, readers, said
        )
