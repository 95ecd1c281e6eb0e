"""What the span that publishes the ending of a run says of it."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from datetime import datetime
from typing import Final

from google.protobuf.message import Message
from opentelemetry.util.types import AttributeValue

from plumbline.common.v1.status_pb2 import Outcome, QuestionEnded
from plumbline.rendering.v1.events_pb2 import AnswerRendered
from plumbline_bus.trail import Hop

OUTCOME: Final = "plumbline.question.outcome"  # published, not_covered, withheld, failed
ELAPSED: Final = "plumbline.question.elapsed_seconds"  # since a reader asked
ASKED_BY: Final = "gateway"  # the first hop of a run that a reader asked for


def ending(message: Message, trail: Sequence[Hop]) -> dict[str, AttributeValue]:
    """How a run ended and how long its reader waited; nothing of a message that ends no run.

    `trail` ends with the hop that made the message.
    """
    if isinstance(message, AnswerRendered):
        said: dict[str, AttributeValue] = {OUTCOME: "published"}
    elif isinstance(message, QuestionEnded):
        said = {OUTCOME: Outcome.Name(message.outcome).removeprefix("OUTCOME_").lower()}
    else:
        return {}
    if trail[0].service == ASKED_BY:
        with suppress(ValueError, TypeError):  # somebody wrote it; no figure is worth a record
            asked, ended = (datetime.fromisoformat(t) for t in (trail[0].started, trail[-1].ended))
            said[ELAPSED] = (ended - asked).total_seconds()
    return said
