"""Quantities in a text: value or range, comparator, unit."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import lru_cache

from plumbline_clinical import comparators, units
from plumbline_clinical.lexicon import lexicon
from plumbline_clinical.numerals import Numeral, canonical, next_numeral, numeral_at
from plumbline_clinical.units import Unit, convertible, read_unit

__all__ = [
    "Quantity",
    "convertible",
    "is_year",
    "negation_of",
    "numbers",
    "quantities",
    "same_quantity",
]

MONTHS = "Jan|Feb|Mar|Apr|May|June?|July?|Aug|Sept?|Oct|Nov|Dec"
MONTH = rf"(?:{MONTHS})(?:uary|ruary|ch|il|e|y|ust|tember|ober|ember)?\b\.?"
# What holds digits and is no quantity: dates (their year is left to be read), times of day, ratios
# such as 2:1, references in brackets.
NOT_QUANTITIES = re.compile(
    r"\b\d{1,2}[/.-]\d{1,2}[/.-](?:\d{4}|\d{2})\b(?!\.?\d)|\b\d{4}-\d{2}-\d{2}\b"
    r"|\b\d{1,2}:\d{1,2}\b"
    rf"|\b\d{{1,2}}(?:st|nd|rd|th)?(?=\s+{MONTH})|\b{MONTH}\s+\d{{1,2}}(?=,?\s+\d{{4}}\b)"
    r"|\[\d+(?:\s*[,–-]\s*\d+)*\]|\(\d+;\d+\)|\b\d+(?:\.\d+){2,}\b"
)
# After these a numeral is a label: "stage 3", "day 1".
ORDINARY_LABELS = (
    r"stages?|grades?|phases?|types?|tables?|figures?|figs?\.?|sections?|chapters?|pages?|versions?"
    r"|steps?|levels?|parts?|appendix|groups?|class(?:es)?|categor(?:y|ies)|arms?|questions?"
    r"|numbers?|no\."
)
TIME_LABELS = r"days?|weeks?|cycles?|months?|visits?"
LABEL = re.compile(
    rf"\b(?:(?:{'|'.join([ORDINARY_LABELS, *lexicon().numeral_labels])})"
    rf"|(?<!\bper )(?<!\ba )(?<!each )(?<!every )(?:{TIME_LABELS}))"
    r"[\s(]*(?:(?:[<>≤≥=]=?|at least|above|below|over|under)\s*)?"
    r"(?:(?:\d{1,2}|[ivx]{1,4})\s*(?:[-–/,]|to|or|and)\s*)?$",
    re.IGNORECASE,
)
AGE = re.compile(
    r"\bage[ds]?(?:\s+(?:of|is|was|over|under|above|below|at least))?\s*[<>≤≥=]*\s*$",
    re.IGNORECASE,
)
SIGN = re.compile(r"(?:^|(?<=[\s(±,;:/–—]))[-−–+±]$")
INSIDE_A_NAME = re.compile(r"(?:[^\W\d_][-‐‑]?|[\w][-‐‑]|\d[.,:/]|[\w]\()$")
JOINER = re.compile(
    r"\s*(?:[-‐‑–—−]|\bto\b|\bthrough\b)\s*(?P<sign>[-−–+](?=[\d.]))?", re.IGNORECASE
)
AND_JOINER = re.compile(r"\s*(?:\band\b|[-–—]|\bto\b)\s*(?P<sign>[-−–+](?=[\d.]))?", re.IGNORECASE)
BETWEEN = re.compile(r"\b(?:between|from)\s+$", re.IGNORECASE)
RATIO = re.compile(
    r"\s+(?:(?:[^\W\d_]+[\s-]+){0,3}?(?:per|in|out\s+of)(?:\s+(?:every|each|a|an))?"
    r"|for\s+every)\s+",
    re.IGNORECASE,
)
SCALE_WORD = re.compile(r"(hundred|thousand|million)\b", re.IGNORECASE)
SHARE = re.compile(
    r"\b(?:a\s+|one[\s-])?(?P<half>half)\b(?!-?\s?(?:life|lives|an?\b|way|hour|hearted))"
    r"|\b(?P<count>a|one|two|three)[\s-](?P<part>third|quarter|fifth)s?\b",
    re.IGNORECASE,
)
# "half of them", "by half", "half are": a share. "half remission", "half dose": a name.
HALF_BEFORE = re.compile(
    r"\b(?:by|than|least|most|about|around|nearly|almost|over|under|to|a|one)[\s-]+$",
    re.IGNORECASE,
)
HALF_AFTER = re.compile(
    r"\s*(?:$|[.,;:)!?]|(?:of|the|their|its|our|all|these|those|that|as|or|and|is|are|was|were"
    r"|has|have|had|will|can|may|do|did|survive|live)\b)",
    re.IGNORECASE,
)
AND_A_HALF = re.compile(r"\band\s+(?:a\s+)?$", re.IGNORECASE)
SHARES = {"third": Decimal(3), "quarter": Decimal(4), "fifth": Decimal(5)}
OPENED = re.compile(r"\s?\((?:[<>≤≥=]=?\s*)?")
YEARS = range(1900, 2101)
ROUNDING_CELSIUS = Decimal("0.05")  # 101 °F is printed as 38.3 °C


@dataclass(frozen=True, slots=True)
class Quantity:
    """A value with its unit: a UCUM code where it is known, else the lower-cased word or words.

    `comparator` is one of < <= = >= > ~. `high` is the upper end of a range, whose lower end is
    `value`. A proportion such as "1 in 10,000" or 10⁻⁴ has the unit "1"; a number without a unit
    has "". The place is code points [start, end) of the text that was read, comparator included.
    """

    value: Decimal
    high: Decimal | None
    comparator: str
    unit: str
    start: int
    end: int
    known_unit: bool = False


def quantities(text: str) -> list[Quantity]:
    """Every quantity of a text, in order. Stages, grades, days of a plan and dates are none.

    Expects text that was kept: raised digits as characters. A year is a quantity without a unit.
    """
    return list(read(text))


@lru_cache(maxsize=16_384)
def read(text: str) -> tuple[Quantity, ...]:
    """The quantities of a text, as an unchangeable sequence."""
    skipped = [(match.start(), match.end()) for match in NOT_QUANTITIES.finditer(text)]
    found, position = shares(text), 0
    skipped += [(share.start, share.end) for share in found]
    while (numeral := next_numeral(text, position)) is not None:
        position = numeral.end
        if any(start <= numeral.start < end for start, end in skipped):
            continue
        if (quantity := quantity_at(text, numeral)) is not None:
            found.append(quantity)
            position = max(position, quantity.end)
    return tuple(sorted(found, key=lambda quantity: quantity.start))


def quantity_at(text: str, numeral: Numeral) -> Quantity | None:
    """The quantity whose first numeral this is, or None where the numeral is part of a name."""
    left = text[max(0, numeral.start - 40) : numeral.start]
    if numeral.digits and INSIDE_A_NAME.search(left):
        return None
    quantity = ratio(text, numeral) or measured(text, numeral, left)
    if quantity is None or (not quantity.known_unit and LABEL.search(left)):
        return None
    quantity = compared(text, quantity)
    lone_word = not numeral.digits and numeral.value == 1 and not quantity.known_unit
    return None if lone_word and quantity.comparator == "=" else quantity


def measured(text: str, numeral: Numeral, left: str) -> Quantity | None:
    """The number or range with its unit, before comparators are looked at."""
    unit = unit_after(text, numeral)
    if unit is None:
        return None
    start, negative = numeral.start, False
    if sign := SIGN.search(left):
        if not unit.known and not JOINER.match(text, numeral.end):
            return None  # "+12" names something
        start, negative = start - 1, sign[0] in "-−–"
    value = -numeral.value if negative else value_in(numeral, unit)
    quantity = Quantity(value, None, "=", unit.code, start, unit.end, unit.known)
    return ranged(text, numeral, unit, quantity) or quantity


def unit_after(text: str, numeral: Numeral) -> Unit | None:
    """The unit of a numeral; None where letters run on from its digits, as in a gene's name."""
    if is_written_year(text, numeral):
        return Unit("", False, numeral.end)
    unit = read_unit(text, numeral.end, numeral.exponent)
    if numeral.digits and not unit.known and text[numeral.end : numeral.end + 1].isalpha():
        return None
    if unit.code == "" and is_proportion(numeral):
        return Unit("1", True, numeral.end)
    if unit.code == "" and AGE.search(text, max(0, numeral.start - 24), numeral.start):
        return Unit("a", True, numeral.end)
    return unit


