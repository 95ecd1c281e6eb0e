"""What a start does before it is ready: guidelines go in, questions are asked."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TypeVar

import httpx
from tqdm import tqdm

from plumbline_embedded.documents import MANIFEST
from plumbline_embedded.home import Home
from plumbline_embedded.ingesting import open_ingester

T = TypeVar("T")

QUESTIONS = "questions.txt"
QUESTION_SECONDS = 60


async def first_start(home: Home, url: str, guidelines: Path) -> None:
    """Ingest every guideline folder (what is there already stays); ask the lines of questions.txt.

    A guideline that is refused is named on standard error; the rest goes on.
    """
    manifests, questions = _handed_out(guidelines)
    async with open_ingester(home.ingest_socket, url) as ingester:
        for manifest in _shown(manifests, "guidelines"):
            result = await ingester.hand_in(manifest)
            if result["status"] == "refused":
                sys.stderr.write(f"{manifest}: refused: {result['reason']}\n")
    if questions:
        await _ask(url, questions)


def _handed_out(guidelines: Path) -> tuple[list[Path], list[str]]:
    asked = guidelines / QUESTIONS
    lines = asked.read_text("utf-8").splitlines() if asked.exists() else []
    return sorted(guidelines.rglob(MANIFEST)), [line.strip() for line in lines if line.strip()]


async def _ask(url: str, questions: list[str]) -> None:
    async with httpx.AsyncClient(base_url=url, timeout=QUESTION_SECONDS + 5) as site:
        for question in _shown(questions, "questions"):
            await site.post(
                "/v1/questions",
                json={"question": question},
                headers={"Prefer": f"wait={QUESTION_SECONDS}"},
            )


def _shown(things: list[T], what: str) -> tqdm[T]:
    return tqdm(things, desc=what, leave=False, disable=not sys.stderr.isatty())
