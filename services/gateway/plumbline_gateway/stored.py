"""What the store gives back: a published revision, its seal, or how a run ended."""

from __future__ import annotations

import gzip
import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from plumbline.common.v1.common_pb2 import Run
from plumbline.common.v1.status_pb2 import QuestionEnded
from plumbline.regeneration.v1.events_pb2 import AnswerWithdrawn
from plumbline_bus import Hop

GZIP_LEVEL = 6  # pages are compressed once and sent many times

PUBLISHED_COLUMNS = (
    "run, title, published_at, content, content_sha256, review, page, trace_id, trail"
)


@dataclass(frozen=True)
class Published:
    """One published revision."""

    run: Run
    title: str
    published_at: str
    content: dict[str, Any]
    content_sha256: str
    review: dict[str, Any]
    page: bytes
    trace_id: str
    trail: tuple[Hop, ...]

    @classmethod
    def from_row(cls, row: Any) -> Published:
        """From PUBLISHED_COLUMNS."""
        return cls(
            run=Run.FromString(row[0]),
            title=row[1],
            published_at=row[2],
            content=json.loads(gzip.decompress(row[3])),
            content_sha256=row[4],
            review=json.loads(row[5]),
            page=gzip.decompress(row[6]),
            trace_id=row[7],
            trail=read_trail(row[8]),
        )


@dataclass(frozen=True)
class Sealed:
    """Where a revision stands in the ledger, its receipt, and the way there from the question."""

    leaf_index: int
    receipt: bytes
    trail: tuple[Hop, ...] = ()


@dataclass(frozen=True)
class Ended:
    """A run that ended without an answer, and when."""

    message: QuestionEnded
    at: str


@dataclass(frozen=True)
class Withdrawn:
    """A published revision that was taken down, why, and when."""

    published: Published
    message: AnswerWithdrawn
    at: str


def write_trail(trail: Sequence[Hop]) -> str:
    """A trail as it is stored."""
    return json.dumps([[hop.service, hop.event_id, hop.started, hop.ended] for hop in trail])


def read_trail(stored: str) -> tuple[Hop, ...]:
    """A stored trail."""
    return tuple(Hop(*hop) for hop in json.loads(stored))
