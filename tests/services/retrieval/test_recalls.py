"""What was called back is in no evidence until that is lifted."""

from __future__ import annotations

from pathlib import Path

import pytest
from services.retrieval.corpus import CLL, TODAY, Desk, cll, edition, event, myeloma, open_desk

from plumbline.common.v1.common_pb2 import Cause, Run
from plumbline.gateway.v1.events_pb2 import QuestionAsked
from plumbline.regeneration.v1 import events_pb2 as wire
from plumbline.regeneration.v1.events_pb2 import RegenerationRequested, SourceRecalled
from plumbline.retrieval.v1.events_pb2 import EvidenceRetrieved
from plumbline_bus import Unavailable
from plumbline_retrieval.found import Found
from plumbline_retrieval.handlers import on_question_asked, on_regeneration_requested

QUESTION = "What is complete response in CLL?"
SOURCE, EDITION = wire.RECALL_KIND_SOURCE, wire.RECALL_KIND_EDITION
PASSAGE, COMPOSER = wire.RECALL_KIND_PASSAGE, wire.RECALL_KIND_COMPOSER


def recall(
    desk: Desk, kind: wire.RecallKind.ValueType, target: str, *, lifted: bool = False
) -> None:
    said = SourceRecalled(recall_id=f"{target:0>32}", kind=kind, target=target, lifted=lifted)
    desk.recalls.apply(event(said))


async def test_a_recalled_edition_is_not_replaced_by_the_one_before(lexical_desk: Desk) -> None:
    desk = lexical_desk
    await desk.hold(cll("2008", "2008-06-01"), cll(), myeloma())
    before = await desk.found(QUESTION)
    for kind, target in ((EDITION, "cll-response@2018"), (SOURCE, "cll-response")):
        recall(desk, kind, target)
        await desk.refused(QUESTION)
        await desk.found("What is complete response in multiple myeloma?")
        recall(desk, kind, target, lifted=True)
        assert await desk.found(QUESTION) == before
    recall(desk, EDITION, "cll-response@2008")
    recall(desk, COMPOSER, "extractive@1")
    assert await desk.found(QUESTION) == before


async def test_a_recalled_passage_is_left_out_and_the_digest_says_so(lexical_desk: Desk) -> None:
    desk = lexical_desk
    await desk.hold(cll())
    before = await desk.found(QUESTION)
    best = before.evidence[0].passage
    for target in (best.occurrence_id, best.passage_id):
        recall(desk, PASSAGE, target)
        found = await desk.found(QUESTION)
        assert best.occurrence_id not in {e.passage.occurrence_id for e in found.evidence}
        assert len(found.evidence) > 1
        assert found.info.corpus_digest != before.info.corpus_digest
        recall(desk, PASSAGE, target, lifted=True)
        assert await desk.found(QUESTION) == before


async def test_a_run_for_a_recall_waits_until_it_is_heard_of(lexical_desk: Desk) -> None:
    desk = lexical_desk
    await desk.hold(cll())
    run = Run(answer_id="a" * 32, revision=1, audience="patient")
    parts = {"finder": desk.finder, "results": desk.results, "questions": desk.questions}
    await on_question_asked(event(QuestionAsked(run=run, question=QUESTION)), **parts)  # type: ignore[arg-type]
    target = "cll-response"
    for revision, lifted in ((2, False), (3, True)):
        run.revision = revision
        ref = f"{target:0>32}" + ("/lifted" if lifted else "")
        run.cause.CopyFrom(Cause(kind="recall", ref=ref))
        asked = event(RegenerationRequested(run=run))
        with pytest.raises(Unavailable):
            await on_regeneration_requested(asked, **parts)  # type: ignore[arg-type]
        recall(desk, SOURCE, target, lifted=lifted)
        first = (await on_regeneration_requested(asked, **parts))[0]  # type: ignore[arg-type]
        assert isinstance(first, EvidenceRetrieved) == lifted


def test_recalls_and_their_place_in_the_log_survive_a_restart(tmp_path: Path) -> None:
    with open_desk(tmp_path, None) as desk:
        recall(desk, SOURCE, "cll-response")
    with open_desk(tmp_path, None) as desk:
        assert desk.recalls.positions() == {0: 1}
        assert desk.recalls.heard(f"{'cll-response':0>32}")


async def test_what_a_recalled_edition_said_is_new_when_the_next_one_says_it(desk: Desk) -> None:
    """Nothing changed between both; what was taken down must be asked again all the same."""
    await desk.hold(cll())
    parts = {"finder": desk.finder, "results": desk.results, "questions": desk.questions}
    run = Run(answer_id="a" * 32, revision=1, audience="patient")
    asked = event(QuestionAsked(run=run, question=QUESTION))
    recall(desk, EDITION, "cll-response@2018")
    await on_question_asked(asked, **parts)  # type: ignore[arg-type]
    newer = edition(
        "cll-response",
        CLL,
        disease="cll",
        label="chronic lymphocytic leukaemia",
        version="2020",
        effective_date="2020-06-01",
    )
    *parts_of, closed = newer
    for part in parts_of:
        await desk.intake.take(part)
    desk.editions.set_aligned("cll-response@2020")
    (indexed,) = await desk.intake.take(closed)
    made = await desk.admission.completed(indexed, TODAY)
    assert [one.answer_id for one in made.admitted] == ["a" * 32]
    assert isinstance(await desk.finder.find(QUESTION, TODAY), Found)
