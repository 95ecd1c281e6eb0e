"""A recall is a leaf of its own, with a receipt that verifies and is never an answer's."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from services.provenance.answers import World

from plumbline.provenance.v1.events_pb2 import AnswerSealed
from plumbline.regeneration.v1.events_pb2 import RECALL_KIND_SOURCE, SourceRecalled
from plumbline.topics import topic_of
from plumbline_provenance.handlers import on_answer_rendered, on_recalled
from plumbline_provenance.ledger import open_ledger
from plumbline_provenance.receipt import Receipt, encode_receipt, parse_receipt
from plumbline_provenance.trust import Trust
from plumbline_provenance.verify import verify
from plumbline_tlog.canonical import decode, encode

RECALL = SourceRecalled(
    recall_id="ab" * 16,
    kind=RECALL_KIND_SOURCE,
    target="zu-guide",
    why="A table was printed wrongly.",
    at="2026-11-28T10:00:00.000000Z",
)
LIFTED = SourceRecalled(
    recall_id="ab" * 16,
    kind=RECALL_KIND_SOURCE,
    target="zu-guide",
    why="A table was printed wrongly.",
    lifted=True,
    at="2026-11-29T10:00:00.000000Z",
)


async def sealed(world: World, tmp_path: Path) -> list[AnswerSealed]:
    """An answer, a recall, the recall again, and its end."""
    async with open_ledger(tmp_path, world.log) as ledger:
        trust = Trust(world.trust)
        answer = (
            await on_answer_rendered(world.event(world.answer()), ledger=ledger, trust=trust)
        )[0]
        said = [
            (await on_recalled(world.event(one), ledger=ledger))[0]
            for one in (RECALL, RECALL, LIFTED)
        ]
    made = [answer, *said]
    assert all(isinstance(one, AnswerSealed) for one in made)
    return made  # type: ignore[return-value]


async def test_a_recall_and_its_end_are_sealed_once_each(world: World, tmp_path: Path) -> None:
    answer, first, again, lifted = await sealed(world, tmp_path)
    assert again == first
    assert [first.kind, lifted.kind] == [f"recalled/{'ab' * 16}", f"lifted/{'ab' * 16}"]
    assert len({topic_of(one).record_key(one) for one in (answer, first, lifted)}) == 3
    for one, message in ((first, RECALL), (lifted, LIFTED)):
        report = verify(one.receipt, (world.log.vkey,))
        assert report.exit_code == 0
        assert "recall" in {check.name for check in report.checks}
        content = decode(parse_receipt(decode(one.receipt)).content)
        assert (content["target"], content["why"]) == ("zu-guide", message.why)
        assert (content["lifted"], content["at"]) == (message.lifted, message.at)


async def test_a_changed_or_disguised_recall_does_not_verify(world: World, tmp_path: Path) -> None:
    answer, first, _, lifted = await sealed(world, tmp_path)
    recall, published = (parse_receipt(decode(one.receipt)) for one in (first, answer))
    end = parse_receipt(decode(lifted.receipt))

    def content(**change: Any) -> bytes:
        return encode({**decode(recall.content), **change})

    forged: list[Receipt] = [
        replace(recall, content=content(why="Nothing was wrong.")),
        replace(recall, content=content(lifted=True)),
        replace(recall, content=content(extra="word")),
        replace(recall, content=end.content),
        replace(recall, review=published.review),
        replace(recall, keys=published.keys),
        replace(recall, kind="published", answer_id=published.answer_id),
        replace(published, kind=recall.kind),
        replace(published, keys=("", "", world.log.vkey)),
        replace(recall, statement=end.statement),
        replace(recall, statement=published.statement),
    ]
    for one in forged:
        assert verify(encode_receipt(one), world.trust).exit_code == 1
    assert verify(first.receipt, (world.review.vkey,)).exit_code == 3


@pytest.mark.parametrize("member", ["kind", "target", "why", "at"])
async def test_a_recall_of_anything_but_text_is_refused(
    world: World, tmp_path: Path, member: str
) -> None:
    _, first, _, _ = await sealed(world, tmp_path)
    recall = parse_receipt(decode(first.receipt))
    broken = encode({**decode(recall.content), member: 1})
    assert verify(encode_receipt(replace(recall, content=broken)), world.trust).exit_code == 1
