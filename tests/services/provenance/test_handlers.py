"""AnswerRendered in, AnswerSealed out; and nothing sealed that two trusted keys did not sign."""

from __future__ import annotations

import sqlite3
from pathlib import Path
from typing import Any

import pytest
from services.provenance.answers import World, content_value

from plumbline.common.v1.status_pb2 import QuestionProgressed, Stage
from plumbline.provenance.v1.events_pb2 import AnswerSealed
from plumbline.rendering.v1.events_pb2 import AnswerRendered
from plumbline_bus import Hop, Reject, Unavailable
from plumbline_provenance.checkpoint_key import LedgerRefused
from plumbline_provenance.handlers import on_answer_rendered
from plumbline_provenance.ledger import open_ledger
from plumbline_provenance.publication import Identity, Publication, Sealed
from plumbline_provenance.trust import Trust
from plumbline_provenance.verify import verify


class FakeLedger:
    """Remembers what it was asked to seal."""

    def __init__(self, failure: Exception | None = None) -> None:
        self.failure = failure
        self.publications: list[Publication] = []

    async def seal(self, publication: Publication) -> Sealed:
        if self.failure:
            raise self.failure
        self.publications.append(publication)
        return Sealed(7, publication.content_sha256, b"{}")

    async def find(self, identity: Identity) -> Sealed | None:
        return None


async def test_a_trusted_answer_is_sealed_and_its_reader_told(world: World) -> None:
    ledger = FakeLedger()
    answer = world.answer(5, revision=2)
    sealed, progressed = await on_answer_rendered(
        world.event(answer), ledger=ledger, trust=Trust(world.trust)
    )
    assert sealed == AnswerSealed(
        answer_id=answer.run.answer_id,
        revision=2,
        kind="published",
        leaf_index=7,
        content_sha256=ledger.publications[0].content_sha256,
        receipt=b"{}",
    )
    assert progressed == QuestionProgressed(
        answer_id=answer.run.answer_id, revision=2, stage=Stage.STAGE_SEALED
    )


def altered(answer: AnswerRendered, **fields: Any) -> AnswerRendered:
    other = AnswerRendered()
    other.CopyFrom(answer)
    for name, value in fields.items():
        setattr(other, name, value)
    return other


def with_page(answer: AnswerRendered, body: bytes) -> AnswerRendered:
    other = altered(answer)
    other.renditions[0].body = body
    return other


def of_revision(answer: AnswerRendered, revision: int) -> AnswerRendered:
    other = altered(answer)
    other.run.revision = revision
    return other


def refused(world: World) -> list[tuple[str, AnswerRendered]]:
    """Reason → an answer that must be refused for it."""
    stranger = World()
    good, foreign = world.answer(), stranger.answer()
    return [
        ("review-signature", altered(good, review=b"")),
        ("review-signature", altered(good, review=foreign.review)),
        ("review-signature", altered(good, review=good.rendering)),
        ("review-of-another", altered(good, review=world.answer(2).review)),
        ("review-of-another", altered(good, review=world.answer(1, revision=2).review)),
        ("review-of-another", altered(good, content=good.content.replace(b"sprigs", b"twigs."))),
        ("review-of-another", of_revision(good, 2)),
        ("review-verdict", world.answer(review={"verdict": "withhold"})),
        ("rendering-signature", altered(good, rendering=b"{}")),
        ("rendering-signature", altered(good, rendering=foreign.rendering)),
        ("rendering-of-another", altered(good, rendering=world.answer(2).rendering)),
        ("rendition-digest", with_page(good, b"<p>another page</p>")),
        ("rendition-digest", world.answer(rendering={"renditions": []})),
    ]


async def test_what_is_not_signed_for_exactly_this_is_never_sealed(world: World) -> None:
    ledger = FakeLedger()
    for reason, answer in refused(world):
        with pytest.raises(Reject) as caught:
            await on_answer_rendered(world.event(answer), ledger=ledger, trust=Trust(world.trust))
        assert caught.value.reason == reason
    assert ledger.publications == []


async def test_an_empty_trust_file_seals_nothing(world: World) -> None:
    with pytest.raises(Reject):
        await on_answer_rendered(world.event(world.answer()), ledger=FakeLedger(), trust=Trust(()))


def content_with(path: tuple[str | int, ...], value: Any) -> Any:
    content = content_value()
    place = content
    for step in path[:-1]:
        place = place[step]
    place[path[-1]] = value
    return content


@pytest.mark.parametrize(
    ("path", "value"),
    [
        (("schema",), "plumbline.content/2"),
        (("claims", 0, "text"), "A zorvic full answer needs ≥15 dram."),
        (("claims", 0, "citations", 0, "start"), 1),
        (("claims", 0, "citations", 0, "quote"), "A zorvic"),
        (("claims", 1, "citations"), []),
        (("claims", 1, "citations", 0, "passage"), "p9"),
        (("claims", 1, "citations", 0, "end"), 10**9),
        (("claims", 1, "also", 0, "quote"), "something else"),
        (("claims", 1, "kind"), "invented"),
        (("claims", 1, "id"), "c1"),
        (("passages", 0, "text"), "Another text."),
        (("passages", 1, "id"), "p1"),
        (("passages", 0, "text_sha256"), "00"),
        (("policy",), None),
        (("claims",), {}),
    ],
)
async def test_a_signed_answer_whose_words_are_not_in_its_passages_is_refused(
    world: World, path: tuple[str | int, ...], value: Any
) -> None:
    content = content_with(path, value)
    content.setdefault("policy", {})
    answer = world.answer(content={**content, "policy": content["policy"] or {"sha256": ""}})
    with pytest.raises(Reject) as caught:
        await on_answer_rendered(world.event(answer), ledger=FakeLedger(), trust=Trust(world.trust))
    assert caught.value.reason == "content-not-anchored"


@pytest.mark.parametrize(
    "failure",
    [OSError(28, "disk full"), sqlite3.OperationalError("disk I/O"), LedgerRefused("fork")],
)
async def test_a_ledger_that_cannot_write_is_waited_for(world: World, failure: Exception) -> None:
    with pytest.raises(Unavailable):
        await on_answer_rendered(
            world.event(world.answer()), ledger=FakeLedger(failure), trust=Trust(world.trust)
        )


async def test_a_second_delivery_publishes_the_same_bytes(world: World, tmp_path: Path) -> None:
    answer, trust = world.answer(), Trust(world.trust)
    async with open_ledger(tmp_path / "provenance", world.log) as ledger:
        first = await on_answer_rendered(world.event(answer), ledger=ledger, trust=trust)
        await ledger.seal(world.publication(2))
        later = (
            Hop("rendering", "other", "2027-01-01T00:00:00.000000Z", "2027-01-01T00:00:01.0Z"),
        )
        again = await on_answer_rendered(
            world.event(answer, later, "f" * 32), ledger=ledger, trust=trust
        )
    assert [message.SerializeToString() for message in first] == [
        message.SerializeToString() for message in again
    ]
    sealed = first[0]
    assert isinstance(sealed, AnswerSealed)
    assert verify(sealed.receipt, world.trust).exit_code == 0
