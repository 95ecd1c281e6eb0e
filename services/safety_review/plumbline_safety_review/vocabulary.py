"""The words an answer's own frame may be made of: those of its evidence, and the glue of the
catalogue.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from plumbline_clinical.lexicon import mentions
from plumbline_clinical.quantities import numbers
from plumbline_clinical.text import STOP_WORDS, matching, stem, words
from plumbline_safety_review.case import Case
from plumbline_safety_review.facts import DENYING_WORDS
from plumbline_safety_review.paraphrase import canonical

QUESTION_OPENS = re.compile(
    r"^(?:what|why|how|when|where|which|who|whose|does|do|did|is|are|can|could|should|will|would"
    r"|has|have)\b",
    re.IGNORECASE,
)
# A label with one of these says something; labels and headings carry no citation, so they may not.
ASSERTS = re.compile(
    r"\b(?:is|are|was|were|be|will|can|cannot|must|should|may|might|has|have|had|means|equals"
    r"|never|always|not?)\b",
    re.IGNORECASE,
)
SIGNS = re.compile(r"[<>≤≥=±]")
HIDDEN = frozenset({"Cc", "Cf", "Co", "Cs", "Cn"})  # could show other words than were checked


@dataclass(frozen=True)
class Vocabulary:
    """Words, concepts and numbers of the cited passages, their headings, titles and diseases."""

    text: str
    stems: frozenset[str]
    concepts: frozenset[str]
    numbers: frozenset[str]
    glue: frozenset[str]
    gap_glue: frozenset[str]

    def founded(self, text: str) -> bool:
        """Whether every word that carries meaning stands in the evidence or is glue."""
        return self._founded(text, self.glue, lambda concept_id: concept_id in self.concepts)

    def gap(self, text: str) -> bool:
        """Whether this may stand under "not stated": what was looked for, without figures.

        What was looked for may be anything that has a name, for it was not found.
        """
        return self._founded(text, self.gap_glue, lambda _: True) and not _figures(text)

    def _founded(self, text: str, glue: frozenset[str], known: Callable[[str], bool]) -> bool:
        named = [mention for mention in mentions(text) if known(mention.concept.id)]
        return all(
            canonical(stem(word.text)) in self.stems or stem(word.text) in glue
            for word in words(text)
            if _carries_meaning(word.text.casefold())
            and not any(m.start <= word.start and word.end <= m.end for m in named)
        )

    def stands_whole(self, text: str) -> bool:
        """Whether the phrase stands in the evidence as it is."""
        return (
            bool(text.strip())
            and re.search(rf"(?<!\w){re.escape(matching(text))}(?!\w)", self.text) is not None
        )

    def name(self, text: str) -> bool:
        """Whether this is a name taken from the evidence: no sentence, no figure of its own."""
        if self.stands_whole(text):
            return True
        return self.founded(text) and not _figures(text) and not ASSERTS.search(text)

    def heading(self, text: str) -> bool:
        """Whether this is a label or a question that claims nothing and brings no figure."""
        if SIGNS.search(text) or not self.founded(text):
            return False
        if text.rstrip().endswith("?"):
            return frozenset(numbers(text)) <= self.numbers
        opens = QUESTION_OPENS.match(text) is not None
        return not _figures(text) and (opens or not ASSERTS.search(text))


def vocabulary_of(case: Case) -> Vocabulary:
    """The words of everything this case cites."""
    texts: list[str] = []
    for placed in case.cited:
        texts += [placed.passage.text, *placed.passage.section]
    for edition in case.editions:
        scope = edition.manifest.scope
        texts += [edition.manifest.title, scope.disease_label, scope.disease]
    return _vocabulary(tuple(texts), case)


def _vocabulary(texts: Sequence[str], case: Case) -> Vocabulary:
    whole = "\n".join(texts)
    named = {mention.concept.id for mention in mentions(whole)}
    return Vocabulary(
        text=matching(whole),
        stems=frozenset(canonical(stem(word.text)) for word in words(whole)),
        concepts=frozenset(named | {edition.disease for edition in case.editions}),
        numbers=frozenset(numbers(whole)),
        glue=case.catalogue.glue,
        gap_glue=case.catalogue.gap_glue,
    )


def hidden(text: str) -> frozenset[str]:
    """Characters of a text that show nothing, or steer how the rest is shown."""
    return frozenset(c for c in text if unicodedata.category(c) in HIDDEN)


def _carries_meaning(low: str) -> bool:
    return low not in STOP_WORDS and low not in DENYING_WORDS


def _figures(text: str) -> bool:
    """Whether a bare number or a sign stands in it; "7q" is a name, not a figure."""
    return SIGNS.search(text) is not None or any(
        word.text[0].isdigit() and not any(c.isalpha() for c in word.text) for word in words(text)
    )
