"""A guideline that nobody wrote for us is answered from as well as the demonstration corpus."""

from __future__ import annotations

import random
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from system.contract import check_page, check_published
from system.served import Served, served, table_of

from plumbline_clinical.quantities import numbers

pytestmark = pytest.mark.slow

SYLLABLES = ["zor", "vic", "mal", "ten", "qui", "dra", "bex", "lum", "pra", "nok", "fim", "gul"]


def invented(rng: random.Random, syllables: int = 2) -> str:
    return "".join(rng.sample(SYLLABLES, syllables))


class Invention:
    """A disease, two categories, three measured things, their numbers and units: all made up."""

    def __init__(self, seed: int) -> None:
        rng = random.Random(seed)
        self.disease = f"{invented(rng, 3)} syndrome"
        self.full, self.half = f"full {invented(rng)}", f"half {invented(rng)}"
        self.things = [
            f"{invented(rng, 3)} count",
            f"{invented(rng, 3)} level",
            f"{invented(rng, 3)} size",
        ]
        self.unit = invented(rng)
        self.numbers = rng.sample(range(12, 99), 6)

    def rows(self) -> list[tuple[str, str, str]]:
        n, u = self.numbers, self.unit
        return [
            (self.things[0], f"below {n[0]} {u}", f"below {n[1]} {u}"),
            (self.things[1], f"≥{n[2]} × 10⁹/L", f"≥{n[3]} × 10⁹/L"),
            (self.things[2], f"down by {n[4]}% or more", f"down by {n[5]}% or more"),
        ]

    def lead(self) -> str:
        return (
            f"# {self.disease.capitalize()}: judging the result\n\n## What the words mean\n\n"
            f"{self.full.capitalize()} means that no sign of {self.disease} is left.\n"
            f"{self.half.capitalize()} means that some sign of {self.disease} is left.\n\n"
        )

    def as_lists(self) -> str:
        parts = [self.lead()]
        for index, category in ((1, self.full), (2, self.half)):
            items = "".join(f"- {row[0].capitalize()}: {row[index]}.\n" for row in self.rows())
            parts.append(
                f"## {category.capitalize()}\n\n"
                f"These findings are listed for {category}:\n\n{items}\n"
            )
        return "".join(parts)

    def as_table(self) -> str:
        rows = "".join(f"| {a.capitalize()} | {b} | {c} |\n" for a, b, c in self.rows())
        columns = f"{self.full.capitalize()} | {self.half.capitalize()}"
        head = f"| What is measured | {columns} |\n|---|---|---|\n"
        return f"{self.lead()}## Findings side by side\n\n{head}{rows}\n"

    def as_sentences(self) -> str:
        lines = [
            f"In {category}, the {row[0]} is {row[index]}."
            for row in self.rows()
            for index, category in ((1, self.full), (2, self.half))
        ]
        return f"{self.lead()}## Findings\n\n" + "\n".join(lines) + "\n"

    def write(self, folder: Path, text: str) -> Path:
        folder.mkdir(parents=True)
        (folder / "text.md").write_text(text)
        (folder / "guideline.toml").write_text(
            f'id = "{self.disease.replace(" ", "-")}"\n'
            f'title = "{self.disease.capitalize()}: judging the result"\npublisher = "Test"\n'
            'version = "2026"\neffective_date = 2026-01-31\nlicence = "CC-BY-4.0"\n'
            f'files = ["text.md"]\n[scope]\ndisease = "{self.disease}"\n'
        )
        return folder


@pytest.fixture(scope="module", params=["as_lists", "as_table", "as_sentences"])
def asked(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[Served, Invention]]:
    """A server with the demonstration corpus and one invention, written in one of three ways."""
    from system.conftest import GUIDELINES

    folder = tmp_path_factory.mktemp(request.param)
    invention = Invention(seed=len(request.param))
    with served(folder / "home", GUIDELINES) as server:
        path = invention.write(folder / "guideline", getattr(invention, request.param)())
        (result,) = server.ingest(path)
        assert result["status"] == "ingested", result
        yield server, invention


def _only_from(answer: dict[str, Any], invention: Invention) -> None:
    check_published(answer)
    assert {p["guideline_id"] for p in answer["passages"]} == {invention.disease.replace(" ", "-")}
    allowed = {n for row in invention.rows() for cell in row[1:] for n in numbers(cell)}
    assert {n for c in answer["claims"] for n in numbers(c["text"])} <= allowed


def test_a_comparison_fills_every_row(asked: tuple[Served, Invention]) -> None:
    server, it = asked
    answer = server.ask(f"What is {it.half} vs {it.full} in {it.disease}?")
    _only_from(answer, it)
    assert answer["question"]["type"] == "comparison"
    table = table_of(answer)
    said = {
        column.lower(): " ".join(text for row in table.values() for text in row[column])
        for column in next(iter(table.values()))
    }
    (full,) = [text for column, text in said.items() if it.full in column]
    (half,) = [text for column, text in said.items() if it.half in column]
    for _, of_full, of_half in it.rows():
        assert of_full in full, (of_full, table)
        assert of_half in half, (of_half, table)
        assert of_full not in half
    assert len(table) == 3
    page = server.get(answer["url"].removeprefix(server.url))
    check_page(page.content, answer)


def test_a_definition_is_published(asked: tuple[Served, Invention]) -> None:
    server, it = asked
    answer = server.ask(f"What does {it.full} mean in {it.disease}?")
    _only_from(answer, it)
    assert answer["question"]["type"] == "definition"
    text = " ".join(c["text"] for c in answer["claims"])
    assert f"no sign of {it.disease}" in text


def test_what_it_does_not_say_is_not_answered(asked: tuple[Served, Invention]) -> None:
    server, it = asked
    for question in (
        f"What is complete response in {it.disease}?",
        f"What is {it.full} in CLL?",
        f"Which vaccine helps against {it.disease}?",
    ):
        assert server.ask(question)["status"] == "not_covered", question
