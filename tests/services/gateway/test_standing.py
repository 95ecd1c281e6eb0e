"""What a gateway shows of a revision whose sources changed."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from services.gateway.rendered import ANSWER, content, event, rendered
from services.gateway.test_asking import Gateway, gateway  # noqa: F401 (a fixture)

from plumbline.common.v1.common_pb2 import Cause, Run
from plumbline.common.v1.status_pb2 import OUTCOME_NOT_COVERED, QuestionEnded
from plumbline.regeneration.v1.events_pb2 import (
    SEVERITY_MEANING_CHANGED,
    SEVERITY_NUMBER_CHANGED,
    SEVERITY_REWORDED,
    SEVERITY_WITHDRAWN,
    AnswerRechecked,
    AnswerStaled,
    AnswerWithdrawn,
    StaledClaim,
    StandsNow,
)
from plumbline_gateway import answer_object
from plumbline_gateway.standing import Told
from plumbline_gateway.stored import Published, Withdrawn

EDITION = Cause(kind="edition", ref="zu-guide@3")
PLACE = "11111111-1111-5111-8111-111111111111"
CURRENT = {"zu-guide": "3"}


@pytest.fixture
def g(gateway: Gateway) -> Gateway:  # noqa: F811
    gateway.arrivals.rendered(event(rendered(gateway.signers)))
    return gateway


def shown(g: Gateway) -> dict[str, Any]:
    state = g.desk.state(ANSWER)
    assert isinstance(state, Published)
    told = g.site.standing.of(ANSWER, state.run.revision)
    return answer_object.published(state, None, told, CURRENT, "http://x")


def test_a_changed_number_is_said_with_its_claims_and_since_when(g: Gateway) -> None:
    message = AnswerStaled(
        answer_id=ANSWER,
        revision=1,
        severity=SEVERITY_NUMBER_CHANGED,
        cause=EDITION,
        claims=[StaledClaim(claim_id="c1", severity=SEVERITY_NUMBER_CHANGED)],
    )
    g.arrivals.standing(event(message, offset=5))
    stale = shown(g)["stale"]
    assert isinstance(stale, dict)
    assert stale.pop("since")
    assert stale == {
        "severity": "number_changed",
        "by": "zu-guide@3",
        "claims": ["c1"],
        "severities": {"c1": "number_changed"},
        "covered": ["c1"],
    }


def test_only_words_that_are_dangerous_by_themselves_are_covered() -> None:
    texts = {"c1": "No gland over 1.5 zu.", "c2": "See your team.", "c3": "A zu may grow."}
    texts |= {"c4": "Rest is needed.", "c5": "It lasts 3 weeks."}
    claims = {
        "c1": SEVERITY_REWORDED,
        "c2": SEVERITY_NUMBER_CHANGED,  # no number of its own
        "c3": SEVERITY_WITHDRAWN,
        "c4": SEVERITY_MEANING_CHANGED,
        "c5": SEVERITY_NUMBER_CHANGED,
    }
    made = content(
        claims=[{"id": c, "text": t, "citations": [{"passage": "p1"}]} for c, t in texts.items()]
    )
    message = AnswerStaled(
        severity=SEVERITY_MEANING_CHANGED,
        cause=EDITION,
        claims=[StaledClaim(claim_id=claim, severity=one) for claim, one in claims.items()],
    )
    stale = Told(staled=(message, "2026-11-28T10:00:00Z")).stale(made, CURRENT)
    assert stale
    assert stale["covered"] == ["c3", "c4", "c5"]
    assert stale["severities"]["c1"] == "reworded"


def test_a_message_that_names_no_claim_covers_the_whole_answer(g: Gateway) -> None:
    message = AnswerStaled(
        answer_id=ANSWER, revision=1, severity=SEVERITY_MEANING_CHANGED, cause=EDITION
    )
    g.arrivals.standing(event(message, offset=5))
    stale = shown(g)["stale"]
    assert (stale["claims"], stale["covered"]) == (["c1"], ["c1"])
    # The object's own five words stay; which of the two it is stands claim by claim.
    assert stale["severity"] == "withdrawn"
    assert stale["severities"] == {"c1": "meaning_changed"}


def test_a_recheck_moves_the_date_and_says_where_the_words_stand(g: Gateway) -> None:
    before = shown(g)
    assert before["stale"]
    stands = [StandsNow(occurrence_id=PLACE, version="3", now_occurrence_id="there")]
    message = AnswerRechecked(answer_id=ANSWER, revision=1, cause=EDITION, passages=stands)
    g.arrivals.standing(event(message, offset=5))
    after = shown(g)
    assert after["stale"] is None
    assert after["checked_at"] != before["checked_at"]
    (passage,) = after["passages"]
    assert passage["edition_status"] == "superseded"
    assert passage["now"] == {"version": "3", "occurrence_id": "there"}


def test_a_page_is_down_until_a_newer_revision_comes(g: Gateway) -> None:
    message = AnswerWithdrawn(
        answer_id=ANSWER, revision=1, cause=EDITION, reason_code="not-in-sources"
    )
    g.arrivals.standing(event(message, offset=5))
    state = g.desk.state(ANSWER)
    assert isinstance(state, Withdrawn)
    made = answer_object.withdrawn(state, "http://x")
    assert (made["status"], made["reason"]["code"]) == ("withdrawn", "not-in-sources")
    assert not made["claims"]
    g.arrivals.rendered(event(rendered(g.signers, revision=2), offset=6))
    assert isinstance(g.desk.state(ANSWER), Published)


def test_a_run_for_a_new_edition_that_ends_without_an_answer_takes_nothing_down_by_itself(
    g: Gateway, tmp_path: Path
) -> None:
    run = Run(answer_id=ANSWER, revision=2, cause=EDITION)
    g.arrivals.ended(event(QuestionEnded(run=run, outcome=OUTCOME_NOT_COVERED), offset=5))
    assert isinstance(g.desk.state(ANSWER), Published)
    assert g.site.runs.highest_revision(ANSWER) == 2
