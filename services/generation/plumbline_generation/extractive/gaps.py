"""What was looked for in the evidence and not found."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from plumbline_generation.extractive.cues import COUNTING, LASTING, LIVING
from plumbline_generation.extractive.evidence import Library
from plumbline_generation.extractive.plan import Line
from plumbline_generation.extractive.sides import Hold, Sides
from plumbline_generation.extractive.slots import Slot
from plumbline_generation.extractive.terms import Term

# Asked of every set of marks; the words are ours.
FACETS: Final = (
    (COUNTING, "How many of these findings are needed"),
    (LASTING, "How long it must last before it counts"),
    (LIVING, "What it means for how long a person lives"),
)
FIGURE: Final = re.compile(r"(?<![^\W\d_])\d+(?![^\W\d_])|[<>≤≥=±]")
FEWEST_MARKS: Final = 2  # of a single mark nobody asks how many are needed


def empty_cells(lines: Iterable[Line], terms: Sequence[Term]) -> Iterator[str]:
    """One line for each cell that the evidence leaves empty, each line once."""
    missing = (
        f"{_named(line.label, 'Something listed')} for {_named(term.name, 'each thing compared')}"
        for line in lines
        for cell, term in zip(line.cells, terms, strict=True)
        if not cell
    )
    yield from dict.fromkeys(missing)


def _named(name: str, instead: str) -> str:
    """The name in quotation marks; a figure has no place on a page without a citation."""
    return instead if FIGURE.search(name) else f"“{name}”"


def marks_of(rows: Iterable[Slot], sides: Sides) -> int:
    """How many rows hold marks that decide a category, and not figures that mention it."""
    return sum(
        any(sides.about(unit).hold != Hold.MENTION for cell in row.cells for unit in cell)
        for row in rows
    )


def missing_facets(sides: Sides, library: Library, marks: int) -> Iterator[str]:
    """The general questions that nothing said about the terms answers."""
    if marks < FEWEST_MARKS:
        return
    texts = [
        unit.text
        for unit in library.units
        if sides.about(unit).sides or sides.about(unit).mentioned
    ]
    for cue, words in FACETS:
        if not any(cue.search(text) for text in texts):
            yield words
