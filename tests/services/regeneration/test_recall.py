"""A recall reaches exactly what rests on its target, and its end brings back what it took."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import cast

import httpx
import pytest
from fastapi import FastAPI
from services.regeneration.world import (
    NOW,
    NUMBER,
    World,
    answer_id,
    not_covered,
    rendered,
    world,
)

from plumbline.common.v1.common_pb2 import Run
from plumbline.regeneration.v1 import events_pb2 as wire
from plumbline.regeneration.v1.events_pb2 import (
    AnswerRechecked,
    AnswerStaled,
    AnswerWithdrawn,
    RegenerationRequested,
    SourceRecalled,
)
from plumbline.rendering.v1.events_pb2 import AnswerRendered
from plumbline_bus import Unavailable
from plumbline_regeneration.recall_routes import recall_routes
from plumbline_regeneration.recalls import Misnamed, Recall

LATER = "2026-11-29T10:00:00.000000Z"


@pytest.fixture
def w() -> Iterator[World]:
    with world() as made:
        made.ingest(1)
        made.tell(rendered("one", [0, 1]))
        made.tell(rendered("two", [2]))
        yield made


def recall(w: World, kind: str, target: str, at: str = NOW) -> Recall:
    made = w.recalling.recalls.named(kind, target, "It was wrong.", at)
    w.recalling.recall(made)
    return made


def lift(w: World, made: Recall) -> Recall:
    lifted = w.recalling.lift(made, LATER)
    w.recalling.recall(lifted)
    return lifted


def staled(w: World) -> dict[str, AnswerStaled]:
    return {m.answer_id: m for m in cast(list[AnswerStaled], w.of(AnswerStaled))}


def requested(w: World) -> list[tuple[str, int, str]]:
    found = cast(list[RegenerationRequested], w.of(RegenerationRequested))
    return [(m.run.answer_id, m.run.revision, m.run.cause.ref) for m in found]


@pytest.mark.parametrize(
    ("kind", "target", "hit"),
    [
        ("source", "g", {"one": ["c0", "c1"], "two": ["c2"]}),
        ("edition", "g@1", {"one": ["c0", "c1"], "two": ["c2"]}),
        ("edition", "g@2", {}),
        ("source", "h", {}),
        ("composer", "composer@1", {"one": [], "two": []}),
        ("composer", "composer@2", {}),
        ("policy", "1", {"one": [], "two": []}),
        ("policy", "2", {}),
        ("passage", "0" * 32, {}),
    ],
)
async def test_what_rests_on_it_is_told_first_and_then_made_again(
    w: World, kind: str, target: str, hit: dict[str, list[str]]
) -> None:
    made = recall(w, kind, target)
    await w.work()
    said = [type(message) for message in w.said.values()]
    kinds = [SourceRecalled, *[AnswerStaled] * len(hit), *[RegenerationRequested] * len(hit)]
    assert said == kinds
    assert {one: [c.claim_id for c in m.claims] for one, m in staled(w).items()} == {
        answer_id(name): claims for name, claims in hit.items()
    }
    assert {m.severity for m in staled(w).values()} <= {wire.SEVERITY_RECALLED}
    assert {(one, ref) for one, _, ref in requested(w)} == {
        (answer_id(name), made.recall_id) for name in hit
    }


async def test_a_passage_is_recalled_by_its_place_or_by_its_text() -> None:
    place, text = "11111111-1111-5111-8111-111111111111", "ab" * 16
    for target in (place, text):
        with world() as w:
            w.ingest(1)
            answer = cast(AnswerRendered, rendered("one", [0]))
            answer.content = answer.content.replace(b"o-1", place.encode()).replace(
                b"text-1", text.encode()
            )
            w.tell(answer)
            recall(w, "passage", target)
            await w.work()
            assert list(staled(w)) == [answer_id("one")]


async def test_said_by_the_log_as_well_nothing_is_done_twice(w: World) -> None:
    made = recall(w, "source", "g")
    await w.work()
    before = list(w.said)
    w.tell(made.message)
    recall(w, "source", "g", LATER)
    await w.work()
    assert list(w.said) == before
    assert w.recalling.recalls.all() == [made]


async def test_a_new_store_hears_of_it_from_the_log_whatever_comes_first() -> None:
    said = SourceRecalled(
        recall_id="cd" * 16, kind=wire.RECALL_KIND_SOURCE, target="g", why="Wrong.", at=NOW
    )
    for order in ([said, rendered("one", [0])], [rendered("one", [0]), said]):
        with world() as w:
            w.ingest(1)
            for message in order:
                w.tell(message)
            await w.work()
            assert list(staled(w)) == [answer_id("one")]
            assert not w.of(SourceRecalled), "the log has it already"


async def test_what_was_kept_before_a_crash_is_said_after_it(tmp_path: Path) -> None:
    path = tmp_path / "regeneration.sqlite"
    with world(path) as w:
        w.ingest(1)
        w.tell(rendered("one", [0]))
        made = recall(w, "source", "g")
    with world(path) as w:
        await w.work()
        assert [m.recall_id for m in w.of(SourceRecalled)] == [made.recall_id]  # type: ignore[attr-defined]
        assert list(staled(w)) == [answer_id("one")]


async def test_an_answer_made_from_it_all_the_same_is_made_again(w: World) -> None:
    """A question that was under way when it was recalled, or one that a replica answered late."""
    made = recall(w, "source", "g")
    w.tell(rendered("late", [0]))
    await w.work()
    assert (answer_id("late"), 2, made.recall_id) in requested(w)


async def test_a_composer_is_recalled_as_it_was(w: World) -> None:
    recall(w, "composer", "composer@1")
    await w.work()
    for name in ("one", "two"):
        again = cast(AnswerRendered, rendered(name, [0], revision=2))
        again.published_at = LATER
        w.tell(again)
    await w.work()
    assert len(requested(w)) == 2
    (campaign,) = w.campaigns.all()
    assert w.campaigns.counts(campaign.campaign_id) == {"remade": 2}


async def test_while_it_stands_a_new_edition_does_not_say_that_all_is_well(w: World) -> None:
    recall(w, "source", "g")
    w.ingest(2, [0, 0, 0])
    await w.work()
    assert not w.of(AnswerRechecked)


async def test_what_was_taken_down_comes_back_when_it_is_lifted(w: World) -> None:
    made = recall(w, "source", "g")
    await w.work()
    w.tell(not_covered("one", 2))
    w.tell(rendered("two", [], revision=2))  # made again without it
    await w.work()
    (gone,) = cast(list[AnswerWithdrawn], w.of(AnswerWithdrawn))
    assert (gone.answer_id, gone.cause.kind, gone.cause.ref) == (
        answer_id("one"),
        "recall",
        made.recall_id,
    )
    lifted = lift(w, made)
    w.tell(lifted.message)
    await w.work()
    ref = f"{made.recall_id}/lifted"
    assert requested(w)[2:] == [(answer_id("one"), 3, ref), (answer_id("two"), 3, ref)]
    assert len(staled(w)) == 2, "an end is no reason to mark a page"
    for name in ("one", "two"):
        back = cast(AnswerRendered, rendered(name, [0], revision=3))
        back.published_at = LATER.replace("29T10", "29T11")
        w.tell(back)
    w.tell(lifted.message)
    await w.work()
    assert len(requested(w)) == 4
    again = w.recalling.recalls.named("source", "g", "Wrong again.", LATER)
    assert again.recall_id != made.recall_id


async def test_lifted_at_once_the_run_under_way_takes_nothing_down(w: World) -> None:
    made = recall(w, "source", "g")
    await w.work()
    lift(w, made)
    w.tell(not_covered("one", 2))
    await w.work()
    assert not w.of(AnswerWithdrawn)


async def test_what_an_edition_changed_meanwhile_is_seen_when_it_is_lifted(w: World) -> None:
    made = recall(w, "source", "g")
    await w.work()
    w.ingest(2, [NUMBER, 0, 0])
    lift(w, made)
    await w.work()
    assert staled(w)[answer_id("one")].cause.ref == "g@2"


@pytest.mark.parametrize(
    ("kind", "target", "why"),
    [
        ("source", "g@1", "why"),
        ("source", "", "why"),
        ("edition", "g", "why"),
        ("composer", "name", "why"),
        ("policy", "1 2", "why"),
        ("passage", "x" * 32, "why"),
        ("source", "g" * 501, "why"),
        ("source", "g", " "),
        ("source", "g", "two\nlines"),
        ("source", "g", "w" * 501),
    ],
)
def test_what_none_can_have_is_refused(w: World, kind: str, target: str, why: str) -> None:
    with pytest.raises(Misnamed):
        w.recalling.recalls.named(kind, target, why, NOW)


async def test_over_http_nothing_and_everything_have_to_be_confirmed(w: World) -> None:
    async def say() -> None:
        await w.runner.say_recalls()

    app = FastAPI()
    app.include_router(recall_routes(w.recalling, say, lambda: NOW))
    transport = httpx.ASGITransport(app)
    wanted = {"kind": "source", "target": "g", "why": "It was wrong."}
    async with httpx.AsyncClient(transport=transport, base_url="http://x") as client:

        async def post(path: str = "/v1/recalls", **body: object) -> httpx.Response:
            return await client.post(path, json={**wanted, **body})

        assert (await post(target="h")).status_code == 409
        assert (await post()).status_code == 409
        assert (await post(target="g@1")).status_code == 422
        seen = (await post(dry_run=True)).json()
        assert (seen["matched"], seen["total"], len(seen["answers"])) == (2, 2, 2)
        assert not w.said
        done = (await post(confirmed=True)).json()
        assert [m.recall_id for m in w.of(SourceRecalled)] == [done["recall"]["recall_id"]]  # type: ignore[attr-defined]
        assert w.campaigns.find(done["recall"]["campaign_id"])
        assert (await post("/v1/recalls/ffff/lift")).status_code == 404
        lifted = (await client.post(f"/v1/recalls/{done['recall']['recall_id'][:6]}/lift")).json()
        assert lifted["lifted"]
        assert [one["lifted"] for one in (await client.get("/v1/recalls")).json()] == [True]


async def test_while_the_log_is_away_it_is_kept_and_that_is_said(w: World) -> None:
    async def say() -> None:
        raise Unavailable("away")

    app = FastAPI()
    app.include_router(recall_routes(w.recalling, say, lambda: NOW))
    transport = httpx.ASGITransport(app)
    body = {"kind": "source", "target": "g", "why": "Wrong.", "confirmed": True}
    async with httpx.AsyncClient(transport=transport, base_url="http://x") as client:
        reply = await client.post("/v1/recalls", json=body)
    assert reply.status_code == 503
    assert len(w.recalling.recalls.unsaid()) == 1


def test_an_older_store_is_read_from_the_log_again(tmp_path: Path) -> None:
    path = tmp_path / "regeneration.sqlite"
    with world(path) as w:
        w.tell(rendered("one", [0]))
        w.answers._db.rows.execute("PRAGMA user_version = 1")
    with world(path) as w:
        assert w.answers.count() == 0
        assert w.answers._db.positions("topic") == {}


def test_runs_made_because_of_a_recall_are_not_before_it(w: World) -> None:
    made = recall(w, "policy", "1")
    answer = w.answers.find(answer_id("one"))
    assert answer
    assert not made.precedes(answer)
    answer.run.CopyFrom(Run(answer_id=answer.answer_id))
    answer.run.cause.kind, answer.run.cause.ref = "recall", made.recall_id
    assert made.precedes(answer)
