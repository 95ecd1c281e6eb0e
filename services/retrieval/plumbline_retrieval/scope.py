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
from plumbline_clinical.text import content_stems, words
from plumbline_retrieval.disease_phrases import disease_phrases
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
    whole_names: tuple[frozenset[str], ...]  # all stems of its names and of its editions' titles
    in_lexicon: bool  # then the lexicon finds its mentions, abbreviations and all
    is_disease: bool  # by the lexicon or by the look of its name; else it may be any topic


@dataclass(frozen=True)
class Gate:
    """What the gate decided: the subjects that may speak, or why none may."""

    subjects: tuple[Subject, ...] = ()
    refusal: str = ""
    named: bool = False  # whether the question names the subject


def subject_of(disease: str, editions: Sequence[Edition]) -> Subject:
    """One disease, with the words of all its editions."""
    called = {name for edition in editions for name in disease_names(edition.opened)}
    names = {telling(name) for name in called}
    whole = {frozenset(content_stems(name)) for name in called | {e.opened.title for e in editions}}
    in_lexicon = disease in concepts()
    return Subject(
        disease=disease,
        label=editions[0].opened.scope.disease_label or disease,
        editions=tuple(editions),
        vocabulary=union([edition.vocabulary for edition in editions]),
        names=tuple(names - {frozenset()}),
        whole_names=tuple(whole - {frozenset()}),
        in_lexicon=in_lexicon,
        is_disease=in_lexicon or any(disease_phrases(words(name), ()) for name in called),
    )


def written_for(subject: Subject, audience: str) -> Subject:
    """The subject with the editions for these readers only, and those that do not say for whom.

    The subject itself where that leaves none, or leaves none out.
    """
    own = [e for e in subject.editions if e.opened.scope.audience in ("", audience)]
    if not own or len(own) == len(subject.editions):
        return subject
    return subject_of(subject.disease, own)


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
    diseases = [subject for subject in meant if subject.is_disease]
    if len(diseases) > 1:
        return Gate(refusal=WHICH_DISEASE)
    meant = diseases or meant  # a topic steps back behind a disease; of topics the evidence decides
    if not meant:
        return unnamed(reading, subjects)
    held = tuple(subject for subject in meant if holds_all(subject, reading))
    return Gate(held, named=True) if held else Gate(refusal=NOT_HELD)


def holds_all(subject: Subject, reading: Reading) -> bool:
    """Whether all else that looks like a disease is one that the subject's editions speak of."""
    others = [term for term in reading.diseases if term.concept_id != subject.disease]
    known = all(is_spoken_of(term, subject) for term in others)
    known = known and all(fits(kind, subject) for kind in reading.kinds)
    return known and all(belongs(phrase, subject) for phrase in reading.phrases)


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
        return bool(naming_terms(subject, reading))
    return any(name <= reading.stems for name in subject.names)


def naming_terms(subject: Subject, reading: Reading) -> list[Term]:
    """The terms that name a disease of the lexicon: it, a kind of it, or its own wide word."""
    terms = [term for term in reading.diseases if is_of(term, subject.disease)]
    return [*terms, *(kind for kind in reading.kinds if kind.concept_id == subject.disease)]


def is_of(term: Term, disease: str) -> bool:
    """Whether a named disease is this one, or a kind of it."""
    return within(concept(term.concept_id), disease)


def is_of_kind(subject: Subject, kind: Term) -> bool:
    """Whether a word for many diseases can mean this one. The widest word can mean any."""
    if not concept(kind.concept_id).broader:
        return True
    return subject.in_lexicon and within(concept(subject.disease), kind.concept_id)


def says_less(subject: Subject, other: Subject, reading: Reading) -> bool:
    """Whether the words that name one subject are part of those that name another, or mean more."""
    if subject.in_lexicon and other.in_lexicon:
        is_kind = other.disease != subject.disease and within(
            concept(other.disease), subject.disease
        )
        return is_kind and all(
            is_of(term, other.disease) for term in naming_terms(subject, reading)
        )
    more = said(other, reading)
    return all(any(name < longer for longer in more) for name in said(subject, reading))


def said(subject: Subject, reading: Reading) -> list[frozenset[str]]:
    """The sets of words by which a question names a subject: whole names, or what tells it."""
    whole = [name for name in subject.whole_names if name <= reading.stems]
    if subject.in_lexicon:
        return [*whole, *(frozenset(term.stems) for term in naming_terms(subject, reading))]
    return [*whole, *(name for name in subject.names if name <= reading.stems)]


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
