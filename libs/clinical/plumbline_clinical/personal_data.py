"""Personal data in a question: which kinds of it there are."""

from __future__ import annotations

import re
from collections.abc import Iterator

E_MAIL = re.compile(
    r"(?<![\w.+-])[\w.+-]+\s?(?:@|\(at\)|\[at\])\s?[\w-]+(?:\.[\w-]+)+", re.IGNORECASE
)

MONTH = r"(?:jan|feb|mar|apr|may|june?|july?|aug|sept?|oct|nov|dec)[a-z]*\.?"
DATE = (
    r"(?:\d{1,2}\s?[/.\-]\s?\d{1,2}\s?[/.\-]\s?(?:\d{4}|\d{2})|\d{4}-\d{2}-\d{2}"
    rf"|\d{{1,2}}(?:st|nd|rd|th)?(?:\s+of)?\s+{MONTH},?\s+\d{{4}}|{MONTH}\s+\d{{1,2}}(?:st|nd|rd"
    rf"|th)?,?\s+\d{{4}})"
)
BORN = re.compile(
    rf"\b(?:born|dob|d\.o\.b\.?|date\s+of\s+birth|birth\s?da(?:te|y))\b[\s:=,]*(?:(?:is|was|on|the"
    rf"|it's)\s+)*{DATE}(?!\d)",
    re.IGNORECASE,
)
# A whole date long ago is most often a birth date, unless its words say what happened then.
LONG_AGO = re.compile(r"(?<![\d./-])\d{1,2}[/.\-]\d{1,2}[/.\-](?:19\d\d|200\d)(?![\d/-]|\.\d)")
HAPPENED_THEN = re.compile(
    r"\b(?:diagnos\w+|treat\w+|started|stopped|began|since|scan\w*|tests?|tested|results?"
    r"|published|edition|version|dated)\b[^.?!]{0,25}$|\b(?:on|from)\s*$",
    re.IGNORECASE,
)

DIGIT_RUN = re.compile(r"(?<![\w.,/^(+-])[+(]{0,2}\d(?:[\s().\-]{0,2}\d){7,18}(?![\w^/%]|[.,]\d)")
SAYS_PHONE = re.compile(
    r"\b(?:phone|telephone|tel|mobile|cell|whatsapp|(?:call|ring|text|reach)\s+(?:me|us|him|her)"
    r"|fax)\b[^\d+(]{0,20}$",
    re.IGNORECASE,
)
INTERNATIONAL = re.compile(r"(?:\+|\(\+|00)\s?\(?[1-9]")
NATIONAL = re.compile(r"\(?0[1-9][\d\s()-]{8,14}")  # ten or eleven digits from 0
NORTH_AMERICAN = re.compile(r"(?:1[\s.-])?(?:\(\d{3}\)\s?|\d{3}[\s.-])\d{3}[\s.-]\d{4}")
TELEPHONE_DIGITS = range(9, 16)  # ITU-T E.164: at most 15

HEALTH_NUMBER = re.compile(r"(?<![\d.,-])\d{3} ?\d{3} ?\d{4}(?![\d/^]|[.,-]\d)")
RECORD = re.compile(
    r"\b(?:mrn|(?:medical|hospital|patient|health|case|file|record|insurance|policy|member"
    r"|membership|nhs|chi|medicare|"
    r"social\s+security|national\s+insurance|passport)\s+(?:(?:record|security"
    r"|insurance)\s+)?(?:no\b\.?|numbers?|num\b|id|nr\b|#)|ssn|nino)"
    r"[\s:=#]*(?:(?:is|was)\s+)?[a-z]{0,4}[\s-]?\d(?:[\s-]?[\da-z]){4,}",
    re.IGNORECASE,
)
SOCIAL_SECURITY = re.compile(r"(?<![\d-])\d{3}-\d{2}-\d{4}(?![\d-])")
NATIONAL_INSURANCE = re.compile(r"\b[A-CEGHJ-PR-TW-Z]{2}\s?\d{2}\s?\d{2}\s?\d{2}\s?[A-D]\b")
CARD = re.compile(r"(?<![\d.,])\d(?:[ -]?\d){12,18}(?![\d]|[.,]\d)")

