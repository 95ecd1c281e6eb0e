"""Units of measurement: their names, UCUM codes, and which convert into which."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache

from plumbline_clinical.text import STOP_WORDS, stem

# UCUM code: the ways of writing it, as regular expressions without regard to case. Codes are those
# of the Unified Code for Units of Measure (ucum.org), of which a cubic millimetre is written uL.
NAMES = {
    "%": ["%", "％", "per ?cent", "pct"],
    "kg": ["kg", "kilos?", "kilogram(?:me)?s?"],
    "mg": ["mg", "milligram(?:me)?s?"],
    "ug": ["[µμu]g", "mcg", "microgram(?:me)?s?"],
    "ng": ["ng", "nanogram(?:me)?s?"],
    "pg": ["pg", "picogram(?:me)?s?"],
    "g": ["g", "gram(?:me)?s?"],
    "dL": ["dl", "decilit(?:re|er)s?"],
    "mL": ["ml", "cc", "millilit(?:re|er)s?"],
    "uL": ["[µμu]l", "microlit(?:re|er)s?", "mm[3³]", "cubic millimet(?:re|er)s?"],
    "fL": ["fl", "femtolit(?:re|er)s?"],
    "L": ["l", "lit(?:re|er)s?"],
    "mm[Hg]": ["mm ?hg"],
    "mm": ["mm", "millimet(?:re|er)s?"],
    "cm": ["cm", "centimet(?:re|er)s?"],
    "um": ["[µμu]m", "microns?", "micromet(?:re|er)s?"],
    "m2": ["m[2²]", "square met(?:re|er)s?"],
    "[in_i]": ["inch(?:es)?"],
    "[lb_av]": ["lbs?", "pounds?"],
    "mmol": ["mmol", "millimoles?"],
    "umol": ["[µμu]mol", "micromoles?"],
    "[iU]": ["iu", "international units?"],
    "m[iU]": ["m[i]?u"],
    "U": ["u"],
    "Gy": ["gy", "grays?"],
    "kcal": ["kcal"],
    "s": ["s", "secs?", "seconds?"],
    "min": ["min", "mins", "minutes?"],
    "h": ["h", "hrs?", "hours?"],
    "d": ["d", "days?"],
    "wk": ["wks?", "weeks?"],
    "mo": ["mo", "months?"],
    "a": ["yrs?", "years?"],
    "Cel": [
        "[°º˚] ?c",
        "℃",
        "deg(?:rees?|\\.)? ?(?:c|celsius|centigrade)",
        "celsius",
        "centigrade",
    ],
    "[degF]": ["[°º˚] ?f", "℉", "deg(?:rees?|\\.)? ?(?:f|fahrenheit)", "fahrenheit"],
}
# Too short to be units on their own: "5 s" is more often a slip than five seconds.
ONLY_IN_A_FRACTION = {"s", "d", "u"}
VOLUMES = {"L", "dL", "mL", "uL"}
TIMES = {"s", "min", "h", "d", "wk", "mo", "a"}

# code: dimension, factor to the first unit of that dimension
SCALES = {
    code: (dimension, Decimal(factor))
    for dimension, units in {
        "count per volume": {
            "/L": "1",
            "/mL": "1e3",
            "/uL": "1e6",
            "10*3/uL": "1e9",
            "10*6/uL": "1e12",
            "10*6/L": "1e6",
            "10*9/L": "1e9",
            "10*12/L": "1e12",
        },
        "mass per volume": {
            "g/L": "1",
            "g/dL": "10",
            "mg/dL": "0.01",
            "mg/L": "0.001",
            "mg/mL": "1",
            "ug/mL": "0.001",
            "ug/L": "1e-6",
            "ng/mL": "1e-6",
        },
        "amount per volume": {"mmol/L": "1", "umol/L": "0.001"},
        "length": {"cm": "1", "mm": "0.1", "um": "1e-4"},
        "mass": {"g": "1", "kg": "1000", "mg": "0.001", "ug": "1e-6", "ng": "1e-9"},
        "volume": {"L": "1", "dL": "0.1", "mL": "0.001", "uL": "1e-6"},
        "time": {"h": "1", "d": "24", "wk": "168"},  # a month is no fixed number of days
        "calendar": {"mo": "1", "a": "12"},
        "proportion": {"1": "1", "%": "0.01"},
        "temperature": {"Cel": "1", "[degF]": "1"},  # see in_first_unit
    }.items()
    for code, factor in units.items()
}


@dataclass(frozen=True, slots=True)
class Unit:
    """A unit as read: its code (or its words, lower-cased), whether it is known, where it ends."""

    code: str
    known: bool
    end: int


def alternation(codes: list[str]) -> str:
    """One expression for the names of many units; the group number tells which."""
    return "|".join(f"({'|'.join(NAMES[code])})" for code in codes)


CODES = list(NAMES)
ATOM = re.compile(rf"(?:{alternation(CODES)})(?:⁻¹)?(?![^\W_])", re.IGNORECASE)
BARE_TEMPERATURE = re.compile(r"(?<=\d)([cCfF])(?!\w)|\s([CF])(?![\w./-])")
GAP = re.compile(r"\s?[-‐‑]?\s?")
PER = re.compile(r"\s?/\s?|\s+per\s+|\s+(?=\S+⁻¹)", re.IGNORECASE)
CELLS = re.compile(r"\s?(?:[^\W\d_]+[\s-]){0,2}cells?(?=\s?/|\s+per\b)", re.IGNORECASE)
GIGA = re.compile(r"\s?(?:G/[Ll])(?!\w)")
KILO = re.compile(r"\s?[Kk]/[µμu][Ll](?!\w)")
OLD = re.compile(r"(?:[-\s]old|\s+of\s+age)\b", re.IGNORECASE)
UNKNOWN = re.compile(
    r"(?:\s|\s?-)?(?P<first>[^\W\d_]+(?:/[^\W\d_]+)*)(?![\w/])"
    r"(?P<per>\s+per\s+[^\W\d_]+(?!\w))?"
)
# Words that may follow a number and are no unit, beside the stop words.
COUNTED_BY_NONE = """
    no not nor never more less fewer larger smaller greater higher lower longer shorter older
    younger bigger above below under over out up down per each every only once twice daily
    weekly monthly yearly across apart ago later within without until during since against
    between among times x vs versus