def is_proportion(numeral: Numeral) -> bool:
    """Whether a number without a unit is a bare power of ten or a fraction such as ¾."""
    if numeral.exponent is not None:
        return numeral.mantissa == 1
    return 0 < numeral.mantissa < 1 and numeral.end - numeral.start == 1


def value_in(numeral: Numeral, unit: Unit) -> Decimal:
    """The number in its unit: the power of ten is part of 10*9/L and of no other unit."""
    return numeral.mantissa if unit.code.startswith("10*") else numeral.value


def is_written_year(text: str, numeral: Numeral) -> bool:
    """Whether four bare digits without a unit are a year."""
    written = text[numeral.start : numeral.end]
    if not (len(written) == 4 and written.isdecimal() and int(written) in YEARS):
        return False
    return not read_unit(text, numeral.end).known


def ranged(text: str, numeral: Numeral, unit: Unit, first: Quantity) -> Quantity | None:
    """The range that starts with this quantity: "10–20 mg", "10 mg to 20 mg", "-49% to +49%"."""
    between = BETWEEN.search(text, max(0, first.start - 10), first.start)
    joiner = AND_JOINER if between and between[0].lower().startswith("b") else JOINER
    for position in dict.fromkeys((numeral.end, unit.end if unit.known else numeral.end)):
        joint = joiner.match(text, position)
        other = numeral_at(text, joint.end()) if joint else None
        if joint is None or other is None or not other.digits:
            continue
        unit_of_other = unit_after(text, other)
        if unit_of_other is None or not fits(unit, unit_of_other, position == numeral.end):
            continue
        high = value_in(other, unit_of_other)
        if joint["sign"] and joint["sign"] != "+":
            high = -high
        return between_ends(first, numeral, high, unit_of_other, between)
    return None


