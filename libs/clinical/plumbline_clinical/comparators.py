"""Comparators around a number: at least, more than, up to, or larger."""

from __future__ import annotations

import re

OPPOSITE = {"<": ">=", "<=": ">", ">": "<=", ">=": "<", "=": "=", "~": "~"}

GREATER = ["more", "greater", "larger", "bigger", "higher", "longer", "older", "heavier", "wider"]
SMALLER = ["less", "fewer", "smaller", "lower", "shorter", "younger", "lighter"]
PHRASES = {
    **{f"{word} than": ">" for word in GREATER},
    **{f"{word} than": "<" for word in SMALLER},
    **dict.fromkeys(["over", "above", "exceeding", "exceeds", "exceed", "beyond"], ">"),
    **dict.fromkeys(["under", "below", "beneath"], "<"),
    **{f"{word} the age of": ">" for word in ("over", "above")},
    **{f"{word} the age of": "<" for word in ("under", "below")},
}
NEGATED = {
    f"{no} {phrase}": OPPOSITE[sign]
    for phrase, sign in PHRASES.items()
    for no in ("no", "not", "never", "n't")
}
ABOUT = ["about", "around", "approximately", "approx", "approx.", "roughly", "nearly", "almost"]
ABOUT += ["some", "circa", "ca.", "c."]
OTHERS = {
    "at least": ">=",
    "a minimum of": ">=",
    "minimum of": ">=",
    "minimum": ">=",
    "at most": "<=",
    "at the most": "<=",
    "at the least": ">=",
    "up to": "<=",
    "a maximum of": "<=",
    "maximum of": "<=",
    "maximum": "<=",
    "within": "<=",
    "not as much as": "<",
    "equal to": "=",
    **dict.fromkeys(ABOUT, "~"),
}
OR_EQUAL = {
    f"{lead}{word}{tail}": sign
    for words, sign in ((GREATER, ">="), (SMALLER, "<="))
    for word in words
    for lead, tail in (
        ("", " than or equal to"),
        ("", " or equal to"),
        ("equal to or ", " than"),
        ("equal or ", " than"),
    )
}
SYMBOLS = {
    "≥": ">=", "⩾": ">=", "≧": ">=", ">=": ">=", "=>": ">=", ">/=": ">=", "> or =": ">=",
    "≤": "<=", "⩽": "<=", "≦": "<=", "<=": "<=", "=<": "<=", "</=": "<=", "< or =": "<=",
    ">": ">", "<": "<", "＞": ">", "＜": "<", "=": "=", "~": "~", "≈": "~", "∼": "~", "≃": "~",
}  # fmt: skip
PREFIXES = {**PHRASES, **NEGATED, **OTHERS, **OR_EQUAL, **SYMBOLS}
LONGEST_FIRST = sorted(PREFIXES, key=len, reverse=True)
ENDINGS = tuple(LONGEST_FIRST)
WINDOW = max(map(len, LONGEST_FIRST)) + 8  # room for an article and spaces

ARTICLE = re.compile(r"\s(?:a|an|the)\s*$")
SUFFIX = re.compile(
    r"\s*(?:(?:across|wide|thick|in\s+(?:diameter|size|length|width))\s*)?,?\s*(?:or|and)\s+"
    rf"(?:(?P<more>more|above|over|up|upwards|after|beyond|{'|'.join(GREATER)})"
    rf"|(?P<less>less|below|under|{'|'.join(SMALLER)}))\b(?!\s+than\b)"
    r"|\s*(?P<plus>\+)(?![\w+])"
    r"|\s+(?P<most>at\s+(?:the\s+)?most)\b|\s+(?P<least>at\s+(?:the\s+)?least)\b",
    re.IGNORECASE,
)
OVER_A_NUMBER = re.compile(r"over\s+(?!the\b)", re.IGNORECASE)
# "over 2 months" tells how long something takes, unless it says how long something lasted.
LASTING = re.compile(
    r"\b(?:for|last(?:s|ed|ing)?|after|aged?|is|are|was|were|been|takes?|took|tak(?:en|ing)|"
    r"people|persons?|patients?|adults?|those|anyone|everyone|women|men|if)\s*$",
    re.IGNORECASE,
)


def before(text: str, position: int) -> tuple[str, int] | None:
    """The comparator that ends where a number starts, and where it starts; None without one."""
    left = max(0, position - WINDOW)
    window = text[left:position].lower().replace("’", "'").rstrip()
    if not window.endswith(ENDINGS):
        window = ARTICLE.sub("", window)
        if not window.endswith(ENDINGS):
            return None
    for phrase in LONGEST_FIRST:
        start = len(window) - len(phrase)
        if window.endswith(phrase) and on_a_boundary(window, start, phrase):
            return PREFIXES[phrase], left + start
    return None


def on_a_boundary(window: str, start: int, phrase: str) -> bool:
    """Whether a phrase is whole words: "over" is not in "moreover". "n't" ends a word."""
    return (
        not phrase[0].isalpha()
        or phrase.startswith("n't")
        or not window[start - 1 : start].isalnum()
    )


def after(text: str, position: int) -> tuple[str, int] | None:
    """The comparator that follows a quantity, and where it ends: "or larger" is ">="."""
    match = SUFFIX.match(text, position)
    if match is None:
        return None
    return ">=" if match["more"] or match["plus"] or match["least"] else "<=", match.end()


def is_a_span(text: str, start: int, sign: str) -> bool:
    """Whether "over" before a time, starting at a position, means during rather than more than."""
    if sign != ">" or not OVER_A_NUMBER.match(text, start):
        return False
    return LASTING.search(text, max(0, start - 12), start) is None
