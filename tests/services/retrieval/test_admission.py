"""Questions that a new edition's passages would now be evidence for are named, and no others."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from services.retrieval.corpus import TODAY, Desk, cll, edition, event, myeloma, zorvic

from plumbline.common.v1.common_pb2 import Run
from plumbline.gateway.v1.events_pb2 import QuestionAsked
from plumbline.ingest.v1.events_pb2 import (
    CHANGE_KIND_NEW,
    CHANGE_KIND_SAME,
    AlignmentListed,
    EditionIngested,
    PassageChange,
    SentenceChange,
)
from plumbline.retrieval.v1.events_pb2 import EditionIndexed
from plumbline_retrieval.handlers import on_edition_ingested, on_question_asked
from plumbline_retrieval.search import Embedded


async def ask(desk: Desk, name: str, question: str) -> None:
    run = Run(answer_id=name, revision=1, audience="patient", locale="en")
    await on_question_asked(
        event(QuestionAsked(run=run, question=question)),
        finder=desk.finder,
        results=desk.results,
        questions=desk.questions,
    )


async def arrived(desk: Desk, parts: Sequence[EditionIngested]) -> EditionIndexed:
    said = [
        message
        for part in parts
        for message in await on_edition_ingested(
            event(part), intake=desk.intake, admission=desk.admission
        )
    ]
    (indexed,) = said
    assert isinstance(indexed, EditionIndexed)
    return indexed


def admitted(indexed: EditionIndexed) -> list[str]:
    return [run.answer_id for run in indexed.admitted]


async def test_a_question_that_nothing_covered_is_named_when_something_does(desk: Desk) -> None:
    await arrived(desk, cll())
    await ask(desk, "uncovered", "What is a full answer in Zorvic syndrome?")
    await ask(desk, "other", "What is complete response in myeloma?")
    assert admitted(await arrived(desk, zorvic())) == ["uncovered"]
    assert admitted(await arrived(desk, myeloma())) == ["other"]


async def test_told_again_it_says_the_same(desk: Desk) -> None:
    await arrived(desk, cll())
    await ask(desk, "uncovered", "What is a full answer in Zorvic syndrome?")
    first = await arrived(desk, zorvic())
    await ask(desk, "later", "What is part answer in Zorvic syndrome?")
    assert await arrived(desk, zorvic()[-1:]) == first


async def test_only_what_an_edition_adds_counts(desk: Desk) -> None:
    """The same passages in a newer edition are nothing new, although they stand elsewhere."""
    await arrived(desk, cll())
    await ask(desk, "complete", "What is complete response in CLL?")
    *parts, closed = cll("2026", "2026-01-01")
    places = [p.occurrence_id for part in parts for p in part.passages.passages]
    kinds = [CHANGE_KIND_SAME] * len(places)
    assert not admitted(await arrived(desk, [*parts, alignment(places, kinds), closed]))


async def test_an_answer_gains_a_passage_that_was_not_there(desk: Desk) -> None:
    await arrived(desk, cll())
    await ask(desk, "complete", "What is complete response in CLL?")
    *parts, closed = cll("2026", "2026-01-01")
    places = [p.occurrence_id for part in parts for p in part.passages.passages]
    kinds = [CHANGE_KIND_NEW] + [CHANGE_KIND_SAME] * (len(places) - 1)
    indexed = await arrived(desk, [*parts, alignment(places, kinds), closed])
    assert admitted(indexed) == ["complete"]


async def test_what_no_word_of_the_edition_speaks_of_is_not_searched_again(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """However near its vector is: a search costs ten times what looking at the words does."""
    await arrived(desk, cll())
    await ask(desk, "uncovered", "What is a full answer in Zorvic syndrome?")
    searched: list[object] = []
    monkeypatch.setattr(type(desk.finder.index), "search", lambda *_: searched.append(0))
    assert not admitted(await arrived(desk, myeloma()))
    assert not searched


async def test_asked_again_a_question_is_not_embedded_again(desk: Desk) -> None:
    await arrived(desk, cll())
    first = await desk.finder.explained("What is complete response in CLL?", TODAY)
    other = [-number for number in first.dense]
    before = Embedded(first.reading.expanded, other)
    again = await desk.finder.explained("What is complete response in CLL?", TODAY, before=before)
    assert list(again.dense) == other
    of_another = Embedded("another text", other)
    now = await desk.finder.explained("What is complete response in CLL?", TODAY, before=of_another)
    assert list(now.dense) == list(first.dense)


async def test_an_edition_that_is_not_in_force_admits_nothing(desk: Desk) -> None:
    await ask(desk, "uncovered", "What is a full answer in Zorvic syndrome?")
    parts = edition(
        "later",
        {"Full answer": ["A full answer in Zorvic syndrome means that no glorps are left."]},
        disease="zorvic syndrome",
        effective_date="2099-01-01",
    )
    assert not admitted(await arrived(desk, parts))


def alignment(places: Sequence[str], kinds: Sequence[int]) -> EditionIngested:
    changes = [
        PassageChange(
            new_occurrence_id=place,
            sentences=[SentenceChange(kind=kind, new_occurrence_id=place)],  # type: ignore[arg-type]
        )
        for place, kind in zip(places, kinds, strict=True)
    ]
    listed = AlignmentListed(from_edition_id="cll-response@2018", changes=changes)
    return EditionIngested(
        edition_id="cll-response@2026", guideline_id="cll-response", alignment=listed
    )
