"""Whether a sentence tells of something as happening now, to the writer or someone close."""

from __future__ import annotations

import re

from plumbline_clinical.red_flags_cues import (
    AGAIN,
    ASKED_IN_GENERAL,
    CLAUSE,
    DENIAL,
    DENIED_LIST,
    FINER,
    FIRST_PERSON,
    HAPPENING,
    IN_GENERAL,
    IS_IT,
    IT_IS_THERE,
    MINE_BEFORE,
    NOT_A_DENIAL,
    NOT_THEIRS,
    NOW,
    OVER,
    PAST,
    READING,
    RISK,
    SAID_NOW,
    SOURCE,
    SUPPOSED,
)

SENTENCE_END = re.compile(r"(?<=[.!?])\s+|\n+|(?<=[a-z])\.(?=[A-Za-z]{2})")
QUOTES = str.maketrans("’‘`´", "''''")


def sentences_of(text: str) -> list[str]:
    """The sentences of a question as it was typed, with straight quotes and single spaces."""
    text = text.translate(QUOTES)
    return [" ".join(part.split()) for part in SENTENCE_END.split(text) if part.strip()]


def clause_around(sentence: str, start: int, *, finer: bool) -> tuple[int, int]:
    """The clause of a sentence that holds a place, as a range; finer ones end at "and I" too."""
    marks = list(CLAUSE.finditer(sentence)) + (list(FINER.finditer(sentence)) if finer else [])
    left = max((mark.end() for mark in marks if mark.end() <= start), default=0)
    right = min((mark.start() for mark in marks if mark.start() > start), default=len(sentence))
    return left, right


def denied(sentence: str, start: int, end: int) -> bool:
    """Whether what stands at a place is said not to be there, or to be over."""
    before = sentence[:start]
    if DENIAL.search(before) and not NOT_A_DENIAL.search(before):
        return True
    if any(match.start() < start < match.end() for match in DENIED_LIST.finditer(sentence)):
        return True
    return OVER.match(sentence, end) is not None or OVER.match(sentence[end:]) is not None


def supposed(sentence: str, start: int, end: int) -> bool:
    """Whether what stands at a place is only imagined, feared, or to be prevented."""
    if SAID_NOW.match(sentence[end:]):
        return False
    left, _ = clause_around(sentence, start, finer=False)
    before = sentence[left:start]
    return SUPPOSED.search(before) is not None or RISK.search(before) is not None


def long_past(sentence: str, start: int) -> bool:
    """Whether what starts at a place is told of an earlier time and not of now."""
    left, right = clause_around(sentence, start, finer=False)
    clause = sentence[left:right]
    if AGAIN.search(sentence) or NOW.search(clause):
        return False
    return PAST.search(clause) is not None


def happening(sentence: str, start: int) -> bool:
    """Whether the clause says of the writer, or of someone close, that it is so."""
    left, right = clause_around(sentence, start, finer=True)
    clause = NOT_THEIRS.sub("the", READING.sub(" ", sentence[left:right]))
    before = NOT_THEIRS.sub("the", sentence[left:start])
    return HAPPENING.search(clause) is not None or MINE_BEFORE.search(before) is not None


def in_general(sentence: str, start: int) -> bool:
    """Whether the clause asks or tells about people in general, a word, or a text."""
    left, right = clause_around(sentence, start, finer=True)
    clause = sentence[left:right]
    if ASKED_IN_GENERAL.match(clause) or IN_GENERAL.search(clause) or SOURCE.search(clause):
        return True
    return IS_IT.search(clause) is not None


def it_is_there(sentences: list[str]) -> bool:
    """Whether any sentence says "I have it", so that the others do not ask in general."""
    return any(IT_IS_THERE.search(sentence) for sentence in sentences)


def told_as_present(sentence: str, start: int, end: int, there: bool) -> bool:
    """Whether what stands at [start, end) is told as happening now. Where it is unclear, it is.

    `there` says that another sentence tells of it as happening.
    """
    if denied(sentence, start, end) or supposed(sentence, start, end):
        return False
    if long_past(sentence, start):
        return False
    return there or happening(sentence, start) or not in_general(sentence, start)


def told_as_crisis(sentence: str, start: int, end: int, there: bool) -> bool:
    """As `told_as_present`, but what is supposed or past counts too: a thought is reason enough."""
    if denied(sentence, start, end):
        return False
    own = FIRST_PERSON.search(sentence) is not None
    return there or own or happening(sentence, start) or not in_general(sentence, start)


def told_at_all(_sentence: str, _start: int, _end: int, _there: bool) -> bool:
    """However it is told."""
    return True