def fits(unit: Unit, other: Unit, shared: bool) -> bool:
    """Whether two ends of a range can have these units; a shared one stands after the second."""
    return (shared and not unit.known) or unit.code == other.code


def between_ends(
    first: Quantity, numeral: Numeral, high: Decimal, unit: Unit, between: re.Match[str] | None
) -> Quantity | None:
    """The range itself; None where its ends are not in order, for then it is something else."""
    low = first.value
    if unit.code.startswith("10*") and first.unit != unit.code:
        low = numeral.mantissa
    if low >= high:
        return None
    start = between.start() if between else first.start
    return Quantity(low, high, "=", unit.code, start, unit.end, unit.known)


def ratio(text: str, numeral: Numeral) -> Quantity | None:
    """A proportion told as "1 in 10,000", "1 cell per 10,000" or "one out of ten"."""
    joint = RATIO.match(text, numeral.end)
    if joint is None or numeral.mantissa.as_tuple().exponent != 0:
        return None
    scale = SCALE_WORD.match(text, joint.end())
    other = numeral_at(text, joint.end())
    if scale:
        size, end = Decimal(1).scaleb({"h": 2, "t": 3, "m": 6}[scale[1][0].lower()]), scale.end()
    elif other is not None:
        size, end = other.value, other.end
    else:
        return None
    words_between = len(joint[0].split()) > (2 if "out" in joint[0].lower() else 1)
    if (words_between and not is_round(size)) or size <= numeral.value:
        return None
    if is_timed(text, end, size):
        return None
    return Quantity(numeral.value / size, None, "=", "1", numeral.start, end, True)


def is_round(size: Decimal) -> bool:
    """Whether a number is a power of ten from 100 on, as only the whole of a proportion is."""
    return size >= 100 and size.scaleb(-size.adjusted()) == 1


def is_timed(text: str, end: int, size: Decimal) -> bool:
    """Whether what follows "in" is a measure or a year rather than the whole of a proportion."""
    return size in YEARS or units.known_unit(text, end) is not None


