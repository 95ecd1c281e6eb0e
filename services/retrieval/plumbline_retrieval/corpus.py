"""The current editions of one day, and what helps to read a question put to them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import reduce
from operator import or_

from plumbline_clinical.lexicon import concepts
from plumbline_clinical.text import STOP_WORDS, matching, words
from plumbline_retrieval.editions import Edition
from plumbline_retrieval.question_words import question_words
from plumbline_retrieval.scope import Subject, subjects_of
from plumbline_retrieval.slips import Slips
from plumbline_retrieval.vocabulary import Vocabulary


@dataclass(frozen=True)
class Corpus:
    """Editions by disease, and the slips of the pen that are set right towards their words."""

    editions: tuple[Edition, ...]
    subjects: tuple[Subject, ...]
    slips: Slips


def corpus_of(editions: tuple[Edition, ...], common: Callable[[str], bool]) -> Corpus:
    """These editions as one corpus. `common` says whether a word is an ordinary English one."""
    subjects = subjects_of(editions)
    everything = reduce(or_, (subject.vocabulary for subject in subjects), Vocabulary())
    return Corpus(editions, subjects, Slips(known_words(everything), common))


def known_words(vocabulary: Vocabulary) -> frozenset[str]:
    """Every word that a slip may be set right towards."""
    names = (n for c in concepts().values() for n in (c.preferred, *c.synonyms))
    of_lexicon = {matching(word.text) for name in names for word in words(name)}
    of_lexicon = {word for word in of_lexicon if word.isalpha()}
    return vocabulary.words | of_lexicon | question_words().spelt


def plain_words(text: str) -> list[str]:
    """The words of a question that are neither numerals nor stop words, as they are compared."""
    plain = (matching(word.text) for word in words(text))
    return [word for word in plain if word.isalpha() and word not in STOP_WORDS]
