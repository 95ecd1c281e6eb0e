"""What a gateway shows of what was called back."""

from __future__ import annotations

from typing import Any

import pytest
from services.gateway.rendered import ANSWER, event, rendered
from services.gateway.test_asking import Gateway, gateway  # noqa: F401 (a fixture)

from plumbline.common.v1.common_pb2 import Cause
from plumbline.regeneration.v1 import events_pb2 as wire
from plumbline.regeneration.v1.events_pb2 import AnswerStaled, AnswerWithdrawn, SourceRecalled
from plumbline_gateway import answer_object
from plumbline_gateway.stored import Published

CURRENT = {"zu-guide": "2"}
ID = "cd" * 16
WHY = "A table was printed wrongly."


@pytest.fixture
def g(gateway: Gateway) -> Gateway:  # noqa: F811
    gateway.arrivals.rendered(event(rendered(gateway.signers)))
    return gateway


def recalled(
    g: Gateway, kind: wire.RecallKind.ValueType, target: str, *, lifted: bool = False
) -> None:
    message = SourceRecalled(
        recall_id=ID, kind=kind, target=target, why=WHY, lifted=lifted, at="2026-11-28T10:00:00Z"
    )
    g.arrivals.recalled(event(message, offset=5 + lifted))


def staled(g: Gateway) -> None:
    message = AnswerStaled(
        answer_id=ANSWER,
        revision=1,
        severity=wire.SEVERITY_RECALLED,
        cause=Cause(kind="recall", ref=ID),
    )
    g.arrivals.standing(event(message, offset=7))


def shown(g: Gateway) -> dict[str, Any]:
    state = g.desk.state(ANSWER)
    assert isinstance(state, Published)
    told = g.site.standing.of(ANSWER, state.run.revision)
    return answer_object.published(state, None, told, CURRENT, "http://x")


def test_a_recall_of_what_a_page_cites_is_said_before_anybody_else_speaks(g: Gateway) -> None:
    content = shown(g)
    assert content["stale"] is None
    (passage,) = content["passages"]
    cited = [c["id"] for c in content["claims"]]
    targets = {
        (wire.RECALL_KIND_SOURCE, passage["guideline_id"]): "withdrawn",
        (wire.RECALL_KIND_EDITION, f"{passage['guideline_id']}@{passage['version']}"): "withdrawn",
        (wire.RECALL_KIND_PASSAGE, passage["occurrence_id"]): "current",
        (wire.RECALL_KIND_PASSAGE, passage["passage_id"]): "current",
    }
    for (kind, target), status in targets.items():
        recalled(g, kind, target)
        now = shown(g)
        stale = now["stale"]
        assert (stale["severity"], stale["by"], stale["why"]) == ("recalled", ID, WHY)
        assert stale["claims"] == cited
        assert [p["edition_status"] for p in now["passages"]] == [status]
        recalled(g, kind, target, lifted=True)
        assert shown(g)["stale"] is None


def test_a_recalled_composer_is_said_of_the_answers_that_were_told_so(g: Gateway) -> None:
    recalled(g, wire.RECALL_KIND_COMPOSER, "zu@1")
    assert shown(g)["stale"] is None
    staled(g)
    stale = shown(g)["stale"]
    assert (stale["severity"], stale["why"]) == ("recalled", WHY)
    assert stale["claims"] == [c["id"] for c in shown(g)["claims"]]
    recalled(g, wire.RECALL_KIND_COMPOSER, "zu@1", lifted=True)
    assert shown(g)["stale"] is None


def test_a_recall_that_was_not_heard_of_yet_counts(g: Gateway) -> None:
    staled(g)
    assert shown(g)["stale"]["by"] == ID


def test_a_question_without_an_answer_may_be_asked_again_once_a_recall_is_lifted(
    g: Gateway,
) -> None:
    before = g.site.shelf.last_indexed_at()
    recalled(g, wire.RECALL_KIND_SOURCE, "other", lifted=True)
    assert g.site.shelf.last_indexed_at() > before


def test_a_page_that_a_recall_took_down_says_why(g: Gateway) -> None:
    recalled(g, wire.RECALL_KIND_SOURCE, "zu-guide")
    message = AnswerWithdrawn(
        answer_id=ANSWER, revision=1, cause=Cause(kind="recall", ref=ID), reason_code="gone"
    )
    g.arrivals.standing(event(message, offset=8))
    state = g.desk.state(ANSWER)
    made = answer_object.withdrawn(state, "http://x", WHY)  # type: ignore[arg-type]
    assert made["reason"]["why"] == WHY
    assert made["cause"] == {"kind": "recall", "ref": ID}
