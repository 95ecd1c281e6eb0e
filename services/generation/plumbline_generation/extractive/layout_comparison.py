"""The page that sets two terms side by side."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from plumbline_generation.extractive import glue
from plumbline_generation.extractive.context import Background, units_in
from plumbline_generation.extractive.cues import SETS_SIDE_BY_SIDE
from plumbline_generation.extractive.evidence import Library, Unit
from plumbline_generation.extractive.gaps import empty_cells, marks_of, missing_facets
from plumbline_generation.extractive.glossary import Glossary, label_of
from plumbline_generation.extractive.listing import listed
from plumbline_generation.extractive.meaning import Meanings
from plumbline_generation.extractive.naming import naming_stems
from plumbline_generation.extractive.plan import Fixed, Line, Part, Plan, Said, Table
from plumbline_generation.extractive.reading import quantity_ranges
from plumbline_generation.extractive.sides import Hold, Sides
from plumbline_generation.extractive.slots import Aligner, Slot
from plumbline_generation.extractive.statements import (
    Quote,
    in_cell,
    is_long,
    means,
    quoted,
    whole,
    without_parts,
)
from plumbline_generation.extractive.terms import Term
from plumbline_generation.extractive.titles import comparison_title

MOST_IN_CELL = 3  # quotes; a cell is read at a glance
MOST_JOINT = 2  # sentences that answer before the table does


def compare(one: Term, other: Term, library: Library, glossary: Glossary) -> Plan | None:
    """The page of a comparison, columns in the order asked; None when nothing is said of either."""
    terms = (one, other)
    sides = Sides(terms, library, glossary)
    background, meanings = Background(sides, library), Meanings(sides, library)
    rows = [fair for row in Aligner(sides, library, glossary).rows() if (fair := _fair(row, sides))]
    lines = tuple(line for row in rows if any((line := _line(row, sides)).cells))
    if not any(all(line.cells) for line in lines):
        lines = ()  # with one column empty in every row, nothing stands side by side
    in_rows = {unit for row in rows for cell in row.cells for unit in cell}
    table = Table(tuple(term.label for term in terms), lines)
    meant = [meanings.of(side) for side in range(len(terms))]
    if not rows and not any(meant):
        return None
    meaning = _meaning(terms, meant, meanings)
    parts = [meaning, glue.side_by_side(table) if lines else _apart(terms, rows)]
    joint = [] if any(_defined(found, sides) for found in meant) else _joint(sides, library)
    used = units_in(_quotes(parts)) | in_rows | set(joint)
    why = background.why(used)
    context = background.context(used | set(why))
    not_stated = (
        *empty_cells(lines, terms),
        *missing_facets(sides, library, marks_of(rows, sides)),
    )
    return Plan(
        question_type="comparison",
        title=comparison_title(one, other, library),
        parts=(
            _key_points(terms, meant, joint, background.caution(context)),
            *parts,
            glue.why([Said(quoted(why))]),
            glue.context([Said(quoted(context))]),
            glue.questions(Fixed(glue.QUESTIONS_COMPARISON, {"x": one.name, "y": other.name})),
            glue.own_case(),
            glue.gaps(not_stated),
        ),
        not_stated=not_stated,
    )


def _apart(terms: Sequence[Term], rows: Sequence[Slot]) -> Part:
    """The marks of each term by itself."""
    return glue.marks(
        Said(listed(list(dict.fromkeys(u for row in rows for u in row.cells[side]))), term.label)
        for side, term in enumerate(terms)
    )


def _fair(row: Slot, sides: Sides) -> Slot | None:
    """The row, without figures that were seen in different groups of people.

    A sentence that only mentions its side ("rash was seen in 25 % of those who took Z") is set
    beside another of the same section; elsewhere other people were asked other things.
    """
    if not all(sides.about(unit).hold == Hold.MENTION for cell in row.cells for unit in cell):
        return row
    shared = set.intersection(*({unit.section for unit in cell} for cell in row.cells))
    cells = [[unit for unit in cell if unit.section in shared] for cell in row.cells]
    same = [[unit.text for unit in cell] for cell in cells]
    figures = [len(quantity_ranges(text)) for text in same[0]]
    if not shared or (same[0] == same[1] and max(figures) < len(cells)):
        return None
    return replace(row, cells=cells)


def _defined(found: Sequence[Quote], sides: Sides) -> bool:
    return bool(found) and any(means(unit, sides) for unit in found[0])


def _joint(sides: Sides, library: Library) -> list[Unit]:
    """Sentences that set the two side by side themselves, those with "than" or "as … as" first."""
    found = [
        unit
        for unit in library.stating()
        if not unit.is_cell
        and len(sides.about(unit).mentioned) == sides.count
        and not sides.about(unit).other
        and SETS_SIDE_BY_SIDE.search(unit.text)
        and whole(unit)
    ]
    return sorted(found, key=lambda unit: bool(quantity_ranges(unit.text)))[:MOST_JOINT]


def _key_points(
    terms: Sequence[Term],
    meant: Sequence[Sequence[Quote]],
    joint: Sequence[Unit],
    caution: Unit | None,
) -> Part:
    if joint:
        return glue.key_points([Said(quoted(joint))])
    leads = [
        Said(tuple(found[:1]), term.label)
        for term, found in zip(terms, meant, strict=True)
        if found
    ]
    return glue.key_points([*leads, *([Said(quoted([caution]))] if caution else [])])


def _meaning(terms: Sequence[Term], meant: Sequence[Sequence[Quote]], meanings: Meanings) -> Part:
    blocks = []
    for side, term in enumerate(terms):
        found = [*meant[side], *quoted(meanings.counting(side))]
        blocks.append(Said(without_parts(found), term.label))
    return glue.meaning([*blocks, Said(quoted(meanings.related()))])


def _line(row: Slot, sides: Sides) -> Line:
    cells = (_cell(units, sides, naming_stems(row.label)) for units in row.cells)
    return Line(row.key, row.label, tuple(cells))


def _cell(units: Sequence[Unit], sides: Sides, name: frozenset[str]) -> tuple[Quote, ...]:
    short = [unit for unit in units if not is_long(unit)] or list(units)
    found = (in_cell(unit, sides) for unit in short)
    quotes = tuple(quote for quote in found if quote)[:MOST_IN_CELL]
    return tuple((_without_label(q[0], name),) if len(q) == 1 else q for q in quotes)


def _without_label(unit: Unit, name: frozenset[str]) -> Unit:
    """The unit without the label that the row already says."""
    label = label_of(unit.text)
    if not label or naming_stems(label) != name:
        return unit
    left = unit.text[unit.text.index(":") + 1 :].lstrip()
    return replace(unit, start=unit.end - len(left), text=left) if left else unit


def _quotes(parts: Iterable[Part]) -> list[Quote]:
    return Plan("", "", tuple(parts)).quotes()
