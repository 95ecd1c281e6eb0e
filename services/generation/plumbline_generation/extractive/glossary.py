"""What the evidence itself names: phrases of headings, headers, labels and sentence subjects."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Final

from plumbline.ingest.v1.events_pb2 import (
    SPAN_KIND_COLUMN_HEADER,
    SPAN_KIND_ITEM,
    SPAN_KIND_LEAD_IN,
    SPAN_KIND_ROW_HEADER,
    SPAN_KIND_SENTENCE,
)
from plumbline_generation.extractive.cues import (
    DETERMINERS,
    DISEASE_HEADS,
    FUNCTION,
    GENERIC,
    VERBS,
)
from plumbline_generation.extractive.evidence import Library, Unit
from plumbline_generation.extractive.reading import (
    Stems,
    Token,
    read_tokens,
    stems_of,
    tokens,
    verb_at,
    without_parentheses,
)

LONGEST_NAME: Final = 7  # words; what is longer is a sentence, not a name
PARTS: Final = re.compile(r"[:;,/|?.–—]|\s(?:and|or|versus|vs)\s", re.IGNORECASE)
ABBREVIATED: Final = re.compile(r"(?P<long>[^()\[\].;:]{3,80})[(\[](?P<short>[A-Z][\w-]{1,9})[)\]]")
LABELLED: Final = re.compile(r"^(?P<label>[^:.;!?]{2,60}):\s")
PAUSE: Final = re.compile(r"[:;,]")
INSIDE: Final = frozenset(["of", "with", "without", "in", "to", "for", "on", "by", "no"])
# Words of many diseases' names that name none of them alone.
NOT_ALONE: Final = DISEASE_HEADS | frozenset(["cell", "cells", "type", "acute", "chronic"])
SUBJECT_VERBS: Final = frozenset(
    ["is", "are", "means", "mean", "refers", "describes", "stands", "needs", "requires"]
)


@dataclass
class Name:
    """A phrase by which the evidence names something, and where it was seen used so."""

    words: tuple[Token, ...]
    surface: str
    uses: set[str] = field(default_factory=set)

    @property
    def stems(self) -> Stems:
        """Its stems in order."""
        return stems_of(self.words)


class Glossary:
    """Names and abbreviations that stand in a library."""

    def __init__(self, library: Library) -> None:
        self.names: dict[Stems, Name] = {}
        self.short: dict[str, Stems] = {}
        self._disease = frozenset(
            word.stem
            for word in tokens(f"{library.disease_label} {library.called} {library.disease}")
        )
        for heading in library.headings():
            self._add_text(heading, "heading")
            self._add_abbreviations(heading)
        heads_cells = {id(unit.column) for unit in library.units if unit.column}
        for unit in library.units:
            # The header over the row headers says what they are; it names nothing compared.
            if unit.kind != SPAN_KIND_COLUMN_HEADER or id(unit) in heads_cells:
                self._add_unit(unit)

    def is_disease(self, words: Sequence[Token]) -> bool:
        """Whether the words name the disease of the library and nothing else."""
        telling = [word for word in words if word.low not in FUNCTION]
        return all(word.stem in self._disease for word in telling) and any(
            word.low not in NOT_ALONE for word in telling
        )

    def _add_unit(self, unit: Unit) -> None:
        self._add_abbreviations(unit.text)
        if unit.kind == SPAN_KIND_COLUMN_HEADER:
            self._add_text(unit.text, "column")
        elif unit.kind == SPAN_KIND_ROW_HEADER:
            self._add_text(unit.text, "row")
        elif unit.kind in (SPAN_KIND_SENTENCE, SPAN_KIND_LEAD_IN, SPAN_KIND_ITEM):
            if label := label_of(unit.text):
                self._add_text(label, "label")
            for use, words in openings(unit.text):
                self._add(words, unit.text, use)

    def _add_text(self, text: str, use: str) -> None:
        for part in PARTS.split(without_parentheses(text)):
            self._add(name_words(tokens(part)), part, use)

    def _add(self, words: tuple[Token, ...], text: str, use: str) -> None:
        words = self._without_disease_tail(words)
        if not words or len(words) > LONGEST_NAME or self.is_disease(words):
            return
        surface = text[words[0].start : words[-1].end]
        self.names.setdefault(stems_of(words), Name(words, surface)).uses.add(use)

    def _without_disease_tail(self, words: tuple[Token, ...]) -> tuple[Token, ...]:
        for index in range(1, len(words) - 1):
            if words[index].low in INSIDE and self.is_disease(words[index + 1 :]):
                return words[:index]
        return words

    def _add_abbreviations(self, text: str) -> None:
        if "(" not in text and "[" not in text:
            return
        for found in ABBREVIATED.finditer(text):
            long = spelt_out(found["short"], read_tokens(found["long"]))
            if long:
                self.short.setdefault(found["short"], stems_of(long))


def label_of(text: str) -> str:
    """The words before the colon that a sentence or item opens with; "" when it opens with none."""
    found = LABELLED.match(text)
    return found["label"] if found else ""


def name_words(words: Sequence[Token]) -> tuple[Token, ...]:
    """The first run of words that can be a name: no verb in it, nothing generic at its edges."""
    kept: list[Token] = []
    for word in words:
        ends = word.low in VERBS and word.low not in GENERIC
        ends = ends or (word.low in FUNCTION and word.low not in INSIDE)
        if ends and any(not seen.generic for seen in kept):
            break
        kept = [] if ends else [*kept, word]
    return trimmed(kept)


def trimmed(words: Sequence[Token]) -> tuple[Token, ...]:
    """The words without what is generic at either edge. "No Z" and "Z a" are names."""
    start, end = 0, len(words)
    while start < end and words[start].generic and words[start].low != "no":
        start += 1
    while end > start and words[end - 1].generic and words[end - 1].low != "a":
        end -= 1
    return tuple(words[start:end])


def openings(text: str) -> Iterator[tuple[str, tuple[Token, ...]]]:
    """Names a sentence opens with: "A Z means …" (subject), "In a Z, …" (prefix, its article)."""
    text = without_parentheses(text)
    words = tokens(text)
    if not words:
        return
    if words[0].low in ("in", "with", "for") and "," in text:
        comma = text.index(",")
        before = [word for word in words[1:] if word.start < comma]
        article = before[0].low if before and before[0].low in DETERMINERS else ""
        article = "a" if article == "an" else article
        yield f"prefix {words[0].low} {article}", name_words(before)
        return
    for index, word in enumerate(words[: LONGEST_NAME + 2]):
        if index and PAUSE.search(text[words[index - 1].end : word.start]):
            return
        if verb_at(words, index):
            if word.low in SUBJECT_VERBS:
                yield "subject", name_words(words[:index])
            return


def spelt_out(short: str, words: Sequence[Token]) -> tuple[Token, ...]:
    """The last words whose initials make the abbreviation: both words of "full zed (FZ)"."""
    letters = [letter.casefold() for letter in short if letter.isupper()]
    naming = [index for index, word in enumerate(words) if word.low not in DETERMINERS]
    if len(letters) < 2 or len(naming) < len(letters):
        return ()
    last = naming[-len(letters) :]
    if [words[index].low[0] for index in last] != letters:
        return ()
    return tuple(words[last[0] :])
