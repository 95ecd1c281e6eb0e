"""The Statement: a pure function, with in-toto's names and no personal data."""

from __future__ import annotations

import json

from services.provenance.answers import TRACE_ID, TRAIL, World, content_value, sha256

from plumbline.common.v1.common_pb2 import UrgentCard
from plumbline_provenance.statement import make_statement


def test_it_says_what_it_is_about_and_what_that_rests_on(world: World) -> None:
    answer = world.answer(3, revision=4)
    statement = json.loads(make_statement(answer, TRAIL, TRACE_ID))
    assert statement["_type"] == "https://in-toto.io/Statement/v1"
    assert [subject["digest"]["sha256"] for subject in statement["subject"]] == [
        sha256(answer.content),
        sha256(answer.renditions[0].body),
    ]
    predicate = statement["predicate"]
    assert (predicate["answerId"], predicate["revision"]) == (answer.run.answer_id, 4)
    assert predicate["cause"] == {"kind": "asked", "ref": None}
    first, second = predicate["resolvedDependencies"]
    assert first["uri"] == "urn:plumbline:zorvic-response:2026:occ-1"
    assert first["digest"]["sha256"] == content_value()["passages"][0]["text_sha256"]
    assert first["annotations"]["section"] == ["Judging", "Full"]
    assert [span["claim"] for span in second["annotations"]["spans"]] == ["c1", "c2"]
    assert predicate["composer"] == content_value()["made_by"]
    review = predicate["safetyReview"]
    assert review["decision"] == "pass"
    assert review["keyid"] == world.review.keyid
    run = predicate["runDetails"]
    assert run["invocationId"] == TRACE_ID
    assert [stage["service"] for stage in run["stages"]] == ["gateway", "rendering"]
    assert run["publishedAt"] == answer.published_at


def test_the_same_arguments_give_the_same_bytes(world: World) -> None:
    answer = world.answer()
    assert make_statement(answer, TRAIL, TRACE_ID) == make_statement(answer, TRAIL, TRACE_ID)


def test_an_urgent_card_leaves_no_trace(world: World) -> None:
    """Which rules fired says something of the asker, and a ledger is for ever."""
    answer = world.answer()
    plain = make_statement(answer, TRAIL, TRACE_ID)
    answer.run.urgent.CopyFrom(UrgentCard(card_id="card", rules=["rule-1"]))
    assert make_statement(answer, TRAIL, TRACE_ID) == plain


def test_a_strange_guideline_id_keeps_the_urn_whole(world: World) -> None:
    content = content_value()
    content["passages"][0]["guideline_id"] = "a:b c/ü"
    statement = json.loads(make_statement(world.answer(content=content), TRAIL, ""))
    uri = statement["predicate"]["resolvedDependencies"][0]["uri"]
    assert uri == "urn:plumbline:a%3Ab%20c%2F%C3%BC:2026:occ-1"
