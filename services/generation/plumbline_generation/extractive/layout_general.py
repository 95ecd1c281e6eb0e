"""The page of any other question: the sentences that hold what it asks about, by heading."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Final

from plumbline_generation.extractive import glue
from plumbline_generation.extractive.cues import TELLS_WHEN, WHEN
from plumbline_generation.extractive.evidence import Library, Unit
from plumbline_generation.extractive.glossary import Glossary
from plumbline_generation.extractive.plan import Fixed, Plan, Said
from plumbline_generation.extractive.question import Question
from plumbline_generation.extractive.reading import (
    Token,
    akin,
    named,
    quantity_ranges,
    read_named,
    tokens,
)
from plumbline_generation.extractive.statements import is_long, quoted, whole
from plumbline_generation.extractive.titles import general_title

MOST_SENTENCES: Final = 8
HEADING_WEIGHT: Final = (
    0.6  # a heading says what a sentence is about, less surely than its own words
)
WHOLE_HEADING: Final = 1.5  # its section is about all that is asked
NEAR_BEST: Final = 0.6  # share of the best score below which a sentence is beside the point
Scored = list[tuple[tuple[float, frozenset[int]], Unit]]
Aims = tuple[tuple[Token, frozenset[str]], ...]


def answer(question: Question, library: Library, glossary: Glossary) -> Plan | None:
    """The page of a general question; None unless every word of its focus stands in what is chosen.

    One sentence with its headings must hold half of the focus: words gathered from sentences on
    different things would answer a question nobody asked.
    """
    aims = _aims([word for word in question.focus if not glossary.is_disease([word])])
    if not aims:
        return None
    scored = [
        (_score(unit, aims), unit)
        for unit in library.stating()
        if whole(unit) is not None and tells(unit, question)
    ]
    chosen = _chosen(scored, len(aims))
    held = [held for (_, held), unit in scored if unit in chosen]
    covered = frozenset().union(*held)
    if len(covered) < len(aims) or max(map(len, held)) < math.ceil(len(aims) / 2):
        return None
    return _plan(chosen, library)


def tells(unit: Unit, question: Question) -> bool:
    """Whether the unit holds what the question wants: a quantity, or when something is so."""
    if question.wants_quantity and not quantity_ranges(unit.text):
        return False
    headed = any(WHEN.search(heading) for heading in unit.section)
    return not question.wants_when or headed or bool(TELLS_WHEN.search(unit.text))


def _plan(chosen: list[Unit], library: Library) -> Plan:
    ordered = [unit for unit in library.units if unit in chosen]
    sections: dict[str, list[Unit]] = {}
    for unit in ordered:
        sections.setdefault(unit.section[-1] if unit.section else "", []).append(unit)
    heading = next((heading for heading in chosen[0].section[::-1] if heading), "")
    return Plan(
        question_type="general",
        title=general_title(heading or library.titles[0], library),
        parts=(
            glue.key_points([Said(quoted(chosen[:1]), _label(chosen[0]))]),
            glue.answer(Said(quoted(units), label) for label, units in sections.items()),
            glue.questions(Fixed(glue.QUESTIONS_GENERAL)),
            glue.own_case(),
            glue.gaps(()),
        ),
    )


def _label(unit: Unit) -> str:
    return unit.section[-1] if unit.section else ""


def _aims(focus: Sequence[Token]) -> Aims:
    """Each word asked about, with the ids of the lexicon concept it is part of the name of."""
    text = " ".join(word.text for word in focus)
    ids: dict[str, set[str]] = {}
    for written in (text, text.upper()):
        for found in read_named(written):
            for word in tokens(written[found.start : found.end]):
                ids.setdefault(word.low, set()).add(found.concept.id)
    once = {word.stem: word for word in focus}
    return tuple((word, frozenset(ids.get(word.low, ()))) for word in once.values())


def _score(unit: Unit, aims: Aims) -> tuple[float, frozenset[int]]:
    own = _held(unit.text, aims)
    around = [*unit.section, *(piece.text for piece in whole(unit) or () if piece is not unit)]
    near = frozenset().union(*(_held(text, aims) for text in around)) - own
    points = len(own) + HEADING_WEIGHT * len(near) - 0.5 * is_long(unit)
    if any(len(_held(heading, aims)) == len(aims) for heading in unit.section):
        points += WHOLE_HEADING
    return points, own | near


def _held(text: str, aims: Aims) -> frozenset[int]:
    """Which aims stand in a text, by their word or by another name of their concept."""
    words = tokens(text)
    concepts = {found.concept.id for found in named(text)}
    return frozenset(
        at
        for at, (aim, ids) in enumerate(aims)
        if ids & concepts or any(akin(aim, word) for word in words)
    )


def _chosen(scored: Scored, aims: int) -> list[Unit]:
    """The best sentences, best first; ties by rank of the passage, then in order of the evidence.

    Where one sentence with its headings holds all that is asked, only such sentences are chosen.
    """
    full = [(score, unit) for score, unit in scored if len(score[1]) == aims]
    among = [(points, unit) for (points, _), unit in full or scored if points > 0]
    best = max((points for points, _ in among), default=0.0)
    near = [(points, unit) for points, unit in among if points >= NEAR_BEST * best]
    near.sort(key=lambda pair: (-pair[0], pair[1].rank))
    return [unit for _, unit in near[:MOST_SENTENCES]]
