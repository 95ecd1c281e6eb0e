"""Where a line may not break: between a number and its unit, and before a citation marker."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

KEPT_CHARACTERS: Final = 28  # longer runs may break, or they would not fit a screen of 320 px

_RAISED: Final = "⁰¹²³⁴⁵⁶⁷⁸⁹⁻⁺"
_NUMBER: Final = re.compile(
    rf"(?:[<>≤≥~±≈]\s?)?\d+(?:[.,]\d+)*[{_RAISED}]*"  # the number, with what compares it
    rf"(?:\s[×x]\s10[{_RAISED}]+[^\s,;.]*|\s[^\s\d,;:.()]{{1,7}})?"  # a power of ten, or its unit
)
_TAIL: Final = re.compile(r"\S+\s*\Z")


@dataclass(frozen=True, slots=True)
class Run:
    """A stretch of text; `kept`: no line may break inside it."""

    text: str
    kept: bool


def runs(text: str) -> tuple[Run, ...]:
    """The text in runs that join to it again; the last one is the word that carries the marker.

    Only where lines break is decided here; not one character is changed, so that the text can
    still be compared with what was signed.
    """
    spans = [m.span() for m in _NUMBER.finditer(text) if " " in m[0] and _fits(*m.span())]
    tail = _TAIL.search(text)
    if tail and _fits(*tail.span()):
        start = tail.start()
        if spans and spans[-1][1] > start and _fits(spans[-1][0], len(text)):
            start = spans.pop()[0]
        spans = [span for span in spans if span[1] <= start] + [(start, len(text))]
    return _cut(text, spans)


def _fits(start: int, end: int) -> bool:
    return end - start <= KEPT_CHARACTERS


def _cut(text: str, spans: list[tuple[int, int]]) -> tuple[Run, ...]:
    made: list[Run] = []
    done = 0
    for start, end in spans:
        if start > done:
            made.append(Run(text[done:start], kept=False))
        made.append(Run(text[start:end], kept=True))
        done = end
    if done < len(text):
        made.append(Run(text[done:], kept=False))
    return tuple(made)
