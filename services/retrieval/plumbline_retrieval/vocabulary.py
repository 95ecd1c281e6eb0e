"""The words of an edition: what its passages can be asked about."""

from __future__ import annotations

import struct
import sys
from collections.abc import Callable, Container, Iterable, Sequence
from dataclasses import dataclass, fields
from itertools import pairwise
from typing import Final

from plumbline.ingest.v1.events_pb2 import EditionOpened, Passage
from plumbline_clinical.lexicon import concept, mentions
from plumbline_clinical.text import matching, stem, words
from plumbline_retrieval.tokens import AnyOf, Tokens

LENGTH: Final = struct.Struct("<I")  # of a field, in bytes


@dataclass(frozen=True)
class Vocabulary:
    """Everything here is in the form in which words are compared."""

    words: tuple[str, ...] = ()  # as written, each once, for recognising a slip of the pen
    stems: Container[str] = ()
    pairs: Container[str] = ()  # "stem stem": two words that stand side by side
    concepts: Container[str] = ()  # ids of the lexicon
    heading_stems: Container[str] = ()
    heading_pairs: Container[str] = ()
    heading_concepts: Container[str] = ()

    def to_bytes(self) -> bytes:
        """For storing; of a vocabulary made of Tokens."""
        tokens = (getattr(self, name) for name in ASKED_ABOUT)
        parts = [" ".join(self.words).encode(), *(one.to_bytes() for one in tokens)]
        return b"".join(LENGTH.pack(len(part)) + part for part in parts)

    @classmethod
    def from_bytes(cls, stored: bytes) -> Vocabulary:
        """As it was stored."""
        parts, at = [], 0
        while at < len(stored):
            (length,) = LENGTH.unpack_from(stored, at)
            at += LENGTH.size
            parts.append(stored[at : at + length])
            at += length
        return cls(shared(parts[0].decode().split()), *map(Tokens.from_bytes, parts[1:]))


ASKED_ABOUT: Final = tuple(field.name for field in fields(Vocabulary) if field.name != "words")


def vocabulary_of(
    opened: EditionOpened,
    passages: Sequence[Passage],
    kept_as: Callable[[set[str]], Container[str]] = frozenset,
) -> Vocabulary:
    """The words of one edition: its texts, headings, title and every name of its disease.

    `kept_as` is how a set is kept: Tokens for an edition, which is held for long.
    """
    headings = {heading for passage in passages for heading in passage.section}
    headings |= {opened.title, *disease_names(opened)}
    texts = {passage.text for passage in passages}
    heading_stems, heading_pairs = stems_and_pairs(headings)
    text_stems, text_pairs = stems_and_pairs(texts)
    heading_concepts = concept_ids(headings)
    return Vocabulary(
        words=shared(
            matching(word.text)
            for text in headings | texts
            for word in words(text)
            if word.text.isalpha()
        ),
        stems=kept_as(heading_stems | text_stems),
        pairs=kept_as(heading_pairs | text_pairs),
        concepts=kept_as(heading_concepts | concept_ids(texts)),
        heading_stems=kept_as(heading_stems),
        heading_pairs=kept_as(heading_pairs),
        heading_concepts=kept_as(heading_concepts),
    )


def union(vocabularies: Sequence[Vocabulary]) -> Vocabulary:
    """What several can be asked about, without copying any of them; it has no `words`."""
    if len(vocabularies) == 1:
        return vocabularies[0]
    return Vocabulary((), *(AnyOf(getattr(v, name) for v in vocabularies) for name in ASKED_ABOUT))


def shared(found: Iterable[str]) -> tuple[str, ...]:
    """Words, each once; the same word of another edition is the same object."""
    return tuple(map(sys.intern, sorted(set(found))))


def concept_ids(texts: Iterable[str]) -> set[str]:
    """The concepts that texts name, and what they are kinds of: a drug speaks for its class."""
    found: set[str] = set()
    waiting = {mention.concept.id for text in texts for mention in mentions(text)}
    while waiting:
        found |= waiting
        waiting = {concept(one).broader for one in waiting} - found - {""}
    return found


def disease_names(opened: EditionOpened) -> list[str]:
    """What the edition's disease is called: its label, and the lexicon's names if it has any."""
    names = [opened.scope.disease, opened.scope.disease_label]
    try:
        known = concept(opened.scope.disease)
    except KeyError:
        return names
    return [*names[1:], known.preferred, *known.synonyms]


def stems_and_pairs(texts: Iterable[str]) -> tuple[set[str], set[str]]:
    """The stems of texts, and each two of them that stand side by side.

    Stop words keep their place here, so that "count of the" makes no pair of what it parts.
    """
    found: set[str] = set()
    pairs: set[str] = set()
    for text in texts:
        line = [stem(word.text) for word in words(text)]
        found.update(line)
        pairs.update(f"{first} {second}" for first, second in pairwise(line))
    return found, pairs
