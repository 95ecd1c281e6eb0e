"""Words that say how something is asked, read from the file that gives their source."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Final

from plumbline_clinical.text import matching, stem

WORDS_FILE: Final = Path(__file__).with_name("lexicon_words.toml")


@dataclass(frozen=True)
class QuestionWords:
    """The lists, as stems; `spelt` keeps the words of asking as written, for recognising a slip."""

    asking: frozenset[str]
    spelt: frozenset[str]
    generic: frozenset[str]
    bare_heads: frozenset[str]
    naming_heads: frozenset[str]
    disease_endings: tuple[str, ...]
    verbs: frozenset[str]
    others: Mapping[str, frozenset[str]]

    def alike(self, stemmed: str) -> frozenset[str]:
        """The stems of other forms of a verb and other words for an aspect, with its own."""
        return self.others.get(stemmed, frozenset({stemmed}))

    def carries_nothing(self, stemmed: str) -> bool:
        """Whether a word of this stem says nothing about what is asked."""
        return stemmed in self.asking or stemmed in self.generic

    def names_nothing(self, stemmed: str) -> bool:
        """Whether no name of a disease holds a word of this stem before its last."""
        return stemmed in self.verbs or self.carries_nothing(stemmed)

    def ends_like_a_disease(self, word: str) -> bool:
        """Whether a word has the ending of a disease's name."""
        return matching(word).endswith(self.disease_endings)


@lru_cache(maxsize=1)
def question_words() -> QuestionWords:
    """The lists of this release."""
    table = tomllib.loads(WORDS_FILE.read_text("utf-8"))
    heads = table["disease_heads"]
    return QuestionWords(
        asking=stems_of(table["asking"]["words"]),
        spelt=frozenset(table["asking"]["words"].split()),
        generic=stems_of(table["generic"]["words"]),
        bare_heads=stems_of(heads["bare"]),
        naming_heads=stems_of(heads["naming"]),
        disease_endings=tuple(heads["endings"].split()),
        verbs=stems_of(heads["verbs"]),
        others=together([*lines_of(table["irregular"]), *lines_of(table["aspects"])]),
    )


def lines_of(listed: Mapping[str, str]) -> list[frozenset[str]]:
    """The stems of each line of a list."""
    return [stems_of(line) for line in listed["forms"].strip().splitlines()]


def together(lines: Iterable[frozenset[str]]) -> dict[str, frozenset[str]]:
    """Each stem with all that stand in a line with it."""
    found: dict[str, frozenset[str]] = {}
    for line in lines:
        for stemmed in line:
            found[stemmed] = found.get(stemmed, frozenset()) | line
    return found


def stems_of(words: str) -> frozenset[str]:
    """The stems of a list of words."""
    return frozenset(stem(word) for word in words.split())
