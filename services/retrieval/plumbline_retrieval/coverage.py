"""Abstention: whether the sources speak of everything that the question is about."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

from plumbline_retrieval.reading import Reading, Term
from plumbline_retrieval.scope import Subject
from plumbline_retrieval.vocabulary import Vocabulary

NOT_IN_SOURCES: Final = "not-in-sources"
NOTHING_ABOVE_FLOOR: Final = "nothing-above-floor"
# Without an embedding model the floor is set on words: one passage must speak of at least this
# share of what is asked about. A comparison asks about two things that may stand in two passages.
SHARE_FLOOR: Final = 0.5
# A question with a word that the model has never seen is not well placed among its vectors. Where
# no passage is near enough, one may still speak that says everything that is asked about.
STRANGE_SHARE_FLOOR: Final = 1.0


def uncovered(terms: Iterable[Term], vocabulary: Vocabulary) -> list[Term]:
    """The terms that these editions never speak of. One is enough to abstain.

    A question is not answered around the word that it turns on: a drug, an animal, a thing that no
    source mentions.
    """
    return [term for term in terms if not term.stands_in(vocabulary)]


def covering(reading: Reading, subjects: Sequence[Subject]) -> tuple[Subject, ...]:
    """The subjects whose editions speak of everything that is asked about."""
    return tuple(s for s in subjects if not uncovered(reading.focus, s.vocabulary))


def share_covered(reading: Reading, passage: Vocabulary) -> float:
    """How much of what is asked about one passage speaks of, from 0 to 1."""
    if not reading.focus:
        return 1.0
    return 1 - len(uncovered(reading.focus, passage)) / len(reading.focus)
