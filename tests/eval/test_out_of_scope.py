"""Questions on what is not held: each must end not covered, and how many do not is the figure."""

from __future__ import annotations

import os
import random
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from eval.asking import Ending, counted, endings, holding, holding_set
from eval.sets import read_set
from eval.test_ingest import rows
from system.conftest import GUIDELINES
from system.in_process import Whole

DATA = os.environ.get("PLUMBLINE_EVAL_DATA", "")
pytestmark = [
    pytest.mark.eval,
    pytest.mark.timeout(3600),
    pytest.mark.skipif(not DATA, reason="PLUMBLINE_EVAL_DATA names no folder of questions"),
]
HELD = ("demonstration guidelines", "nci_pdq")
# File, and the field that holds the question. Other diseases; other subjects; nothing medical.
ASKED = {
    "k_qa": ("questions.jsonl", "question"),
    "medquad": ("questions.jsonl", "question"),
    "expertqa": ("questions.jsonl", "question"),
    "xstest": ("prompts.jsonl", "text"),
}
SAMPLE, SEED = 100, 20261128  # of each


@asynccontextmanager
async def plumbline_with(held: str, folder: Path) -> AsyncIterator[Whole]:
    """Plumbline that holds the demonstration guidelines, or the pages of a set."""
    if held == HELD[0]:
        async with holding(folder / "home", GUIDELINES) as plumbline:
            yield plumbline
    else:
        made = read_set(Path(DATA), held)
        async with holding_set(made, Path(DATA), folder) as plumbline:
            yield plumbline


def sampled(name: str) -> list[tuple[str, str]]:
    """Ids and questions of a set, a sample that every run has the same."""
    file, field = ASKED[name]
    found = [(str(row["id"]), str(row[field])) for row in rows(Path(DATA) / name / file)]
    return random.Random(SEED).sample(found, min(SAMPLE, len(found)))


@pytest.mark.parametrize("held", HELD)
async def test_what_is_not_held_ends_not_covered(held: str, tmp_path: Path) -> None:
    async with plumbline_with(held, tmp_path) as plumbline:
        for name in ASKED:
            asked = sampled(name)
            found = await endings(plumbline, [text for _, text in asked], f"{name} → {held}")
            report(name, held, [one for one, _ in asked], found)


def report(name: str, held: str, ids: Sequence[str], found: Sequence[Ending]) -> None:
    """How they ended; the answered ones by id, to be looked at: some are answered rightly."""
    answered = [one for one, end in zip(ids, found, strict=True) if end.status == "published"]
    print(f"\n\n{name} asked of {held}, {len(found)} questions: {counted(found)}")
    print(f"answered: {len(answered)} ({100 * len(answered) / len(found):.1f} %): {answered}")
