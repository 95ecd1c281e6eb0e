"""The rows of a comparison: what is measured, and what each side says of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from plumbline_generation.extractive.cues import NOTE_LABELS
from plumbline_generation.extractive.evidence import Library, Unit
from plumbline_generation.extractive.glossary import Glossary, label_of
from plumbline_generation.extractive.marks import ELSEWHERE, Mark, Marks
from plumbline_generation.extractive.naming import (
    is_name,
    is_weak,
    machine_name,
    measured_in,
    naming_stems,
    opening_end,
    parts_of,
    surface_of,
    telling,
)
from plumbline_generation.extractive.reading import Stems, quantity_ranges, tokens
from plumbline_generation.extractive.rivals import contains
from plumbline_generation.extractive.sides import Hold, Sides


@dataclass
class Slot:
    """One row: a key for machines, a label for readers, and the units of each side."""

    key: str
    label: str
    cells: list[list[Unit]]
    concepts: frozenset[str]
    stems: frozenset[str]
    place: int


class Aligner:
    """Puts the marks of all sides into rows."""

    def __init__(self, sides: Sides, library: Library, glossary: Glossary) -> None:
        self._sides = sides
        self._marks = Marks(sides, library, glossary)
        self._slots: list[Slot] = []

    def rows(self) -> list[Slot]:
        """Every row of either side, in the order of the evidence."""
        left, others = self._marks.of_sides(), self._marks.of_others()
        left = [mark for mark in left if mark.weak or not self._by_own_name(mark)]
        left = self._by_name_around(left, others)
        left = [mark for mark in left if not self._by_known_name(mark)]
        left = self._by_shared_name(left, ())
        left = self._by_shared_name([mark for mark in left if not mark.weak], others)
        for mark in left:
            self._by_opening(mark)
        self._by_definitions(self._marks.defining())
        for mark in self._marks.of_several():
            self._fill_empty(mark)
        return sorted(self._merged(), key=lambda slot: slot.place)

    # A row by its own name: a header, a label, or a measured thing that the lexicon knows.

    def _by_own_name(self, mark: Mark) -> bool:
        if name := self._header(mark.unit) if mark.unit.is_cell else self._label(mark.unit):
            self._put(mark, name, frozenset(found.id for found, _ in measured_in(name)))
            return True
        found = measured_in(mark.unit.text)
        end = opening_end(mark.unit.text)
        first = [known for known, start in found if start < end] or [
            known for known, _ in found[:1]
        ]
        for known in dict.fromkeys(first):
            self._put(mark, known.label, frozenset({known.id}))
        return bool(first)

    def _header(self, unit: Unit) -> str:
        """The header that names no category."""
        held = self._sides.about(unit).hold
        headers = (header.text for header in (unit.row, unit.column) if header)
        return next(
            (text for text in headers if held != Hold.HEADER or not self._sides.named_in(text)), ""
        )

    def _label(self, unit: Unit) -> str:
        label = label_of(unit.text)
        if not is_name(label) or self._sides.named_in(label):
            return ""
        return label if any(word.low not in NOTE_LABELS for word in tokens(label)) else ""

    # A row by the lead-in or heading it stands under: "Z count", over "Full: below 4", "Half: …".

    def _by_name_around(self, marks: list[Mark], others: Sequence[Mark]) -> list[Mark]:
        under: dict[str, list[Mark]] = {}
        for mark in marks:
            if name := "" if mark.weak else self._name_around(mark.unit):
                under.setdefault(name, []).append(mark)
        left = list(marks)
        for name, found in under.items():
            sides = frozenset().union(*(mark.sides for mark in found))
            beside = any(self._name_around(mark.unit) == name for mark in others)
            nameless = [mark for mark in found if not any(map(is_strong, mark.opening))]
            if nameless and (len(sides) > 1 or beside):
                for mark in nameless:
                    self._put(mark, name, frozenset(known.id for known, _ in measured_in(name)))
                left = [mark for mark in left if mark not in nameless]
        return left

    def _name_around(self, unit: Unit) -> str:
        around = [unit.lead_in.text.rstrip(" :")] if unit.lead_in else list(unit.section[1:])[-1:]
        for text in around:
            if not self._sides.named_in(text) and is_name(text):
                return text
        return ""

    # A row whose name is known from elsewhere.

    def _by_known_name(self, mark: Mark) -> bool:
        names = {frozenset(part) for part in mark.shared}
        known = [slot for slot in self._slots if not slot.concepts and slot.stems in names]
        if known:
            self._fill(max(known, key=lambda slot: (len(slot.stems), -slot.place)), mark)
        return bool(known)

    # A row whose name marks of several sides share.

    def _by_shared_name(self, marks: list[Mark], others: Sequence[Mark]) -> list[Mark]:
        left = list(marks)
        while best := self._best_shared(left, others):
            opening = [mark for mark in left if best in mark.opening]
            held = frozenset().union(*(mark.sides for mark in opening))
            inside = [mark for mark in left if best in mark.shared and not mark.sides & held]
            members = opening + [mark for mark in inside if mark not in opening]
            label = surface_of(best, members[0].unit.text, members[0].runs)
            for mark in members:
                self._put(mark, label, frozenset())
            left = [mark for mark in left if mark not in members]
        return left

    def _best_shared(self, marks: Sequence[Mark], others: Sequence[Mark]) -> Stems | None:
        """The name that most often opens its marks, of fewest marks a side, of most words."""
        scores: dict[Stems, tuple[bool, int, float, int, int]] = {}
        among = [*marks, *others]
        for part in {part for mark in marks for part in mark.shared if not is_weak(part)}:
            using = [mark for mark in among if part in mark.shared]
            if len(frozenset().union(*(mark.sides for mark in using))) < 2:
                continue
            opening = sum(part in mark.opening for mark in using) / len(using)
            sides = range(self._sides.count)
            crowd = max(sum(side in mark.sides for mark in using) for side in sides)
            first = min(mark.place for mark in marks if part in mark.shared)
            scores[part] = (opening >= 0.5, -crowd, opening, len(part), -first)
        return max(scores, key=lambda part: (scores[part], part)) if scores else None

    # A row of one side alone.

    def _by_opening(self, mark: Mark) -> None:
        """Named by the words the sentence opens with, if it states a quantity or is listed."""
        if not quantity_ranges(mark.unit.text) and not mark.unit.is_item:
            return
        for run in mark.runs:
            if telling(run):
                self._put(mark, mark.unit.text[run[0].start : run[-1].end], frozenset())
                return

    # Definitions that state quantities: they fill what nothing else fills.

    def _by_definitions(self, marks: Sequence[Mark]) -> None:
        """Each stands in empty cells of the rows it names, and in rows that definitions share."""
        for mark in marks:
            self._fill_empty(mark)
        for part in self._defined_together(marks):
            using = [mark for mark in marks if part in mark.shared]
            label = surface_of(part, using[0].unit.text, using[0].runs)
            known = any(naming_stems(label) == slot.stems for slot in self._slots)
            for mark in [] if known else using:
                self._put(mark, label, frozenset())

    def _fill_empty(self, mark: Mark) -> None:
        names = {frozenset(part) for part in mark.shared}
        for slot in self._slots:
            if slot.stems in names and not any(slot.cells[side] for side in mark.sides):
                self._fill(slot, mark)

    def _defined_together(self, marks: Sequence[Mark]) -> list[Stems]:
        """Names that definitions of several sides share, none part of another, in order."""
        shared = [
            part
            for mark in marks
            for run in mark.runs
            for part in parts_of(run)
            if is_strong(part)
            and any(part in other.shared and other.sides - mark.sides for other in marks)
        ]
        return [
            part
            for part in dict.fromkeys(shared)
            if not any(contains(other, part) for other in shared)
        ]

    def _put(self, mark: Mark, name: str, concepts: frozenset[str]) -> None:
        stems = naming_stems(name)
        for slot in self._slots:
            if slot.concepts == concepts if concepts else slot.stems == stems:
                self._fill(slot, mark)
                return
        name = name.strip()
        slot = Slot(
            key=machine_name("_".join(sorted(concepts)) or name),
            label=name[:1].upper() + name[1:],
            cells=[[] for _ in range(self._sides.count)],
            concepts=concepts,
            stems=stems,
            place=mark.place,
        )
        self._slots.append(slot)
        self._fill(slot, mark)

    def _fill(self, slot: Slot, mark: Mark) -> None:
        slot.place = min(slot.place, mark.place)
        for side in sorted(mark.sides - {ELSEWHERE}):
            if mark.unit not in slot.cells[side]:
                slot.cells[side].append(mark.unit)

    def _merged(self) -> list[Slot]:
        """A row about one of the things that another row is about belongs to that row."""
        kept: list[Slot] = []
        for slot in sorted(self._slots, key=lambda slot: (-len(slot.concepts), slot.place)):
            wider = next((other for other in kept if slot.concepts & other.concepts), None)
            if wider is None:
                kept.append(slot)
                continue
            wider.place = min(wider.place, slot.place)
            for cell, more in zip(wider.cells, slot.cells, strict=True):
                cell.extend(unit for unit in more if unit not in cell)
        return kept


def is_strong(part: Stems) -> bool:
    """Whether the words name a thing."""
    return not is_weak(part)
