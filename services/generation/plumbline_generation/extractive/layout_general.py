"""The page of any other question: the sentences that hold what it asks about, by heading."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Final

from plumbline_generation.extractive import glue
from plumbline_generation.extractive.cues import TELLS_WHEN, WHEN
from plumbline_generation.extractive.evidence import Library, Unit
from plumbline_generation.extractive.focus import Aims, aims_of, around, held
from plumbline_generation.extractive.glossary import Glossary
from plumbline_generation.extractive.listing import by_heading, label_of_section, lead
from plumbline_generation.extractive.plan import Fixed, Plan
from plumbline_generation.extractive.question import Question
from plumbline_generation.extractive.reading import quantity_ranges
from plumbline_generation.extractive.statements import is_long, whole
from plumbline_generation.extractive.titles import general_title

MOST_SENTENCES: Final = 8
# A heading says what a sentence is about, less surely than its own words.
HEADING_WEIGHT: Final = 0.6
WHOLE_HEADING: Final = 1.5  # its section is about all that is asked
NEAR_BEST: Final = 0.6  # share of the best score below which a sentence is beside the point
Scored = list[tuple[tuple[float, frozenset[int]], Unit]]


def answer(question: Question, library: Library, glossary: Glossary) -> Plan | None:
    """The page of a general question; None unless every word of its focus stands in what is chosen.

    One sentence with its headings must hold half of the focus: words gathered from sentences on
    different things would answer a question nobody asked.
    """
    aims = aims_of([word for word in question.focus if not glossary.is_disease([word])], library)
    if not aims:
        return None
    scored = [
        (_score(unit, aims), unit)
        for unit in library.stating()
        if whole(unit) is not None and tells(unit, question)
    ]
    chosen = _chosen(scored, len(aims))
    held_by = [held for (_, held), unit in scored if unit in chosen]
    covered = frozenset().union(*held_by)
    if len(covered) < len(aims) or max(map(len, held_by)) < math.ceil(len(aims) / 2):
        return None
    return _plan(chosen, library)


def tells(unit: Unit, question: Question) -> bool:
    """Whether the unit holds what the question wants: a quantity, or when something is so."""
    if question.wants_quantity and not quantity_ranges(unit.text):
        return False
    headed = any(WHEN.search(heading) for heading in unit.section)
    return not question.wants_when or headed or bool(TELLS_WHEN.search(unit.text))


def _plan(chosen: Sequence[Unit], library: Library) -> Plan:
    ordered = [unit for unit in library.units if unit in chosen]
    heading = label_of_section(chosen[0])
    return Plan(
        question_type="general",
        title=general_title(heading or library.titles[0], library),
        parts=(
            glue.key_points([lead(chosen[0], library, label_of_section(chosen[0]))]),
            glue.answer(by_heading(ordered)),
            glue.questions(Fixed(glue.QUESTIONS_GENERAL)),
            glue.own_case(),
            glue.gaps(()),
        ),
    )


def _score(unit: Unit, aims: Aims) -> tuple[float, frozenset[int]]:
    own = held(unit.text, aims)
    near = frozenset().union(*(held(text, aims) for text in around(unit))) - own
    points = len(own) + HEADING_WEIGHT * len(near) - 0.5 * is_long(unit)
    if any(len(held(heading, aims)) == len(aims) for heading in unit.section):
        points += WHOLE_HEADING
    return points, own | near


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
