"""Numerals as written in a text, read as exact decimal numbers."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal

from plumbline_clinical.text import LOWERED

ONE_TO_TWELVE = "one two three four five six seven eight nine ten eleven twelve"
NUMBER_WORDS = {word: Decimal(n) for n, word in enumerate(ONE_TO_TWELVE.split(), start=1)}
MULTIPLIERS = {"hundred": 2, "thousand": 3, "million": 6, "billion": 9}
FRACTIONS = dict(zip("¼½¾", map(Decimal, ("0.25", "0.5", "0.75")), strict=True))

# 10,000 | 10 000 with thin spaces | 10 000 with a plain one, only before 000 | 38,3 | 1.5 and 1·5
PLAIN = (
    r"\d{1,3}(?:,\d{3})+(?![\d,]*,?\d)(?:\.\d+)?"
    r"|\d{1,3}(?:[\u00a0\u2009\u202f]\d{3})+(?!\d)"
    r"|[1-9]\d{0,2}(?: 000)+(?!\d)"
    r"|\d+,\d{1,2}(?![\d,])"
    r"|\d+(?:[.·]\d+)?|(?<![\w.])\.\d+"
)
# 10⁹ | 10^9 | and after a multiplication sign also 10*9, 10E9 and 10(9), as plain text prints it
RAISED_POWER = r"10(?:\s?\^\s?\{?[-−–+]?\d{1,3}\}?|[⁺⁻]?[⁰¹²³⁴⁵⁶⁷⁸⁹]+)"
COUNT_POWER = r"10(?:\*{1,2}|[Ee]|\()(?:3|6|9|12)\)?(?!\d)"
NUMERAL = re.compile(
    rf"(?P<power>(?<![\d.,]){RAISED_POWER}|10\*(?:3|6|9|12)(?=/))"
    rf"|(?P<plain>{PLAIN})"
    rf"(?:\s*[x×X✕·*]\s*(?P<times>{RAISED_POWER}|{COUNT_POWER})"
    r"|[eE](?P<e>[-+]?\d{1,2})(?![\w.])"
    r"|(?P<fraction>[¼½¾])"
    r"|\s(?P<multiplier>hundred|thousand|million|billion)\b)?"
    r"|(?P<lone>[¼½¾])"
    rf"|\b(?P<word>{'|'.join(NUMBER_WORDS)})\b(?:\s(?P<word_times>hundred|thousand|million)\b"
    r"|(?P<word_fraction>\s+and\s+a\s+half)\b)?",
    re.IGNORECASE,
)
EXPONENT = re.compile(r"([-−–+⁻⁺]?)([\d⁰¹²³⁴⁵⁶⁷⁸⁹]+)\D*$")


@dataclass(frozen=True, slots=True)
class Numeral:
    """A number as written: `mantissa` × 10^`exponent`, at code points [start, end).

    `exponent` is None where no power of ten was written. `digits` says whether it was written in
    digits rather than as a word.
    """

    mantissa: Decimal
    exponent: int | None
    digits: bool
    start: int
    end: int

    @property
    def value(self) -> Decimal:
        """The number itself, exactly."""
        return self.mantissa if self.exponent is None else self.mantissa.scaleb(self.exponent)


def next_numeral(text: str, position: int) -> Numeral | None:
    """The first numeral that starts at or after a position, or None."""
    match = NUMERAL.search(text, position)
    return None if match is None else numeral_of(match)


def numeral_at(text: str, position: int) -> Numeral | None:
    """The numeral that starts exactly at a position, or None."""
    match = NUMERAL.match(text, position)
    return None if match is None else numeral_of(match)


def numeral_of(match: re.Match[str]) -> Numeral:
    """The number that a match of NUMERAL stands for."""
    mantissa, exponent = Decimal(1), None
    if match["power"]:
        exponent = exponent_of(match["power"])
    elif match["lone"]:
        mantissa = FRACTIONS[match["lone"]]
    elif match["word"]:
        mantissa = NUMBER_WORDS[match["word"].lower()] * multiplier(match["word_times"])
        mantissa += FRACTIONS["½"] if match["word_fraction"] else 0
    else:
        mantissa = plain_value(match["plain"]) * multiplier(match["multiplier"])
        mantissa += FRACTIONS.get(match["fraction"] or "", Decimal(0))
        if match["times"] or match["e"]:
            exponent = exponent_of(match["times"] or "10^" + match["e"])
    return Numeral(mantissa, exponent, not match["word"], match.start(), match.end())


def multiplier(word: str | None) -> Decimal:
    """What a word such as thousand multiplies by; 1 for none."""
    return Decimal(1).scaleb(MULTIPLIERS[word.lower()]) if word else Decimal(1)


def plain_value(written: str) -> Decimal:
    """A numeral without a power of ten. One comma before one or two digits is a decimal comma."""
    written = re.sub(r"\s", "", written).replace("·", ".")
    if re.fullmatch(r"\d+,\d{1,2}", written):
        return Decimal(written.replace(",", "."))
    return Decimal(written.replace(",", ""))


def exponent_of(power: str) -> int:
    """The exponent of a power of ten in any of its notations."""
    match = EXPONENT.search(power[2:])
    if match is None:
        return 1
    size = int(match[2].translate(LOWERED))
    return -size if match[1] in {"-", "−", "–", "⁻"} else size


def canonical(number: Decimal) -> str:
    """A number as the shortest decimal string without an exponent: 11.0 and 11 are both "11"."""
    return format(number.normalize(), "f") if number else "0"
