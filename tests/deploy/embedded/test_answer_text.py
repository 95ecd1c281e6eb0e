"""What a terminal shows of an answer: its sources changed, or it was taken down."""

from __future__ import annotations

from typing import Any

import pytest
from services.gateway.rendered import ANSWER, TEXT, Signers, content, rendered

from plumbline.common.v1.common_pb2 import Cause
from plumbline.regeneration.v1 import events_pb2 as wire
from plumbline.regeneration.v1.events_pb2 import AnswerStaled, AnswerWithdrawn, StaledClaim
from plumbline_embedded.answer_text import answer_text
from plumbline_gateway import answer_object
from plumbline_gateway.standing import Told
from plumbline_gateway.stored import Published, Withdrawn

SINCE = "2026-11-28T10:00:00Z"
CURRENT = {"zu-guide": "3"}


def published() -> Published:
    made = content()
    run = rendered(Signers(), made).run
    review = {"signatures": [{"keyid": "k", "sig": "s"}]}
    return Published(run, made["title"], SINCE, made, "0" * 64, review, b"", "t", ())


def shown(severity: wire.Severity.ValueType | None) -> dict[str, Any]:
    """The object of an answer with one claim, of which that was said."""
    told = Told()
    if severity is not None:
        message = AnswerStaled(
            severity=severity,
            cause=Cause(kind="edition", ref="zu-guide@3"),
            claims=[StaledClaim(claim_id="c1", severity=severity)],
        )
        told = Told(staled=(message, SINCE))
    current = CURRENT if severity is not None else {"zu-guide": "2"}
    return answer_object.published(published(), None, told, current, "http://x")


@pytest.mark.parametrize(
    ("severity", "covered"),
    [
        (wire.SEVERITY_MOVED, False),
        (wire.SEVERITY_REWORDED, False),
        (wire.SEVERITY_NUMBER_CHANGED, True),
        (wire.SEVERITY_MEANING_CHANGED, True),
        (wire.SEVERITY_WITHDRAWN, True),
    ],
)
def test_a_changed_source_is_said_before_the_answer_and_at_each_claim(
    severity: wire.Severity.ValueType, covered: bool
) -> None:
    text = answer_text(shown(severity))
    first = text.index("zu-guide@3")
    assert first < text.index("In short")
    assert "Being checked again" in text[first:]
    assert (" ".join(TEXT.split()) in " ".join(text.split())) is not covered


def test_a_recall_says_why() -> None:
    answer = shown(wire.SEVERITY_RECALLED)
    assert answer["stale"]["severity"] == "recalled"
    answer["stale"] = {**answer["stale"], "why": "A table was printed wrongly."}
    text = " ".join(answer_text(answer).split())
    assert "Because of zu-guide@3 (A table was printed wrongly.)" in text


def test_an_answer_whose_sources_stand_says_nothing_of_it() -> None:
    text = answer_text(shown(None))
    assert "Being checked" not in text
    assert TEXT in " ".join(text.split())


def test_what_was_taken_down_names_what_did_it() -> None:
    message = AnswerWithdrawn(
        answer_id=ANSWER, cause=Cause(kind="edition", ref="zu-guide@3"), reason_code="gone"
    )
    answer = answer_object.withdrawn(Withdrawn(published(), message, SINCE), "http://x")
    text = answer_text(answer)
    assert "Because of zu-guide@3." in text
    assert TEXT not in text