NAME = re.compile(
    r"\b(?:(?:my|his|her|the\s+patient'?s?|patient'?s?|(?:husband|wife|mother|mum|father|dad|son"
    r"|daughter)'?s)\s+(?:full\s+|first\s+|last\s+)?"
    r"(?:name|surname)\s*(?:is|'s|:|=)|\bi\s+am\s+called|\bi'm\s+called|\bmy\s+name's)"
    r"\s*(?!(?:on|not|in|the|a|an|being|of|for|at|listed|there|wrong|misspelt|spelled|used|known"
    r"|asked|needed|required)\b)[^\W\d_]{2,}",
    re.IGNORECASE,
)


def personal_data(text: str) -> list[str]:
    """The kinds of personal data found, in reading order, each once; never the data itself.

    Kinds: "e-mail address", "birth date", "phone number", "record number", "card number", "name".
    The rules are cautious: laboratory values, doses, years and trial numbers are none of these.
    """
    text = text.replace("’", "'")
    found = sorted(places(text))
    return list(dict.fromkeys(kind for _, kind in found))


def places(text: str) -> Iterator[tuple[int, str]]:
    """Where personal data starts, and its kind, in no order."""
    for kind, pattern in (
        ("e-mail address", E_MAIL),
        ("birth date", BORN),
        ("record number", RECORD),
        ("record number", SOCIAL_SECURITY),
        ("record number", NATIONAL_INSURANCE),
        ("name", NAME),
    ):
        for match in pattern.finditer(text):
            yield match.start(), kind
    yield from birth_dates(text)
    yield from numbered(text)


def birth_dates(text: str) -> Iterator[tuple[int, str]]:
    """Whole dates long ago of which nothing is said that happened then."""
    for match in LONG_AGO.finditer(text):
        if not HAPPENED_THEN.search(text[: match.start()]):
            yield match.start(), "birth date"


def numbered(text: str) -> Iterator[tuple[int, str]]:
    """Long runs of digits: payment cards, health service numbers, telephone numbers."""
    taken: list[tuple[int, int]] = []
    for kind, pattern, check in (
        ("card number", CARD, passes_luhn),
        ("record number", HEALTH_NUMBER, passes_mod_11),
    ):
        for match in pattern.finditer(text):
            if check(digits_of(match[0])) and not says_phone(text, match.start()):
                taken.append(match.span())
                yield match.start(), kind
    for match in DIGIT_RUN.finditer(text):
        free = all(match.end() <= start or match.start() >= end for start, end in taken)
        if free and is_telephone(text, match):
            yield match.start(), "phone number"


def says_phone(text: str, start: int) -> bool:
    """Whether the words before a number call it a telephone number."""
    return SAYS_PHONE.search(text, max(0, start - 40), start) is not None


def is_telephone(text: str, match: re.Match[str]) -> bool:
    """Whether a run of digits is a telephone number: by its form, or by the words before it."""
    if LONG_AGO.search(match[0]) or SOCIAL_SECURITY.search(match[0]):
        return False
    count = len(digits_of(match[0]))
    if says_phone(text, match.start()):
        return count >= 8
    if count not in TELEPHONE_DIGITS:
        return False
    if NATIONAL.fullmatch(match[0]):
        return count in (10, 11)
    if INTERNATIONAL.match(match[0]):
        return True
    return NORTH_AMERICAN.fullmatch(match[0].strip()) is not None


def digits_of(written: str) -> str:
    """The digits of a written number."""
    return "".join(character for character in written if character.isdecimal())


def passes_mod_11(digits: str) -> bool:
    """The check digit of an NHS number (NHS Data Dictionary): weights 10 to 2, modulus 11."""
    total = sum(
        int(digit) * weight for digit, weight in zip(digits, range(10, 1, -1), strict=False)
    )
    check = (11 - total % 11) % 11
    return len(digits) == 10 and len(set(digits)) > 1 and check == int(digits[9])


def passes_luhn(digits: str) -> bool:
    """The check digit of a payment card (ISO/IEC 7812-1)."""
    total = 0
    for place, digit in enumerate(reversed(digits)):
        value = int(digit) * (2 if place % 2 else 1)
        total += value - 9 if value > 9 else value
    return len(set(digits)) > 1 and total % 10 == 0
