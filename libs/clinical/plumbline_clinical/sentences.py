"""Where sentences begin and end."""

from __future__ import annotations

import re
from functools import lru_cache

# A place where a sentence may end: marks with closing quotes or brackets, then white space; a
# blank line; a new line that starts a list item, a heading or a table row, or ends one.
BOUNDARY = re.compile(
    r"(?P<mark>[.!?…]+)[\"'”’)\]]*(?P<gap>\s+)(?=\S)"
    r"|(?P<blank>[^\S\n]*\n\s*\n\s*)"
    r"|(?P<line>\s*\n\s*(?=[-*•–]\s|\d{1,2}[.)]\s|#{1,6}\s|\|))"
    r"|(?P<row>(?<=\|)\s*\n\s*)"
)
NEVER_LAST = "dr mr mrs ms prof st vs v cf fig figs eg e.g i.e ie viz approx ca al ref refs"
BEFORE_NUMERALS = "no nos vol p pp min max ed eds mo hr hrs wk wks yr yrs"
MAYBE_LAST = "i.v p.o b.d o.d t.d.s q.d s.c i.m a.m p.m inc ltd etc"
STARTERS = """
    the a an it its this that these those they he she we you i if in on at for from with when
    while after before because but and or so some most many all your his her our there then not
    no people patients what how why do does did is are can take ask call tell as to by
"""
# Never the end of a sentence; an abbreviation before a numeral and else an ordinary word; the end
# only where the next word commonly starts a sentence.
NEVER = frozenset(NEVER_LAST.split())
NUMBERED = frozenset(BEFORE_NUMERALS.split())
MAYBE = frozenset(MAYBE_LAST.split())
STARTING = frozenset(STARTERS.split())
LAST_WORD = re.compile(r"(?:^|[\s(\[\"'“‘/])([^\s(\[\"'“‘/]*)$")
NEXT_WORD = re.compile(r"[\"'“‘(\[]*([^\W_]+)")
LIST_MARK = re.compile(r"^\s*(?:\(?(?:\d{1,3}|[a-zA-Z]|[ivx]{1,4})|[A-Z](?:\.[A-Z])*)$")
INITIAL = re.compile(r"(?:^|\s)(?:(?:Dr|Mr|Mrs|Ms|Prof)\.?|[A-Z]\.)\s+[A-Z]$")
OPENING = "\"'“‘(["


def sentence_spans(text: str) -> list[tuple[int, int]]:
    """The sentences of a text as code point ranges [start, end), without surrounding white space.

    Abbreviations, decimals and initials do not end a sentence; a blank line, a list item and a
    table's row do. Every character that is not white space lies in exactly one sentence.
    """
    return list(spans(text))


@lru_cache(maxsize=4096)
def spans(text: str) -> tuple[tuple[int, int], ...]:
    """The sentences of a text, as an unchangeable sequence."""
    found, start = [], 0
    for boundary in BOUNDARY.finditer(text):
        if boundary["mark"] and not ends_a_sentence(text, start, boundary):
            continue
        found.append((start, boundary.start("gap") if boundary["mark"] else boundary.start()))
        start = boundary.end()
    found.append((start, len(text)))
    trimmed = (trim(text, *span) for span in found)
    return tuple(span for span in trimmed if span[0] < span[1])


def trim(text: str, start: int, end: int) -> tuple[int, int]:
    """A range without the white space at its ends."""
    piece = text[start:end]
    return start + len(piece) - len(piece.lstrip()), start + len(piece.rstrip())


def ends_a_sentence(text: str, start: int, boundary: re.Match[str]) -> bool:
    """Whether the marks of a boundary end the sentence that began at `start`."""
    following = NEXT_WORD.match(text, boundary.end())
    next_word = following[1] if following else ""
    if boundary["mark"] != ".":
        return not boundary["mark"].startswith(".") or not next_word[:1].islower()
    before = text[start : boundary.start("mark")]
    if LIST_MARK.match(before):
        return False
    return starts_like_a_sentence(next_word) and not abbreviates(before, next_word)


def starts_like_a_sentence(word: str) -> bool:
    """Whether a word can start a sentence: a capital, a digit, or a capital inside as in iwCLL."""
    if not word:
        return True
    return not word[0].islower() or (not word.islower() and word[0].isalpha())


def abbreviates(before: str, next_word: str) -> bool:
    """Whether the full stop belongs to an abbreviation at the end of what stands before it."""
    match = LAST_WORD.search(before)
    last = match[1].lower().lstrip(OPENING) if match else ""
    if last in NEVER:
        return True
    if last in NUMBERED:
        return next_word[:1].isdigit()
    if last in MAYBE:
        return next_word.lower() not in STARTING
    return INITIAL.search(before) is not None
