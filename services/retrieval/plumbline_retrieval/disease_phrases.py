"""Words that look like the name of a disease, whether anyone knows it or not.

So that a disease which no lexicon lists is still recognised as one that is asked about.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

from plumbline_clinical.lexicon import Mention
from plumbline_clinical.text import STOP_WORDS, Word, matching, stem
from plumbline_retrieval.question_words import question_words

OF: Final = "of"
SKIPPED: Final = frozenset({"the", "a", "an", "my", "his", "her", "their", "your", "our"})


def disease_phrases(line: Sequence[Word], named: Sequence[Mention]) -> list[tuple[str, ...]]:
    """The stems of each such name, its head word last. What is `named` already is not looked at."""
    lists = question_words()
    found = []
    for place, word in enumerate(line):
        if within(word, named):
            continue
        head = stem(word.text)
        before = modifiers(line, place, named)
        says_itself = head in lists.naming_heads or lists.ends_like_a_disease(word.text)
        if says_itself or (before and head in lists.bare_heads):
            found.append((*before, head))
    return found


def modifiers(line: Sequence[Word], place: int, named: Sequence[Mention]) -> tuple[str, ...]:
    """The words that make a head word a name: those before it, else those after its "of"."""
    before = naming_run(reversed(line[:place]), named)
    if before:
        return before[::-1]
    after = [word for word in line[place + 1 :] if matching(word.text) not in SKIPPED]
    if after and matching(after[0].text) == OF:
        return naming_run(after[1:], named)
    return ()


def naming_run(line: Iterable[Word], named: Sequence[Mention]) -> tuple[str, ...]:
    """The stems from here on, as long as the words can name something of their own."""
    run: list[str] = []
    for word in line:
        stemmed = stem(word.text)
        if within(word, named) or not matters(word) or question_words().names_nothing(stemmed):
            break
        run.append(stemmed)
    return tuple(run)


def within(word: Word, named: Sequence[Mention]) -> bool:
    """Whether a word is part of a mention."""
    return any(m.start <= word.start and word.end <= m.end for m in named)


def matters(word: Word) -> bool:
    """Whether a word can name something: it has letters and is no stop word."""
    plain = matching(word.text)
    return plain not in STOP_WORDS and any(letter.isalpha() for letter in plain)
