"""Words that can name what is measured: runs of a sentence, what two runs share, labels, keys."""

from __future__ import annotations

import re
from collections.abc import Sequence, Set
from typing import Final

from plumbline_clinical.lexicon import Concept, concept
from plumbline_generation.extractive.cues import GENERIC, WEAK_NAMES
from plumbline_generation.extractive.reading import (
    Stems,
    Token,
    counted_ranges,
    named,
    quantity_ranges,
    stems_of,
    tokens,
    verb_at,
    without_parentheses,
)

LONGEST_LABEL: Final = 8  # words
QUESTION_WORDS: Final = frozenset(
    ["what", "why", "how", "when", "where", "which", "who", "whose", "if"]
)
LONGEST_SHARED: Final = 4  # words of a name that two sentences share
BREAK: Final = re.compile(r"[,;:().!?]")
WEAK_STEMS: Final = frozenset(word.stem for word in tokens(" ".join(sorted(WEAK_NAMES))))

Run = tuple[Token, ...]


def is_name(text: str) -> bool:
    """Whether a label or heading is a name: few words, none of them a verb or a question word."""
    words = tokens(text)
    asks = any(word.low in QUESTION_WORDS for word in words)
    return (
        0 < len(words) <= LONGEST_LABEL
        and not asks
        and not any(verb_at(words, at) for at in range(len(words)))
    )


def opening_end(text: str) -> int:
    """Where the words before the first verb or quantity end, in code points."""
    words = tokens(text)
    ends = [word.start for at, word in enumerate(words) if verb_at(words, at)][:1]
    ends += [start for start, _ in quantity_ranges(text)][:1]
    return min(ends, default=len(text))


def runs_of(text: str, names: Set[int], *, units: bool = False) -> tuple[Run, ...]:
    """Runs of words that can name a thing, in order.

    `names` are the indices of words that name a category or the disease: never part of a run.
    `units`: what is counted ("5 to 9 things") may name it, where nothing else does.
    """
    words = tokens(text)
    ranges = quantity_ranges(text)
    counted = counted_ranges(text) if units else ()
    runs: list[list[Token]] = [[]]
    for at, word in enumerate(words):
        follows = words[at + 1].low if at + 1 < len(words) else ""
        measured = any(start <= word.start < end for start, end in ranges)
        measured = measured and not any(start <= word.start < end for start, end in counted)
        if at and BREAK.search(text[words[at - 1].end : word.start]):
            runs.append([])
        if word.names and at not in names and not measured and follows != "than":
            runs[-1].append(word)
        elif runs[-1]:
            runs.append([])
    return tuple(tuple(run) for run in runs if run)


def parts_of(run: Sequence[Token]) -> list[Stems]:
    """Every shorter run within a run, as stems; none of nothing but generic words."""
    stems = stems_of(run)
    return [
        stems[start : start + size]
        for size in range(1, min(LONGEST_SHARED, len(stems)) + 1)
        for start in range(len(stems) - size + 1)
        if any(word.low not in GENERIC for word in run[start : start + size])
    ]


def telling(run: Run) -> bool:
    """Whether the run names a thing: it is neither generic nor weak as a whole."""
    return not is_weak(stems_of(run)) and bool(parts_of(run))


def is_weak(part: Stems) -> bool:
    """Whether the words say only how something is measured."""
    return all(stem in WEAK_STEMS for stem in part)


def surface_of(part: Stems, text: str, runs: Sequence[Run]) -> str:
    """The words of the text that have these stems."""
    for run in runs:
        stems = stems_of(run)
        for start in range(len(stems) - len(part) + 1):
            if stems[start : start + len(part)] == part:
                return text[run[start].start : run[start + len(part) - 1].end]
    return " ".join(part)


def naming_stems(name: str) -> frozenset[str]:
    """The stems by which two labels are one: without brackets, joining words and weak nouns."""
    words = tokens(without_parentheses(name))
    telling = [word for word in words if not word.empty and word.stem not in WEAK_STEMS]
    return frozenset(word.stem for word in telling or words)


def machine_name(name: str) -> str:
    """The name in [a-z0-9_]."""
    plain = re.sub(r"[^a-z0-9]+", "_", name.casefold()).strip("_")
    return plain or "row"


def measured_in(text: str) -> list[tuple[Concept, int]]:
    """The lexicon's measured things that a text names, each as widely as it is set in a row."""
    return [
        (widened(found.concept), found.start)
        for found in named(text)
        if found.concept.kind == "slot"
    ]


def widened(found: Concept) -> Concept:
    """A measured thing, or the wider one that it is looked at together with."""
    while found.broader and concept(found.broader).kind == "slot":
        found = concept(found.broader)
    return found
