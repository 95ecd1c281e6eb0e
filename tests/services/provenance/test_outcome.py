"""What became of a published revision is a leaf of its own, with a receipt that verifies."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from services.provenance.answers import World

from plumbline.common.v1.common_pb2 import Cause
from plumbline.provenance.v1.events_pb2 import AnswerSealed
from plumbline.regeneration.v1.events_pb2 import AnswerRechecked, AnswerWithdrawn, StandsNow
from plumbline.topics import topic_of
from plumbline_bus import Unavailable
from plumbline_provenance.handlers import on_answer_rendered, on_outcome
from plumbline_provenance.ledger import open_ledger
from plumbline_provenance.outcome import Outcome
from plumbline_provenance.receipt import parse_receipt
from plumbline_provenance.trust import Trust
from plumbline_provenance.verify import verify
from plumbline_tlog.canonical import decode
from plumbline_tlog.dsse import parse_envelope

EDITION = Cause(kind="edition", ref="guide@3")


async def test_each_outcome_is_sealed_beside_its_revision(world: World, tmp_path: Path) -> None:
    answer = world.answer()
    name: Any = {"answer_id": answer.run.answer_id, "revision": answer.run.revision}
    stands = [StandsNow(occurrence_id="old", version="3", now_occurrence_id="new")]
    outcomes: list[Outcome] = [
        AnswerRechecked(**name, cause=EDITION, passages=stands),
        AnswerRechecked(**name, cause=Cause(kind="edition", ref="guide@4")),
        AnswerWithdrawn(**name, cause=EDITION, reason_code="not-in-sources"),
    ]
    async with open_ledger(tmp_path, world.log) as ledger:
        (first, _) = await on_answer_rendered(
            world.event(answer), ledger=ledger, trust=Trust(world.trust)
        )
        sealed = [(await on_outcome(world.event(one), ledger=ledger))[0] for one in outcomes]
        again = (await on_outcome(world.event(outcomes[0]), ledger=ledger))[0]
    assert again == sealed[0]
    assert [s.kind for s in sealed if isinstance(s, AnswerSealed)] == [
        "rechecked/guide@3",
        "rechecked/guide@4",
        "withdrawn/guide@3",
    ]
    keys = {topic_of(s).record_key(s) for s in [first, *sealed]}
    assert len(keys) == 4, "none replaces another in a compacted topic"
    for one, outcome in zip(sealed, outcomes, strict=True):
        assert isinstance(one, AnswerSealed)
        assert verify(one.receipt, world.trust).exit_code == 0
        receipt = parse_receipt(decode(one.receipt))
        predicate = decode(parse_envelope(receipt.statement).payload)["predicate"]
        assert predicate["cause"]["ref"] == outcome.cause.ref


async def test_an_outcome_waits_for_the_seal_of_its_revision(world: World, tmp_path: Path) -> None:
    early: Outcome = AnswerRechecked(answer_id="a" * 32, revision=1, cause=EDITION)
    async with open_ledger(tmp_path, world.log) as ledger:
        with pytest.raises(Unavailable):
            await on_outcome(
                world.event(early),
                ledger=ledger,
            )
