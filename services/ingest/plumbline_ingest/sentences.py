"""Sentences of a document, and whether one introduces what follows it."""

from __future__ import annotations

import re
from typing import Final

from plumbline_clinical.sentences import sentence_spans

# A note in square brackets behind a full stop ("[Level IV]") ends with the sentence before it.
_AFTER_NOTE: Final = re.compile(r"[.!?](?:\s?\[[^\[\]]*\])+(?P<gap>\s+)(?=[\"“(]?[A-Z0-9])")
_NOTE_AT_END: Final = re.compile(r"(?:\s*\[[^\[\]]*\])+$")
_LABEL: Final = re.compile(
    r"(?:figure|fig|table|box|panel|chart|algorithm|appendix)\.?\s\w{1,4}(?:[.-]\w{1,3})?\.", re.I
)
_ASIDE_AT_END: Final = re.compile(r"\s*\([^()]*[^().!?…]\)$")


def sentences(text: str, start: int, end: int) -> list[tuple[int, int]]:
    """The sentences of a range, as ranges of the whole text; the range itself if there is none."""
    found: list[tuple[int, int]] = []
    for first, last in sentence_spans(text[start:end]):
        begin = start + first
        for note in _AFTER_NOTE.finditer(text, begin, start + last):
            found.append((begin, note.start("gap")))
            begin = note.end("gap")
        found.append((begin, start + last))
    return found or [(start, end)]


def stating(text: str, start: int, end: int) -> list[tuple[int, int]]:
    """The sentences without what only counts them: "Table 2." says nothing by itself."""
    *found, last = sentences(text, start, end)
    return [*(one for one in found if not _LABEL.fullmatch(text, *one)), last]


def leads_in(paragraph: str) -> bool:
    """Whether a paragraph introduces what follows: it ends with a colon, or without a full stop.

    A note in brackets at its end ("[see page 3]", "(pTNM)") says nothing about that.
    """
    words = _ASIDE_AT_END.sub("", _NOTE_AT_END.sub("", paragraph.rstrip()))
    return announces(paragraph) or words[-1:] not in ".!?…)”\"'"


def announces(paragraph: str) -> bool:
    """Whether a paragraph ends with a colon."""
    words = _NOTE_AT_END.sub("", paragraph.rstrip())
    return words.rstrip("*_)”\"'").endswith(":")