def shares(text: str) -> list[Quantity]:
    """Proportions told in words: half is 50 %, a quarter is 25 %."""
    found = []
    for match in SHARE.finditer(text):
        if match["half"]:
            if AND_A_HALF.search(text, max(0, match.start() - 8), match.start()):
                continue
            if not is_a_share(text, match):
                continue
            value = Decimal(50)
        else:
            count = {"two": 2, "three": 3}.get(match["count"].lower(), 1)
            part = SHARES[match["part"].lower()]
            value = (100 * count / part).quantize(Decimal("0.1"))
        share = Quantity(value, None, "=", "%", match.start(), match.end(), True)
        found.append(compared(text, share))
    return found


def is_a_share(text: str, half: re.Match[str]) -> bool:
    """Whether "half" says how much, rather than being part of a name."""
    start = half.start("half")
    before = HALF_BEFORE.search(text, max(0, start - 12), start)
    return bool(before or HALF_AFTER.match(text, half.end()))


def compared(text: str, quantity: Quantity) -> Quantity:
    """The quantity with the comparator that stands before or after it."""
    quantity = replace(quantity, end=end_with_alternate(text, quantity))
    lead = comparators.before(text, quantity.start)
    if lead and quantity.unit in units.TIMES and comparators.is_a_span(text, lead[1], lead[0]):
        lead = None
    if lead:
        quantity = replace(quantity, comparator=lead[0], start=lead[1])
    if (tail := comparators.after(text, quantity.end)) and quantity.comparator in "=~":
        quantity = replace(quantity, comparator=tail[0], end=tail[1])
    return quantity


def end_with_alternate(text: str, quantity: Quantity) -> int:
    """Where a quantity ends when brackets tell it again in another unit: "38.0 °C (100.4 °F)"."""
    opened = OPENED.match(text, quantity.end)
    numeral = numeral_at(text, opened.end()) if opened and quantity.known_unit else None
    unit = unit_after(text, numeral) if numeral else None
    if numeral is None or unit is None or not text.startswith(")", unit.end):
        return quantity.end
    alternate = Quantity(value_in(numeral, unit), None, "=", unit.code, numeral.start, unit.end)
    told_again = unit.code != quantity.unit and same_quantity(
        replace(quantity, comparator="="), alternate
    )
    return unit.end + 1 if told_again else quantity.end


def numbers(text: str) -> list[str]:
    """Every numeral of a text, those inside names too, as decimal strings: "11.0" is "11".

    A power of ten keeps its exponent: 100 × 10⁹ is "100" and "10^9".
    """
    found, position = [], 0
    while (numeral := next_numeral(text, position)) is not None:
        position = numeral.end
        if not numeral.digits:
            continue
        if numeral.exponent is None or numeral.mantissa != 1:
            found.append(canonical(numeral.mantissa))
        if numeral.exponent is not None:
            found.append(f"10^{numeral.exponent}")
    return found


def same_quantity(a: Quantity, b: Quantity) -> bool:
    """Whether two quantities say the same: comparator, unit and value, converted where possible."""
    if a.comparator != b.comparator or not convertible(a.unit, b.unit):
        return False
    return same_value(a.value, a.unit, b.value, b.unit) and (
        (a.high is None and b.high is None)
        or (
            a.high is not None and b.high is not None and same_value(a.high, a.unit, b.high, b.unit)
        )
    )


def same_value(a: Decimal, unit_a: str, b: Decimal, unit_b: str) -> bool:
    """Whether two values are equal once told in one unit; °C and °F within rounding."""
    if unit_a == unit_b:
        return a == b
    difference = units.in_first_unit(a, unit_a) - units.in_first_unit(b, unit_b)
    return abs(difference) <= (ROUNDING_CELSIUS if "[degF]" in (unit_a, unit_b) else 0)


def negation_of(quantity: Quantity) -> Quantity:
    """What holds of the value when the quantity does not: not ≥ 1.5 is < 1.5."""
    return replace(quantity, comparator=comparators.OPPOSITE[quantity.comparator])


def is_year(quantity: Quantity) -> bool:
    """Whether a quantity is a bare number in the range of years, 1900 to 2100."""
    return quantity.unit == "" and quantity.high is None and quantity.value in YEARS
