"""The marks of each side: units that may fill a cell, with the words that may name their row."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from plumbline_generation.extractive.evidence import Library, Unit
from plumbline_generation.extractive.glossary import Glossary, label_of
from plumbline_generation.extractive.naming import Run, opening_end, parts_of, runs_of, telling
from plumbline_generation.extractive.reading import Stems, quantity_ranges, tokens
from plumbline_generation.extractive.sides import Hold, Sides
from plumbline_generation.extractive.statements import criterion, defines, states_mark

ELSEWHERE: Final = -1  # the side of marks of a category that was not asked about


@dataclass(frozen=True)
class Mark:
    """A unit that may fill a cell: its sides and the words that may name what it measures.

    `shared` are the stems of every run and part of a run; `opening` of those before its first verb
    or quantity. `weak`: it names its side in passing and states no quantity; it stands in a row
    only beside another that opens with the same name.
    """

    unit: Unit
    place: int
    sides: frozenset[int]
    runs: tuple[Run, ...]
    shared: frozenset[Stems]
    opening: frozenset[Stems]
    weak: bool


class Marks:
    """Reads the marks of a library for the sides of a page."""

    def __init__(self, sides: Sides, library: Library, glossary: Glossary) -> None:
        self._sides = sides
        self._glossary = glossary
        self._units = tuple(library.stating())
        self._places = {unit: place for place, unit in enumerate(library.units)}

    def of_sides(self) -> list[Mark]:
        """Marks of the sides that were asked about."""
        return [self._mark(unit) for unit in self._units if criterion(unit, self._sides)]

    def of_several(self) -> list[Mark]:
        """Marks that state several quantities, without those that a label ties to one row."""
        return [
            mark
            for mark in self.of_sides()
            if sum(word.low[0].isdigit() for word in tokens(mark.unit.text)) > 1
            and not mark.unit.is_cell
            and not mark.weak
            and (not label_of(mark.unit.text) or self._sides.named_in(label_of(mark.unit.text)))
        ]

    def of_others(self) -> list[Mark]:
        """Marks of categories that were not asked about: they show what the evidence measures."""
        return [
            self._mark(unit, {ELSEWHERE})
            for unit in self._units
            if not unit.is_cell and not self._sides.about(unit).sides and states_mark(unit)
        ]

    def defining(self) -> list[Mark]:
        """Definitions that state a quantity: they fill a cell that nothing else fills."""
        return [
            self._mark(unit)
            for unit in self._units
            if quantity_ranges(unit.text)
            and any(defines(unit, side, self._sides) for side in self._sides.about(unit).sides)
        ]

    def _mark(self, unit: Unit, sides: Iterable[int] | None = None) -> Mark:
        spots = self._sides.spots(unit.text)
        names = {at for spot in spots for at in range(spot.start, spot.end)}
        names |= {
            at for at, word in enumerate(tokens(unit.text)) if self._glossary.is_disease([word])
        }
        runs, end = runs_of(unit.text, names), opening_end(unit.text)
        held = self._sides.about(unit).hold
        weak = held == Hold.MENTION and not quantity_ranges(unit.text)
        opening = frozenset(part for run in runs if run[0].start < end for part in parts_of(run))
        if not weak and not any(telling(run) for run in runs):
            runs = runs_of(unit.text, names, units=True)
        return Mark(
            unit=unit,
            place=self._places[unit],
            sides=self._row_sides(unit) if sides is None else frozenset(sides),
            runs=runs,
            shared=opening if weak else frozenset(part for run in runs for part in parts_of(run)),
            opening=opening,
            weak=weak,
        )

    def _row_sides(self, unit: Unit) -> frozenset[int]:
        """A sentence that names both sides, each with its quantity, stands on both."""
        about = self._sides.about(unit)
        both = len(about.mentioned) > 1 and len(quantity_ranges(unit.text)) > 1
        return about.mentioned if both else about.sides
