"""Body temperatures in a sentence, in degrees Celsius."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

TENS = {"thirty": 30, "forty": 40, "ninety": 90, "hundred": 100}
ONE_TO_NINE = "one two three four five six seven eight nine"
ONES = {word: n for n, word in enumerate(ONE_TO_NINE.split(), start=1)}
ONE = "|".join(ONES)
SPELT = re.compile(
    rf"\b(?:(?:a|one) (?P<hundred>hundred)(?: (?:and )?(?P<hone>{ONE}))?"
    rf"|(?P<tens>thirty|forty|ninety)(?:[- ](?P<one>{ONE}))?)"
    rf"(?: point (?P<point>{ONE}|zero|oh|o)| (?P<half>and a half))?\b",
    re.IGNORECASE,
)
DIGITS = re.compile(r"(?<![\d.,/:-])(?P<number>\d{2,3}(?:[.,·]\d{1,2})?)(?![\d:]|[.,]\d)")
UNIT = re.compile(
    r"\s*(?:(?P<c>[°º˚]\s?c\b|℃|deg(?:ree)?s?\.?\s?(?:c\b|celsius|centigrade)|celsius|centigrade"
    r"|c\b)"
    r"|(?P<f>[°º˚]\s?f\b|℉|deg(?:ree)?s?\.?\s?(?:f\b|fahrenheit|farenheit)|fahrenheit|farenheit"
    r"|f\b)"
    r"|(?P<degrees>[°º˚]|deg(?:ree)?s?\b))",
    re.IGNORECASE,
)
OTHER_UNIT = re.compile(
    r"\s*-?\s*(?:%|mg|mcg|µg|ml|mm|cm|kg|kilos?|lbs?|stone|g\b|g/|/\s?\d|/[µu]?l|x\s?10|×|years?"
    r"|yrs?|year-old|yo\b|y/o|"
    r"days?|weeks?|months?|hours?|hrs?|mins?|minutes?|times|people|patients|bpm|beats|cycles?"
    r"|tablets?|pills?|doses?|"
    r"points?|per\b|units?|pounds?|euros?|u/l|iu|mmol|miles?|metres?|th\b|st\b|nd\b|rd\b)",
    re.IGNORECASE,
)
NEAR = 45  # code points between a number and the word that makes it a temperature


@dataclass(frozen=True, slots=True)
class Temperature:
    """A body temperature in degrees Celsius, at code points [start, end)."""

    celsius: Decimal
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Thermometer:
    """How a policy reads temperatures: which numbers are plausible, which words stand near them."""

    celsius: tuple[Decimal, Decimal]
    fahrenheit: tuple[Decimal, Decimal]
    near: re.Pattern[str]
    not_near: re.Pattern[str]

    @classmethod
    def of(cls, table: Mapping[str, Any]) -> Thermometer:
        """The thermometer that a policy's table describes."""
        return cls(
            bounds(table["plausible_celsius"]),
            bounds(table["plausible_fahrenheit"]),
            any_of(table["near"]),
            any_of(table["not_near"]),
        )

    def read(self, sentence: str) -> list[Temperature]:
        """Every body temperature in a sentence, in order."""
        found = []
        for value, start, end in numbers_in(sentence):
            unit = UNIT.match(sentence, end)
            celsius = self.celsius_of(value, unit)
            if celsius is None or (unit is None and OTHER_UNIT.match(sentence, end)):
                continue
            if self.is_told(sentence, start, end, unit):
                found.append(Temperature(celsius, start, unit.end() if unit else end))
        return found

    def celsius_of(self, value: Decimal, unit: re.Match[str] | None) -> Decimal | None:
        """A number in degrees Celsius, or None where it can be no body temperature."""
        low, high = self.celsius
        if low <= value <= high and not (unit and unit["f"]):
            return value
        low, high = self.fahrenheit
        if low <= value <= high and not (unit and unit["c"]):
            return (value - 32) * 5 / 9
        return None

    def is_told(self, sentence: str, start: int, end: int, unit: re.Match[str] | None) -> bool:
        """Whether a plausible number is meant as a body temperature."""
        around = sentence[max(0, start - NEAR) : end + NEAR]
        if self.near.search(around):
            return unit is not None or not self.belongs_elsewhere(sentence, start)
        if self.not_near.search(sentence):
            return False
        if unit is not None:
            return True
        return "." in sentence[start:end] or "," in sentence[start:end]

    def belongs_elsewhere(self, sentence: str, start: int) -> bool:
        """Whether the word right before a number says what it counts: "platelets 39"."""
        return self.not_near.search(sentence[max(0, start - 16) : start]) is not None


def bounds(pair: Sequence[float]) -> tuple[Decimal, Decimal]:
    """The lowest and the highest of a plausible range."""
    low, high = pair
    return Decimal(str(low)), Decimal(str(high))


def any_of(words: Sequence[str]) -> re.Pattern[str]:
    """One expression for whole words."""
    return re.compile(rf"\b(?:{'|'.join(map(re.escape, words))})\b", re.IGNORECASE)


def numbers_in(sentence: str) -> list[tuple[Decimal, int, int]]:
    """Numbers in digits ("38.4", "38,4") and in words ("a hundred and one"), with their places."""
    found = [
        (Decimal(match["number"].replace(",", ".").replace("·", ".")), match.start(), match.end())
        for match in DIGITS.finditer(sentence)
    ]
    found += [(spelt(match), match.start(), match.end()) for match in SPELT.finditer(sentence)]
    return sorted(found, key=lambda number: number[1])


def spelt(match: re.Match[str]) -> Decimal:
    """The number that is spelt out."""
    whole = TENS[(match["hundred"] or match["tens"]).lower()]
    whole += ONES.get((match["hone"] or match["one"] or "").lower(), 0)
    tenths = 5 if match["half"] else ONES.get((match["point"] or "").lower(), 0)
    return Decimal(whole) + Decimal(tenths) / 10
