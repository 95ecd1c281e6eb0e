"""Which words of a question may name the thing asked about, the fullest reading first."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from plumbline_generation.extractive.cues import CONTEXT_PREPOSITIONS, DETERMINERS, FUNCTION
from plumbline_generation.extractive.glossary import Glossary, trimmed
from plumbline_generation.extractive.reading import (
    Stems,
    Token,
    read_named,
    read_tokens,
    stems_of,
)


class Variants:
    """Readings of a run of words, for one library's disease."""

    def __init__(self, glossary: Glossary) -> None:
        self._glossary = glossary

    def of(self, words: Sequence[Token], *, whole: bool = False) -> Iterator[tuple[Token, ...]]:
        """The words that may be the term: all of them, then without the context they stand in."""
        seen: set[Stems] = set()
        led = self._without_disease(words, led_only=True)
        bare = self._without_disease(words, led_only=False)
        cut = _before_context(bare)
        tail = bare[len(cut) :]
        keeps_all = all(word.generic for word in tail)
        for inside in (led, bare, *([cut] if keeps_all or not whole else [])):
            for candidate in (_edged(inside), trimmed(inside)):
                if candidate and stems_of(candidate) not in seen:
                    seen.add(stems_of(candidate))
                    yield candidate

    def without_disease(self, words: Sequence[Token]) -> list[Token]:
        """The words without any name of the disease."""
        return self._without_disease(words, led_only=False)

    def _without_disease(self, words: Sequence[Token], *, led_only: bool) -> list[Token]:
        """Words without the disease and its preposition; `led_only` keeps it in "Z group"."""
        kept: list[Token] = []
        named_disease = _disease_words(" ".join(word.text for word in words))
        index = 0
        while index < len(words):
            end = index
            while end < len(words) and self._of_disease(words[index : end + 1], named_disease):
                end += 1
            led = _leads(kept)
            if end == index or (led_only and not led):
                kept.extend(words[index : max(end, index + 1)])
            else:
                while kept and kept[-1].low in FUNCTION:
                    kept.pop()
            index = max(end, index + 1)
        return kept

    def _of_disease(self, words: Sequence[Token], named_disease: frozenset[str]) -> bool:
        return words[0].low not in FUNCTION and (
            all(word.low in named_disease for word in words) or self._glossary.is_disease(words)
        )


def _disease_words(text: str) -> frozenset[str]:
    return frozenset(
        word.low
        for written in (text, text.upper())
        for found in read_named(written)
        if found.concept.kind == "disease"
        for word in read_tokens(written[found.start : found.end])
    )


def _leads(words: Sequence[Token]) -> bool:
    """Whether the words end in a preposition, perhaps with an article after it."""
    bare = [word for word in words[-2:] if word.low not in DETERMINERS]
    return bool(bare) and bare[-1] in words[-2:] and bare[-1].low in CONTEXT_PREPOSITIONS


def _edged(words: Sequence[Token]) -> tuple[Token, ...]:
    """The words without the scaffolding of the question at either edge."""
    start, end = 0, len(words)
    while start < end and words[start].scaffolding and words[start].low != "no":
        start += 1
    while end > start and words[end - 1].scaffolding and words[end - 1].low != "a":
        end -= 1
    return tuple(words[start:end])


def _before_context(words: Sequence[Token]) -> Sequence[Token]:
    """The words up to the first preposition that follows something."""
    for index, word in enumerate(words):
        if word.low in CONTEXT_PREPOSITIONS and not all(seen.generic for seen in words[:index]):
            return words[:index]
    return words