"""
NOT_UNITS = frozenset(COUNTED_BY_NONE.split())


def read_unit(text: str, position: int, exponent: int | None = None) -> Unit:
    """The unit that follows a number ending at a position; code "" where there is none.

    With the exponent of a power of ten before it, "per litre" makes a count: 10*9/L.
    """
    if exponent is None and (special := GIGA.match(text, position)):
        return Unit("10*9/L", True, special.end())
    if exponent is None and (special := KILO.match(text, position)):
        return Unit("10*3/uL", True, special.end())
    return (
        count_per_volume(text, position, exponent)
        or known_unit(text, position)
        or unknown_unit(text, position)
        or Unit("", False, position)
    )


def count_per_volume(text: str, position: int, exponent: int | None) -> Unit | None:
    """A count of cells in a volume: "/µL", " cells per litre", or after 10⁹ "/L"."""
    if cells := CELLS.match(text, position):
        position = cells.end()
    per = PER.match(text, position)
    volume = atom_at(text, per.end()) if per else None
    if volume is None or volume.code not in VOLUMES:
        return None
    power = "" if exponent is None else f"10*{exponent}"
    code = f"{power}/{volume.code}"
    return Unit(code, code in SCALES, volume.end)


def known_unit(text: str, position: int) -> Unit | None:
    """A unit of the table, alone or divided by others: "mg", "g/dL", "mg per day"."""
    if bare := BARE_TEMPERATURE.match(text, position):
        letter = (bare[1] or bare[2]).upper()
        return Unit("Cel" if letter == "C" else "[degF]", True, bare.end())
    gap = GAP.match(text, position)
    start = gap.end() if gap else position
    unit = atom_at(text, start)
    if unit is None:
        return None
    if text[start : unit.end].lower() in ONLY_IN_A_FRACTION and not PER.match(text, unit.end):
        return None
    return divided(text, unit)


def divided(text: str, unit: Unit) -> Unit | None:
    """The unit with what it is divided by. What is divided by an unknown unit is unknown."""
    if unit.code == "a" and (old := OLD.match(text, unit.end)):
        return Unit("a", True, old.end())
    if not (per := PER.match(text, unit.end)):
        return unit
    if below := atom_at(text, per.end()):
        return divided(text, Unit(f"{unit.code}/{below.code}", True, below.end))
    return None if re.match(r"[^\W\d_]", text[per.end() :]) else unit


def atom_at(text: str, position: int) -> Unit | None:
    """The undivided unit of the table at a position, or None."""
    match = ATOM.match(text, position)
    if match is None or match.lastindex is None:
        return None
    return Unit(CODES[match.lastindex - 1], True, match.end())


def unknown_unit(text: str, position: int) -> Unit | None:
    """The word or words after a number, lower-cased, where they may name what is counted."""
    match = UNKNOWN.match(text, position)
    if match is None:
        return None
    first = match["first"].lower()
    if first in STOP_WORDS or first in NOT_UNITS:
        return None
    return Unit(" ".join(match[0].lower().lstrip(" -\t\n").split()), False, match.end())


def convertible(a: str, b: str) -> bool:
    """Whether a value in one unit can be told in the other. Every unit converts into itself."""
    if a == b:
        return True
    if a in SCALES and b in SCALES:
        return SCALES[a][0] == SCALES[b][0]
    return same_words(a, b)


@lru_cache(maxsize=4096)
def same_words(a: str, b: str) -> bool:
    """Whether two unknown units are the same words but for their endings."""
    known = a in SCALES or b in SCALES
    return not known and bool(a) and [stem(w) for w in a.split()] == [stem(w) for w in b.split()]


def in_first_unit(value: Decimal, code: str) -> Decimal:
    """A value told in the first unit of its dimension, exactly (a temperature: to 28 digits)."""
    if code == "[degF]":
        return (value - 32) * 5 / 9
    return value * SCALES[code][1] if code in SCALES else value
