"""Negation, direction, certainty and obligation."""

from __future__ import annotations

import re

NEGATION = re.compile(r"\b(?:no|not|never|none|without|cannot)\b|n['’]t\b", re.IGNORECASE)


def negated(text: str, start: int, end: int) -> bool:
    """Whether what stands at [start, end) is denied."""
    return bool(NEGATION.search(text[max(0, start - 40) : start]))


def negation_count(text: str) -> int:
    """How many negations a text holds."""
    return len(NEGATION.findall(text))


def direction(text: str) -> set[str]:
    """The directions a text speaks of: "up", "down"."""
    found = set()
    if re.search(r"\b(?:increas|rise|rising|more|higher|longer|grow)", text, re.IGNORECASE):
        found.add("up")
    if re.search(r"\b(?:decreas|fall|less|lower|shorter|shr[iu]nk)", text, re.IGNORECASE):
        found.add("down")
    return found


def strength(text: str) -> int:
    """How far a statement is hedged: 0 certain, 1 likely, 2 can, 3 may."""
    return 3 if re.search(r"\b(?:may|might)\b", text, re.IGNORECASE) else 0


def obligation(text: str) -> int:
    """How binding a statement is: 0 not at all, 1 may be considered, 2 should, 3 must."""
    return 2 if re.search(r"\b(?:should|recommended)\b", text, re.IGNORECASE) else 0
