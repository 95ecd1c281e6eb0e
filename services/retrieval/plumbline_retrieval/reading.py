"""A question, read: the diseases it names, and what an answer must be able to speak of."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from plumbline_clinical.lexicon import Mention, lexicon, mentions
from plumbline_clinical.text import Word, stem, words
from plumbline_retrieval.disease_phrases import disease_phrases, matters, within
from plumbline_retrieval.question_words import question_words
from plumbline_retrieval.vocabulary import Vocabulary


@dataclass(frozen=True)
class Term:
    """Something the question is about: a concept under one of its names, or adjoining words."""

    stems: tuple[str, ...]
    concept_id: str = ""

    def stands_in(self, vocabulary: Vocabulary) -> bool:
        """Whether the editions of this vocabulary speak of it, under any name or under this one."""
        if self.concept_id and self.concept_id in vocabulary.concepts:
            return True
        if len(self.stems) == 1:
            return any(form in vocabulary.stems for form in question_words().alike(self.stems[0]))
        return all(f"{a} {b}" in vocabulary.pairs for a, b in pairwise(self.stems))

    def has_a_heading(self, vocabulary: Vocabulary) -> bool:
        """Whether a heading names it: then the editions are about it and do not just mention it."""
        if self.concept_id and self.concept_id in vocabulary.heading_concepts:
            return True
        if len(self.stems) == 1:
            return self.stems[0] in vocabulary.heading_stems
        return all(f"{a} {b}" in vocabulary.heading_pairs for a, b in pairwise(self.stems))


@dataclass(frozen=True)
class Reading:
    """What was understood of a question.

    `diseases` are named by the lexicon, `kinds` are its words for many diseases at once, `phrases`
    look like the name of a disease that the lexicon does not know. `focus` is all that is asked
    about besides.
    """

    text: str
    stems: frozenset[str]
    diseases: tuple[Term, ...]
    kinds: tuple[Term, ...]
    phrases: tuple[Term, ...]
    focus: tuple[Term, ...]

    @property
    def expanded(self) -> str:
        """The question with the full names of what it abbreviates: the model knows few of them."""
        names = {mention.concept.preferred for mention in mentions(self.text)}
        missing = sorted(name for name in names if name.casefold() not in self.text.casefold())
        return f"{self.text} ({', '.join(missing)})" if missing else self.text

    @property
    def other_words(self) -> frozenset[str]:
        """The stems under which sources may speak of what is asked about in one word."""
        single = (term.stems[0] for term in self.focus if len(term.stems) == 1)
        return frozenset(form for stemmed in single for form in question_words().alike(stemmed))


def read_question(text: str) -> Reading:
    """Read a question whose slips were set right before."""
    line, named = words(text), mentions(text)
    many = [m for m in named if m.concept.id in lexicon().generic]
    one = [m for m in named if m.concept.kind == "disease" and m not in many]
    other = [m for m in named if m.concept.kind != "disease"]
    return Reading(
        text=text,
        stems=frozenset(stem(word.text) for word in line),
        diseases=tuple(term_of(text, mention) for mention in one),
        kinds=tuple(term_of(text, mention) for mention in many),
        phrases=tuple(Term(stems) for stems in disease_phrases(line, [*one, *other])),
        focus=(
            *(term_of(text, mention) for mention in other if says_something(text, mention)),
            *(Term((stemmed,)) for stemmed in free_stems(line, named)),
        ),
    )


def free_stems(line: Sequence[Word], named: Sequence[Mention]) -> list[str]:
    """The stems of the words that belong to no name and say something about what is asked."""
    free = (stem(word.text) for word in line if matters(word) and not within(word, named))
    return [stemmed for stemmed in free if not question_words().carries_nothing(stemmed)]


def says_something(text: str, mention: Mention) -> bool:
    """Whether a name is more than a general word such as "treatment"."""
    stems = term_of(text, mention).stems
    return not all(question_words().carries_nothing(stemmed) for stemmed in stems)


def term_of(text: str, mention: Mention) -> Term:
    """A mention as a term."""
    name = text[mention.start : mention.end]
    return Term(tuple(stem(word.text) for word in words(name)), mention.concept.id)
