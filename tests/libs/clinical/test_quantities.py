"""Quantities are read with their value, comparator and unit, and with no other."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plumbline_clinical.quantities import (
    Quantity,
    convertible,
    is_year,
    negation_of,
    numbers,
    quantities,
    same_quantity,
)
from plumbline_clinical.text import kept


def told(text: str) -> list[str]:
    """Each quantity as "comparator value[..high] unit"."""
    return [
        f"{q.comparator} {q.value}{'' if q.high is None else f'..{q.high}'} {q.unit}".strip()
        for q in quantities(kept(text))
    ]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("none ≥1.5 cm", [">= 1.5 cm"]),
        ("none >1.5 cm", ["> 1.5 cm"]),
        ("no lymph node is 1.5 cm or larger", [">= 1.5 cm"]),
        ("none of them is 1.5 cm across or larger", [">= 1.5 cm"]),
        ("1.5 cm or more", [">= 1.5 cm"]),
        ("1.5 centimeters or more", [">= 1.5 cm"]),
        ("less than 13 cm", ["< 13 cm"]),
        ("under 13 cm", ["< 13 cm"]),
        ("below 13 cm", ["< 13 cm"]),
        ("fewer than 3 areas", ["< 3 areas"]),
        ("over 13 cm", ["> 13 cm"]),
        ("above 13 cm", ["> 13 cm"]),
        ("more than 13 cm", ["> 13 cm"]),
        ("no more than 13 cm", ["<= 13 cm"]),
        ("not more than 13 cm", ["<= 13 cm"]),
        ("isn’t more than 13 cm", ["<= 13 cm"]),
        ("not less than 13 cm", [">= 13 cm"]),
        ("not over 13 cm", ["<= 13 cm"]),
        ("at most 13 cm", ["<= 13 cm"]),
        ("13 cm at most", ["<= 13 cm"]),
        ("up to 400 mg", ["<= 400 mg"]),
        ("400 mg or less", ["<= 400 mg"]),
        ("at least 50%", [">= 50 %"]),
        ("at least a 50 % rise", [">= 50 %"]),
        ("a minimum of 50 per cent", [">= 50 %"]),
        ("greater than or equal to 50 percent", [">= 50 %"]),
        ("about 50%", ["~ 50 %"]),
        (">= 50%", [">= 50 %"]),
        ("moreover 50%", ["= 50 %"]),
        ("≥100 × 10⁹/L", [">= 100 10*9/L"]),
        ("100x10^9/L", ["= 100 10*9/L"]),
        ("100 x 10<sup>9</sup>/L", ["= 100 10*9/L"]),
        ("100 × 10⁹ per litre", ["= 100 10*9/L"]),
        ("100 × 10⁹ cells per liter", ["= 100 10*9/L"]),
        ("100 x 10(9)/L", ["= 100 10*9/L"]),
        ("100 × 10⁶/L", ["= 100 10*6/L"]),
        ("150 G/L", ["= 150 10*9/L"]),
        ("4,000/µL", ["= 4000 /uL"]),
        ("4,000 cells per microlitre", ["= 4000 /uL"]),
        ("100,000/mm³", ["= 100000 /uL"]),
        ("109/L", ["= 109 /L"]),
        ("<10⁻⁴", ["< 0.0001 1"]),
        ("below 10^-4", ["< 0.0001 1"]),
        ("fewer than 1 cell per 10,000", ["< 0.0001 1"]),
        ("less than 1 CLL cell per 10,000 leukocytes", ["< 0.0001 1"]),
        ("1 in 10,000", ["= 0.0001 1"]),
        ("1 in 10 000 cells", ["= 0.0001 1"]),
        ("one in ten thousand", ["= 0.0001 1"]),
        ("one in a million", ["= 0.000001 1"]),
        ("2 in 5 people", ["= 0.4 1"]),
        ("38 °C", ["= 38 Cel"]),
        ("38C", ["= 38 Cel"]),
        ("38,3 °C", ["= 38.3 Cel"]),
        ("100.4 degrees Fahrenheit", ["= 100.4 [degF]"]),
        ("38.0 °C (100.4 °F) or higher", [">= 38.0 Cel"]),
        ("≥50% over 2 months", [">= 50 %", "= 2 mo"]),
        ("for over 2 months", ["> 2 mo"]),
        ("doubling in <6 months", ["< 6 mo"]),
        ("≥10% in 6 months", [">= 10 %", "= 6 mo"]),
        ("11.0 g/dL", ["= 11.0 g/dL"]),
        ("110 g per litre", ["= 110 g/L"]),
        ("3.5 mg/L", ["= 3.5 mg/L"]),
        ("-49% to +49%", ["= -49..49 %"]),
        ("−49 % to +49 %", ["= -49..49 %"]),
        ("between 10 and 20 mg", ["= 10..20 mg"]),
        ("10–20 mg", ["= 10..20 mg"]),
        ("10 mg to 20 mg", ["= 10..20 mg"]),
        ("37.5–37.9 °C", ["= 37.5..37.9 Cel"]),
        ("20 mg per day", ["= 20 mg/d"]),
        ("30 days", ["= 30 d"]),
        ("5-week ramp-up", ["= 5 wk"]),
        ("by half", ["= 50 %"]),
        ("at least half of the people", [">= 50 %"]),
        ("half-life of 6 hours", ["= 6 h"]),
        ("half an hour", []),
        ("In half malvic, the count is 4 zu.", ["= 4 zu"]),
        ("Half remission means little is left", []),
        ("Half of them are well", ["= 50 %"]),
        ("one and a half years", ["= 1.5 a"]),
        ("1½ years", ["= 1.5 a"]),
        ("two of the criteria", ["= 2"]),
        ("at least one of the criteria", [">= 1"]),
        ("one of the criteria", []),
        ("4.2 zu/L", ["= 4.2 zu/l"]),
        ("35 dorn", ["= 35 dorn"]),
        ("7 blinks per hour", ["= 7 blinks per hour"]),
        ("at least 7 Blinks per Hour", [">= 7 blinks per hour"]),
        ("12 mg per zork", ["= 12 mg per zork"]),
        ("65 years", ["= 65 a"]),
        ("people over 65 years", ["> 65 a"]),
        ("over the age of 65", ["> 65 a"]),
        ("aged 65 or over", [">= 65 a"]),
        ("a 65-year-old", ["= 65 a"]),
        ("in 2018", ["= 2018"]),
        ("3 March 2024", ["= 2024"]),
        ("on 04.03.1956 at 10:30", []),
        ("Rai stage III", []),
        ("Rai stage 3", []),
        ("Rai 0 to 2", []),
        ("2 of group A and 1 of group B", ["= 2", "= 1"]),
        ("grade 3 or higher", []),
        ("grade ≥3 in 21%", ["= 21 %"]),
        ("day 1 of cycle 2", []),
        ("CD20, 17p, del(17p), t(11;14), COVID-19, C481S, trisomy 12, +12", []),
        ("see [3, 4]", []),
        ("hazard ratio 1.00 in 533 people", ["= 1.00", "= 533 people"]),
    ],
)
def test_a_quantity_is_read_as_it_is_meant(text: str, expected: list[str]) -> None:
    assert told(text) == expected


def test_a_lost_exponent_is_not_mistaken_for_the_number_itself() -> None:
    right, lost = quantities("100 × 10⁹/L"), quantities("100 × 109/L")
    assert not any(same_quantity(right[0], quantity) for quantity in lost)


def test_a_place_covers_the_comparator_the_number_and_the_unit() -> None:
    text = "Nodes are no more than 1.5 cm; platelets 100 × 10⁹/L or more."
    assert [text[q.start : q.end] for q in quantities(text)] == [
        "no more than 1.5 cm",
        "100 × 10⁹/L or more",
    ]


def test_trailing_zeros_are_no_difference() -> None:
    assert quantities("11.0 g/dL") == [
        Quantity(Decimal(11), None, "=", "g/dL", 0, 9, known_unit=True)
    ]


def test_numbers_are_canonical_and_keep_their_exponents() -> None:
    assert numbers("≥100 × 10⁹/L, 11.0 g/dL, 10⁻⁴, 10,000 and CD20") == [
        "100",
        "10^9",
        "11",
        "10^-4",
        "10000",
        "20",
    ]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("11 g/dL", "110 g/L"),
        ("15 mm", "1.5 cm"),
        ("≥100 × 10⁹/L", "at least 100,000/µL"),
        ("4 × 10⁹/L", "4 x 10^3/µL"),
        ("38 °C", "100.4 °F"),
        ("38.3 °C", "101 °F"),
        ("14 days", "2 weeks"),
        ("1 year", "12 months"),
        ("1 in 4", "25%"),
        ("<10⁻⁴", "fewer than 1 cell per 10,000"),
        ("7 blinks per hour", "7 blink per hour"),
        ("between 10 and 20 mg", "10–20 mg"),
        ("half", "50%"),
    ],
)
def test_the_same_amount_in_other_words_is_the_same(one: str, other: str) -> None:
    assert same_quantity(quantities(one)[0], quantities(other)[0])


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (">1.5 cm", "≥1.5 cm"),
        ("at least 3", "at most 3"),
        ("1.5 cm", "2.5 cm"),
        ("1.5 cm", "1.5 mm"),
        ("11 g/dL", "11 g/L"),
        ("11 g/dL", "11 mg/dL"),
        ("100 × 10⁹/L", "100 × 10⁶/L"),
        ("38.0 °C", "38.0 °F"),
        ("2 months", "2 weeks"),
        ("7 blinks per hour", "7 winks per hour"),
        ("7 dorn", "7 mg"),
        ("10–20 mg", "10–30 mg"),
        ("10–20 mg", "10 mg"),
        ("1 in 10,000", "1 in 1,000"),
    ],
)
def test_a_changed_amount_is_another(one: str, other: str) -> None:
    assert not same_quantity(quantities(one)[0], quantities(other)[0])


def test_only_units_of_one_dimension_convert() -> None:
    assert convertible("g/L", "g/dL")
    assert convertible("10*9/L", "/uL")
    assert not convertible("mo", "wk")
    assert not convertible("cm", "mg")
    assert not convertible("", "cm")


def test_the_negation_of_a_threshold_is_its_other_side() -> None:
    at_least = quantities("≥1.5 cm")[0]
    assert same_quantity(negation_of(at_least), quantities("less than 1.5 cm")[0])
    assert negation_of(negation_of(at_least)) == at_least


def test_a_bare_year_is_told_from_an_amount() -> None:
    assert is_year(quantities("in 2018")[0])
    assert not is_year(quantities("2000 mg")[0])


AMOUNTS = st.decimals(min_value=Decimal("0.1"), max_value=Decimal(99999), places=1, allow_nan=False)


@given(
    AMOUNTS,
    st.sampled_from(["<", "≤", "", "≥", ">"]),
    st.sampled_from(["cm", "mg", "g/dL", "zu/l"]),
)
def test_what_is_written_is_what_is_read(value: Decimal, sign: str, unit: str) -> None:
    (read,) = quantities(f"It is {sign}{value} {unit} here.")
    assert (read.value, read.unit) == (value, unit)
    assert read.comparator == {"": "=", "≤": "<=", "≥": ">="}.get(sign, sign)


@given(st.text(alphabet=st.sampled_from("0123456789.,/⁹⁻×x ^%-+()[]abcLmg≥<°C\n"), max_size=40))
def test_any_text_can_be_read(text: str) -> None:
    numbers(text)
    for quantity in quantities(text):
        assert 0 <= quantity.start < quantity.end <= len(text)
