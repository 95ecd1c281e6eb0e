"""Admission against brute force: it names whom asking everybody again would find."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from services.retrieval.corpus import TODAY, Desk, event, open_desk
from system.test_crash import questions

from plumbline.common.v1.common_pb2 import Run
from plumbline.gateway.v1.events_pb2 import QuestionAsked
from plumbline.retrieval.v1.events_pb2 import EditionIndexed
from plumbline_ingest.documents import Document
from plumbline_ingest.edition import Edition, make_edition
from plumbline_ingest.manifest import parse_manifest
from plumbline_retrieval.embed import open_embedder
from plumbline_retrieval.found import Found
from plumbline_retrieval.handlers import on_edition_ingested, on_question_asked
from plumbline_retrieval.model_files import MODEL_PACKAGE
from plumbline_retrieval.questions import FOREMOST

pytestmark = [pytest.mark.eval, pytest.mark.timeout(1800)]
GUIDELINES = Path(__file__).parents[2] / "deploy" / "guidelines"
RECALL, PRECISION = 0.99, 0.9


def guidelines() -> Iterator[Edition]:
    """The demonstration guidelines, each in its newest edition."""
    for folder in sorted(path.parent for path in GUIDELINES.glob("*/guideline.toml")):
        if folder.name.endswith("-2008"):
            continue
        manifest = parse_manifest((folder / "guideline.toml").read_text("utf-8"))
        files = [Document(name, (folder / name).read_bytes()) for name in manifest.files]
        yield make_edition(manifest, files)


async def test_whom_a_new_guideline_concerns_is_found_without_asking_everybody(
    tmp_path: Path,
) -> None:
    """Each guideline in turn is the new one; every question was asked before it came."""
    embedder = open_embedder(MODEL_PACKAGE, tmp_path)
    assert embedder is not None
    editions, right, named, truly = list(guidelines()), 0, 0, 0
    seconds = {"admission": 0.0, "brute force": 0.0}
    for number, new in enumerate(editions):
        directory = tmp_path / str(number)
        directory.mkdir()
        with open_desk(directory, embedder) as desk:
            for edition in editions:
                if edition is not new:
                    await hand_in(desk, edition)
            for index, question in enumerate(questions()):
                await ask(desk, f"{index:032x}", question)
            began = time.perf_counter()
            indexed = await hand_in(desk, new)
            seconds["admission"] += time.perf_counter() - began
            began = time.perf_counter()
            entered = await brute_force(desk, new)
            seconds["brute force"] += time.perf_counter() - began
            said = {run.answer_id for run in indexed.admitted}
            right, named, truly = (
                right + len(said & entered),
                named + len(said),
                truly + len(entered),
            )
    embedder.close()
    recall, precision = right / max(1, truly), right / max(1, named)
    print(
        f"\n{len(editions)} new guidelines × {len(questions())} questions: {truly} entered, "
        f"{named} named\n  recall {recall:.4f} (bar {RECALL}), precision {precision:.4f} "
        f"(bar {PRECISION})\n  "
        + ", ".join(f"{name} {value:.1f} s" for name, value in seconds.items())
    )
    assert recall >= RECALL
    assert precision >= PRECISION


async def ask(desk: Desk, answer_id: str, question: str) -> None:
    run = Run(answer_id=answer_id, revision=1, audience="patient", locale="en")
    await on_question_asked(
        event(QuestionAsked(run=run, question=question)),
        finder=desk.finder,
        results=desk.results,
        questions=desk.questions,
    )


async def hand_in(desk: Desk, edition: Edition) -> EditionIndexed:
    for part in edition.parts():
        said = await on_edition_ingested(event(part), intake=desk.intake, admission=desk.admission)
    (indexed,) = said
    assert isinstance(indexed, EditionIndexed)
    return indexed


async def brute_force(desk: Desk, new: Edition) -> set[str]:
    """Every question asked again: whose foremost evidence has a passage of the new edition."""
    places = {passage.occurrence_id for passage in new.passages}
    entered = set()
    for index, question in enumerate(questions()):
        found = await desk.finder.find(question, TODAY, "patient")
        if isinstance(found, Found) and any(
            one.passage.occurrence_id in places for one in found.evidence[:FOREMOST]
        ):
            entered.add(f"{index:032x}")
    return entered
