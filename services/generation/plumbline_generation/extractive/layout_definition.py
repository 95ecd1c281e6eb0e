"""The page that says what one term means."""

from __future__ import annotations

from plumbline_generation.extractive import glue
from plumbline_generation.extractive.context import Background, units_in
from plumbline_generation.extractive.evidence import Library, Unit
from plumbline_generation.extractive.gaps import marks_of, missing_facets
from plumbline_generation.extractive.glossary import Glossary
from plumbline_generation.extractive.listing import listed
from plumbline_generation.extractive.meaning import Meanings
from plumbline_generation.extractive.plan import Fixed, Plan, Said
from plumbline_generation.extractive.reading import read_tokens
from plumbline_generation.extractive.sides import Hold, Sides
from plumbline_generation.extractive.slots import Aligner, Slot
from plumbline_generation.extractive.statements import is_plain, quoted, without_parts
from plumbline_generation.extractive.terms import Term
from plumbline_generation.extractive.titles import definition_title

OTHER_SIDE = "The other thing you asked to compare"
FEWEST_CELLS = 2  # one cell of a table that is about other things defines nothing
MOST_MARKS = 16  # of a list of criteria; what is longer is a document
MOST_CONTEXT = 4  # of one term; the reader asked what it is
MOST_LEADS = 2  # sentences before a reader decides whether to go on


def define(
    term: Term,
    library: Library,
    glossary: Glossary,
    *,
    half: bool = False,
    plainly: bool = False,
) -> Plan | None:
    """The page of one term; None when the evidence names the term but says nothing of it.

    `half`: it was to be compared with something that does not stand in the evidence. `plainly`:
    only where a sentence says outright what it is.
    """
    sides = Sides((term,), library, glossary)
    background, meanings = Background(sides, library), Meanings(sides, library)
    rows = Aligner(sides, library, glossary).rows()
    meant = meanings.of(0)
    if not meant or (meant[0][-1].is_cell and len(rows) < FEWEST_CELLS):
        return None
    if plainly and not any(is_plain(quote[-1], sides) for quote in meant):
        return None
    words = without_parts([*meant, *quoted(meanings.counting(0))])
    meaning = glue.meaning([Said(words, term.label), Said(quoted(meanings.related()))])
    marks = glue.marks([Said(listed(_marks(rows, sides, units_in(words))), term.label)])
    used = units_in(Plan("", "", (meaning, marks)).quotes())
    why = background.why(used)
    context = background.context(used | set(why), MOST_CONTEXT)
    # A disease is named everywhere: what is said beside its name need not be about it.
    caution = None if glossary.is_disease(read_tokens(term.name)) else background.caution(context)
    missing = missing_facets(sides, library, marks_of(rows, sides))
    not_stated = (*([OTHER_SIDE] if half else []), *missing)
    return Plan(
        question_type="definition",
        title=definition_title(term, library),
        parts=(
            glue.key_points(
                [
                    Said(tuple(meant[:MOST_LEADS]), term.label),
                    *([Said(quoted([caution]))] if caution else []),
                ]
            ),
            meaning,
            marks,
            glue.why([Said(quoted(why))]),
            glue.context([Said(quoted(context))]),
            glue.questions(Fixed(glue.QUESTIONS_DEFINITION, {"x": term.name})),
            glue.own_case(),
            glue.gaps(not_stated),
        ),
        not_stated=not_stated,
    )


def _marks(rows: list[Slot], sides: Sides, said: set[Unit]) -> list[Unit]:
    """The marks of the term once each, in the order of the evidence; none that only mention it."""
    units = [
        unit
        for row in rows
        for unit in row.cells[0]
        if unit not in said and sides.about(unit).hold != Hold.MENTION
    ]
    return list(dict.fromkeys(units))[:MOST_MARKS]
