"""Evidence in, messages out: what is stored first is what is published, always."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

import pytest
from opentelemetry import trace
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from services.generation.guidelines import Guideline, retrieved
from services.generation.invented import SECTIONS

from plumbline.common.v1.status_pb2 import (
    OUTCOME_NOT_COVERED,
    STAGE_WRITTEN,
    QuestionEnded,
    QuestionProgressed,
)
from plumbline.generation.v1.events_pb2 import AnswerDrafted, Draft, MadeBy
from plumbline.retrieval.v1.events_pb2 import EvidenceRetrieved
from plumbline.topics import topic_of
from plumbline_bus import Reject
from plumbline_generation.composer import Refusal
from plumbline_generation.extractive import ExtractiveComposer
from plumbline_generation.handlers import on_evidence_retrieved
from plumbline_generation.results import open_results
from plumbline_generation.telemetry import composing

QUESTION = "What is the difference between a full response and a half response?"


class FakeComposer:
    """Says something else each time it is asked, and counts."""

    def __init__(self, *answers: Draft | Refusal) -> None:
        self.made_by = MadeBy(kind="extractive", name="composer/fake", version="1")
        self.asked = 0
        self._answers = answers

    async def compose(self, retrieved: EvidenceRetrieved) -> Draft | Refusal:
        self.asked += 1
        return self._answers[min(self.asked, len(self._answers)) - 1]


async def test_a_draft_is_published_with_its_progress(tmp_path: Path) -> None:
    evidence = retrieved(QUESTION, Guideline(SECTIONS))
    with open_results(tmp_path / "results.sqlite") as results:
        drafted, progressed = await on_evidence_retrieved(
            evidence, composer=ExtractiveComposer(), results=results
        )
    assert isinstance(drafted, AnswerDrafted)
    assert isinstance(progressed, QuestionProgressed)
    assert drafted.run == evidence.run
    assert drafted.retrieval == evidence.retrieval
    assert drafted.attempt == 1
    assert progressed.stage == STAGE_WRITTEN
    assert progressed.count == len(drafted.draft.claims) > 0
    assert drafted.ByteSize() < topic_of(drafted).max_bytes


async def test_a_refusal_ends_the_question_with_the_nearest_titles(tmp_path: Path) -> None:
    evidence = retrieved("What is a flumox?", Guideline(SECTIONS))
    with open_results(tmp_path / "results.sqlite") as results:
        (ended,) = await on_evidence_retrieved(
            evidence, composer=ExtractiveComposer(), results=results
        )
    assert isinstance(ended, QuestionEnded)
    assert ended.run == evidence.run
    assert ended.outcome == OUTCOME_NOT_COVERED
    assert ended.reason_code == "focus-not-in-evidence"
    assert list(ended.nearest_titles) == ["Guideline zorvic-response"]


async def test_the_first_result_stands_whatever_is_composed_later(tmp_path: Path) -> None:
    evidence = retrieved(QUESTION, Guideline(SECTIONS))
    composer = FakeComposer(Draft(title="first"), Draft(title="second"))
    with open_results(tmp_path / "results.sqlite") as results:
        first = await on_evidence_retrieved(evidence, composer=composer, results=results)
    with open_results(tmp_path / "results.sqlite") as results:
        again = await on_evidence_retrieved(evidence, composer=composer, results=results)
    assert first == again
    assert composer.asked == 1


async def test_an_ending_stands_too(tmp_path: Path) -> None:
    evidence = retrieved(QUESTION, Guideline(SECTIONS))
    composer = FakeComposer(Refusal("first"), Draft(title="second"))
    with open_results(tmp_path / "results.sqlite") as results:
        first = await on_evidence_retrieved(evidence, composer=composer, results=results)
        again = await on_evidence_retrieved(evidence, composer=composer, results=results)
    assert first == again
    assert isinstance(again[0], QuestionEnded)


async def test_another_attempt_is_composed_anew(tmp_path: Path) -> None:
    composer = FakeComposer(Draft(title="first"), Draft(title="second"))
    with open_results(tmp_path / "results.sqlite") as results:
        for attempt, title in ((1, "first"), (2, "second")):
            evidence = retrieved(QUESTION, Guideline(SECTIONS), attempt=attempt)
            drafted, _ = await on_evidence_retrieved(evidence, composer=composer, results=results)
            assert isinstance(drafted, AnswerDrafted)
            assert drafted.draft.title == title
            assert drafted.attempt == attempt


@pytest.mark.parametrize("field", ["question", "run"])
async def test_evidence_without_question_or_run_is_rejected(
    tmp_path: Path, field: Literal["question", "run"]
) -> None:
    evidence = retrieved(QUESTION, Guideline(SECTIONS))
    evidence.ClearField(field)
    with open_results(tmp_path / "results.sqlite") as results, pytest.raises(Reject) as caught:
        await on_evidence_retrieved(evidence, composer=FakeComposer(Draft()), results=results)
    assert caught.value.reason == f"no-{field}"


def test_the_span_names_the_composer_and_no_word_of_the_question() -> None:
    spans = InMemorySpanExporter()
    provider = TracerProvider()
    provider.add_span_processor(SimpleSpanProcessor(spans))
    evidence = retrieved("secretword about a flumox", Guideline(SECTIONS))
    made_by = ExtractiveComposer().made_by
    with composing(evidence, made_by, provider.get_tracer("test")) as said:
        said.refused("focus-not-in-evidence")
    (span,) = spans.get_finished_spans()
    attributes = dict(span.attributes or {})
    assert attributes["gen_ai.operation.name"] == "text_completion"
    assert attributes["gen_ai.request.model"] == (f"composer/extractive@1+{made_by.rules_sha256}")
    assert attributes["plumbline.answer.id"] == evidence.run.answer_id
    assert "secretword" not in span.to_json()
    assert trace.get_current_span() is trace.INVALID_SPAN
