"""The words of an edition: what its passages can be asked about."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields
from itertools import pairwise

from plumbline.ingest.v1.events_pb2 import EditionOpened, Passage
from plumbline_clinical.lexicon import concept, mentions
from plumbline_clinical.text import matching, stem, words


@dataclass(frozen=True)
class Vocabulary:
    """Everything here is in the form in which words are compared."""

    words: frozenset[str] = frozenset()  # as written, for recognising a slip of the pen
    stems: frozenset[str] = frozenset()
    pairs: frozenset[str] = frozenset()  # "stem stem": two words that stand side by side
    concepts: frozenset[str] = frozenset()  # ids of the lexicon
    heading_stems: frozenset[str] = frozenset()
    heading_pairs: frozenset[str] = frozenset()
    heading_concepts: frozenset[str] = frozenset()

    def __or__(self, other: Vocabulary) -> Vocabulary:
        """The words of both."""
        return Vocabulary(
            *(getattr(self, field.name) | getattr(other, field.name) for field in fields(self))
        )

    def to_json(self) -> str:
        """For keeping."""
        return json.dumps({f.name: sorted(getattr(self, f.name)) for f in fields(self)})

    @classmethod
    def from_json(cls, text: str) -> Vocabulary:
        """As it was kept."""
        return cls(**{name: frozenset(values) for name, values in json.loads(text).items()})


def vocabulary_of(opened: EditionOpened, passages: Sequence[Passage]) -> Vocabulary:
    """The words of one edition: its texts, headings, title and every name of its disease."""
    headings = {heading for passage in passages for heading in passage.section}
    headings |= {opened.title, *disease_names(opened)}
    texts = {passage.text for passage in passages}
    heading_stems, heading_pairs = stems_and_pairs(headings)
    text_stems, text_pairs = stems_and_pairs(texts)
    heading_concepts = concept_ids(headings)
    return Vocabulary(
        words=frozenset(
            matching(word.text)
            for text in headings | texts
            for word in words(text)
            if word.text.isalpha()
        ),
        stems=frozenset(heading_stems | text_stems),
        pairs=frozenset(heading_pairs | text_pairs),
        concepts=frozenset(heading_concepts | concept_ids(texts)),
        heading_stems=frozenset(heading_stems),
        heading_pairs=frozenset(heading_pairs),
        heading_concepts=frozenset(heading_concepts),
    )


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
