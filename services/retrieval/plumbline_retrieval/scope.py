"""The scope gate: whose passages may speak to a question at all.

A named disease that no current edition is about ends the question: another disease's passages never
stand in for it. What looks like the name of a disease and is not known counts as named.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from plumbline_clinical.lexicon import concept, concepts, within
from plumbline_clinical.text import content_stems
from plumbline_retrieval.editions import Edition
from plumbline_retrieval.question_words import question_words
from plumbline_retrieval.reading import Reading, Term
from plumbline_retrieval.vocabulary import Vocabulary, disease_names, union

NO_SOURCES: Final = "no-sources"
NOT_HELD: Final = "disease-not-held"
WHICH_DISEASE: Final = "which-disease"


@dataclass(frozen=True)
class Subject:
    """One disease and the current editions about it."""

    disease: str
    label: str
    editions: tuple[Edition, ...]
    vocabulary: Vocabulary
    names: tuple[frozenset[str], ...]  # the stems that tell it from others, one set for each name
    in_lexicon: bool  # then the lexicon finds its mentions, abbreviations and all


@dataclass(frozen=True)
class Gate:
    """What the gate decided: the subjects that may speak, or why none may."""

    subjects: tuple[Subject, ...] = ()
    refusal: str = ""
    named: bool = False  # whether the question names the subject


def subject_of(disease: str, editions: Sequence[Edition]) -> Subject:
    """One disease, with the words of all its editions."""
    names = {telling(name) for e in editions for name in disease_names(e.opened)}
    return Subject(
        disease=disease,
        label=editions[0].opened.scope.disease_label or disease,
        editions=tuple(editions),
        vocabulary=union([edition.vocabulary for edition in editions]),
        names=tuple(names - {frozenset()}),
        in_lexicon=disease in concepts(),
    )


@lru_cache(maxsize=16_384)  # every edition of a disease has the same names
def telling(name: str) -> frozenset[str]:
    """The stems of a name that tell it from others; all of them when each is a general word."""
    stems = frozenset(content_stems(name))
    return frozenset(s for s in stems if not question_words().carries_nothing(s)) or stems


def gate(reading: Reading, subjects: Sequence[Subject]) -> Gate:
    """Who may speak to this question."""
    if not subjects:
        return Gate(refusal=NO_SOURCES)
    meant = [subject for subject in subjects if is_named(subject, reading)]
    meant = [s for s in meant if not any(says_less(s, other, reading) for other in meant)]
    if len(meant) > 1:
        return Gate(refusal=WHICH_DISEASE)
    if not meant:
        return unnamed(reading, subjects)
    others = [term for term in reading.diseases if term.concept_id != meant[0].disease]
    known = all(is_spoken_of(term, meant[0]) for term in others)
    known = known and all(fits(kind, meant[0]) for kind in reading.kinds)
    known = known and all(belongs(phrase, meant[0]) for phrase in reading.phrases)
    return Gate((meant[0],), named=True) if known else Gate(refusal=NOT_HELD)


def unnamed(reading: Reading, subjects: Sequence[Subject]) -> Gate:
    """No held disease is named: any may speak, unless another is named, or a kind of them."""
    if reading.diseases:
        return Gate(refusal=NOT_HELD)
    left = tuple(s for s in subjects if all(is_of_kind(s, kind) for kind in reading.kinds))
    left = tuple(s for s in left if all(p.has_a_heading(s.vocabulary) for p in reading.phrases))
    if not left:
        return Gate(refusal=NOT_HELD)
    telling_kinds = [kind for kind in reading.kinds if concept(kind.concept_id).broader]
    return Gate(refusal=WHICH_DISEASE) if telling_kinds else Gate(left)


def is_named(subject: Subject, reading: Reading) -> bool:
    """Whether the question names the disease: by the lexicon, or by the words that tell it."""
    if subject.in_lexicon:
        return any(is_of(term, subject.disease) for term in reading.diseases)
    return any(name <= reading.stems for name in subject.names)


def is_of(term: Term, disease: str) -> bool:
    """Whether a named disease is this one, or a kind of it."""
    return within(concept(term.concept_id), disease)


def is_of_kind(subject: Subject, kind: Term) -> bool:
    """Whether a word for many diseases can mean this one. The widest word can mean any."""
    if not concept(kind.concept_id).broader:
        return True
    return subject.in_lexicon and within(concept(subject.disease), kind.concept_id)


def says_less(subject: Subject, other: Subject, reading: Reading) -> bool:
    """Whether another subject's name, standing in the question, holds this one's and more."""
    if subject.in_lexicon or other.in_lexicon:
        return False
    said = [name for name in subject.names if name <= reading.stems]
    more = [name for name in other.names if name <= reading.stems]
    return any(all(name < longer for name in said) for longer in more)


def is_spoken_of(term: Term, subject: Subject) -> bool:
    """Whether a subject's editions speak of another disease: of a kind of their own, anywhere.

    Of one that is not, they must say so in a heading: a mention in passing is not about it.
    """
    if is_of(term, subject.disease):
        return term.stands_in(subject.vocabulary)
    return term.has_a_heading(subject.vocabulary)


def fits(kind: Term, subject: Subject) -> bool:
    """Whether a word for many diseases means this one, or one that its editions speak of."""
    return is_of_kind(subject, kind) or kind.stands_in(subject.vocabulary)


def belongs(phrase: Term, subject: Subject) -> bool:
    """Whether what looks like a disease's name is one that the subject's editions use."""
    of_name = any(frozenset(phrase.stems) <= name for name in subject.names)
    return of_name or phrase.stands_in(subject.vocabulary)
