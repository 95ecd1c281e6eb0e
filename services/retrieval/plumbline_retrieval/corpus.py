"""The current editions of one day, and what helps to read a question put to them."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Callable, Iterable
from itertools import chain

from plumbline_clinical.lexicon import concepts
from plumbline_clinical.text import STOP_WORDS, matching, words
from plumbline_retrieval.editions import Edition
from plumbline_retrieval.question_words import question_words
from plumbline_retrieval.scope import Subject, subject_of
from plumbline_retrieval.slips import Slips


class Corpus:
    """Editions by disease, and the slips of the pen that are set right towards their words.

    `common` says whether a word is an ordinary English one. What it answers depends on the editions
    it has turned to last and on nothing before; only what changed since is worked out again, for
    questions are asked while thousands of editions come in.
    """

    def __init__(self, common: Callable[[str], bool]) -> None:
        self.editions: tuple[Edition, ...] = ()
        self.subjects: tuple[Subject, ...] = ()
        self.slips = Slips(words_of_asking(), common)
        self._of_disease: dict[str, dict[str, Edition]] = defaultdict(dict)
        self._subjects: dict[str, Subject] = {}

    def subject(self, disease: str) -> Subject | None:
        """What is held about a disease; None when nothing is."""
        return self._subjects.get(disease)

    def turn_to(self, editions: tuple[Edition, ...]) -> None:
        """Be about these editions from now on."""
        if editions == self.editions:
            return
        before = {edition.edition_id: edition for edition in self.editions}
        now = {edition.edition_id: edition for edition in editions}
        gone = [edition for name, edition in before.items() if name not in now]
        come = [edition for name, edition in now.items() if name not in before]
        for edition in gone:
            del self._of_disease[edition.disease][edition.edition_id]
            self.slips.forget(edition.vocabulary.words)
        for edition in come:
            self._of_disease[edition.disease][edition.edition_id] = edition
            self.slips.learn(edition.vocabulary.words)
        for disease in {edition.disease for edition in chain(gone, come)}:
            self._gather(disease)
        self.subjects = tuple(self._subjects[disease] for disease in sorted(self._subjects))
        self.editions = editions

    def _gather(self, disease: str) -> None:
        held = self._of_disease[disease]
        if held:
            self._subjects[disease] = subject_of(disease, [held[name] for name in sorted(held)])
        else:
            del self._of_disease[disease], self._subjects[disease]


def corpus_digest(editions: Iterable[Edition], without: Iterable[str] = ()) -> str:
    """SHA-256 over the sorted digests, one a line: names what was searched, whatever its order.

    `without` are the passages that were recalled, by id: each is a line after those.
    """
    left_out = sorted(f"without {passage}" for passage in without)
    lines = "\n".join([*sorted(edition.digest for edition in editions), *left_out])
    return hashlib.sha256(lines.encode()).hexdigest()


def words_of_asking() -> frozenset[str]:
    """Every word that a slip may be set right towards, whatever the editions say."""
    names = (n for c in concepts().values() for n in (c.preferred, *c.synonyms))
    of_lexicon = {matching(word.text) for name in names for word in words(name)}
    return question_words().spelt | {word for word in of_lexicon if word.isalpha()}


def plain_words(text: str) -> list[str]:
    """The words of a question that are neither numerals nor stop words, as they are compared."""
    plain = (matching(word.text) for word in words(text))
    return [word for word in plain if word.isalpha() and word not in STOP_WORDS]
