"""AnswerDrafted in: the first result is stored and said for ever; what is not proven ends the
question.
"""

from __future__ import annotations

import hashlib
import json
import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

import pytest
from services.safety_review.drafts import (
    ANSWER_ID,
    Edition,
    Shelf,
    comparison,
    drafted,
    edition,
    event,
    policy,
)

from plumbline.common.v1.status_pb2 import (
    OUTCOME_WITHHELD,
    STAGE_CHECKED,
    QuestionEnded,
    QuestionProgressed,
)
from plumbline.generation.v1.events_pb2 import AnswerDrafted, Draft
from plumbline.safety_review.v1.events_pb2 import AnswerReviewed
from plumbline_bus import Reject, Unavailable
from plumbline_safety_review.case import Case
from plumbline_safety_review.handlers import Desk, on_answer_drafted
from plumbline_safety_review.passages import Passages
from plumbline_safety_review.policy import Policy
from plumbline_safety_review.results import Results
from plumbline_safety_review.statement import PAYLOAD_TYPE
from plumbline_safety_review.verdict import Check, Finding
from plumbline_tlog.canonical import decode, encode
from plumbline_tlog.dsse import open_envelope
from plumbline_tlog.errors import BadSignature
from plumbline_tlog.note import Signer, new_signer


@dataclass
class World:
    """One reviewer with its stores in memory, a clock that never stands still, and a log of
    editions.
    """

    shelf: Shelf
    signer: Signer = field(default_factory=lambda: new_signer("plumbline/review"))
    ends: dict[int, int] = field(default_factory=dict)
    seconds: Iterator[int] = field(default_factory=lambda: iter(range(60)))
    database: sqlite3.Connection = field(
        default_factory=lambda: sqlite3.connect(":memory:", isolation_level=None)
    )

    def desk(self, rules: Policy | None = None) -> Desk:
        async def ends() -> Mapping[int, int]:
            return self.ends or self.shelf.passages.positions()

        return Desk(
            self.shelf.passages,
            Results(self.database),
            rules or policy(),
            self.signer,
            ends,
            lambda: f"2026-11-24T10:00:{next(self.seconds):02d}Z",
        )

    async def hand(self, message: AnswerDrafted, rules: Policy | None = None) -> Sequence[object]:
        return await on_answer_drafted(event(message), desk=self.desk(rules))


@pytest.fixture
def world(shelf: Shelf) -> World:
    return World(shelf)


def draft_of(source: Edition) -> Draft:
    return comparison(source).draft()


async def test_a_proven_draft_is_reviewed_and_its_progress_told(
    world: World, source: Edition
) -> None:
    reviewed, progressed = await world.hand(drafted(draft_of(source)))
    assert isinstance(reviewed, AnswerReviewed)
    assert reviewed.run == drafted(draft_of(source)).run
    assert reviewed.published_at == "2026-11-24T10:00:00Z"
    assert reviewed.attempt == 1
    assert progressed == QuestionProgressed(
        answer_id=ANSWER_ID, revision=1, stage=STAGE_CHECKED, count=len(policy().checks)
    )


async def test_a_draft_delivered_twice_gives_the_same_bytes(world: World, source: Edition) -> None:
    first = await world.hand(drafted(draft_of(source)))
    other = draft_of(source)
    other.claims[0].text = "Something else."
    assert await world.hand(drafted(draft_of(source))) == first
    assert await world.hand(drafted(other)) == first  # the first result of an attempt stands


async def test_two_reviewers_give_the_same_content(world: World, source: Edition) -> None:
    shelf = Shelf(Passages(sqlite3.connect(":memory:", isolation_level=None)))
    shelf.read(source)
    one = await world.hand(drafted(draft_of(source)))
    other = await World(shelf).hand(drafted(draft_of(source)))
    assert isinstance(one[0], AnswerReviewed)
    assert isinstance(other[0], AnswerReviewed)
    assert one[0].content == other[0].content


async def test_the_signature_covers_content_answer_revision_policy_and_checks(
    world: World, source: Edition
) -> None:
    reviewed = (await world.hand(drafted(draft_of(source))))[0]
    assert isinstance(reviewed, AnswerReviewed)
    payload = json.loads(open_envelope(reviewed.review, PAYLOAD_TYPE, [world.signer.verifier]))
    content = decode(reviewed.content)
    assert payload == {
        "answer_id": ANSWER_ID,
        "revision": 1,
        "content_sha256": hashlib.sha256(reviewed.content).hexdigest(),
        "policy_sha256": policy().sha256,
        "checks_sha256": hashlib.sha256(encode(content["checks"])).hexdigest(),
        "verdict": "pass",
    }
    with pytest.raises(BadSignature):
        open_envelope(reviewed.review, PAYLOAD_TYPE, [new_signer("plumbline/review").verifier])


async def test_a_draft_that_is_not_proven_ends_withheld_without_its_words(
    world: World, source: Edition
) -> None:
    draft = draft_of(source)
    draft.title = "Complete response means that CLL is cured"
    (ended,) = await world.hand(drafted(draft))
    assert isinstance(ended, QuestionEnded)
    assert ended.outcome == OUTCOME_WITHHELD
    assert ended.reason_code == "st-frame"
    assert list(ended.nearest_titles) == ["Measuring response in CLL"]
    assert ended.run.answer_id == ANSWER_ID
    assert b"cured" not in ended.SerializeToString()
    assert await world.hand(drafted(draft)) == [ended]


async def test_a_place_that_is_not_read_yet_is_waited_for(world: World, source: Edition) -> None:
    newer = edition(version="2026", effective_date="2026-01-31")
    parts = newer.parts()
    world.ends = {0: world.shelf.offset + len(parts)}
    for part in parts[:-1]:
        world.shelf.apply(part)
        with pytest.raises(Unavailable):
            await world.hand(drafted(draft_of(newer)))
    world.shelf.apply(parts[-1])
    assert isinstance((await world.hand(drafted(draft_of(newer))))[0], AnswerReviewed)


async def test_a_place_that_no_edition_has_is_withheld(world: World, source: Edition) -> None:
    draft = draft_of(source)
    draft.claims[0].citations[0].occurrence_id = "nowhere"
    (ended,) = await world.hand(drafted(draft))
    assert isinstance(ended, QuestionEnded)
    assert ended.reason_code == "unknown-passage"


async def test_a_known_place_is_reviewed_while_the_log_of_editions_runs_on(
    world: World, source: Edition
) -> None:
    world.ends = {0: 1_000_000}
    assert isinstance((await world.hand(drafted(draft_of(source))))[0], AnswerReviewed)


def broken(case: Case) -> list[Finding]:
    raise KeyError(case.draft.title)


async def test_an_exception_in_a_check_withholds(
    world: World, source: Edition, caplog: pytest.LogCaptureFixture
) -> None:
    rules = policy()
    fallen = replace(rules, checks=(*rules.checks[:3], Check("GR-NUM", "1", broken)))
    (ended,) = await world.hand(drafted(draft_of(source)), fallen)
    assert isinstance(ended, QuestionEnded)
    assert ended.reason_code == "review-unavailable"
    assert [record.answer_id for record in caplog.records] == [ANSWER_ID]  # type: ignore[attr-defined]


async def test_a_draft_without_a_run_is_rejected(world: World, source: Edition) -> None:
    with pytest.raises(Reject):
        await world.hand(AnswerDrafted(draft=draft_of(source)))
