"""Personal data is found by its kind; clinical questions hold none."""

from __future__ import annotations

import pytest

from plumbline_clinical.personal_data import passes_luhn, passes_mod_11, personal_data

FOUND = [
    ("Write to me at jane.doe@example.org please", ["e-mail address"]),
    ("jane(at)example.org is my address", ["e-mail address"]),
    ("I was born 3/4/1956 and have CLL", ["birth date"]),
    ("DOB 03-04-56", ["birth date"]),
    ("date of birth: 3 April 1956", ["birth date"]),
    ("My birthday is April 3, 1956", ["birth date"]),
    ("Me: 04.03.1956, CLL, Binet A", ["birth date"]),
    ("call me on 07700 900123", ["phone number"]),
    ("my number 020 7946 0018", ["phone number"]),
    ("+44 20 7946 0018", ["phone number"]),
    ("(415) 555-2671 is my phone", ["phone number"]),
    ("415-555-2671", ["phone number"]),
    ("NHS 943 476 5919", ["record number"]),
    ("9434765919 is my number", ["record number"]),
    ("MRN 00123456", ["record number"]),
    ("hospital number: K123456", ["record number"]),
    ("patient ID 8812345", ["record number"]),
    ("SSN 123-45-6789", ["record number"]),
    ("QQ 12 34 56 C", []),
    ("AB 12 34 56 C", ["record number"]),
    ("4111 1111 1111 1111", ["card number"]),
    ("My name is Jane Doe. What is PR?", ["name"]),
    ("my name’s Tom", ["name"]),
    ("my husband's name is Peter", ["name"]),
    (
        "My name is Jane, e-mail jane@example.org, born 3/4/1956",
        ["name", "e-mail address", "birth date"],
    ),
]
CLEAN = """
    What is partial response vs complete response in CLL treatment?
    Are platelets of 100 × 10⁹/L enough?
    100 x 10^9/L and 150 x 10^9/L
    lymphocytes 120,000/µL and 4,000/µL
    Is 1 in 10,000 leukocytes the limit for MRD?
    Tell me about trial NCT02242942
    FLAIR and CLL14 and ELEVATE-RR
    What changed between iwCLL 2008 and iwCLL 2018?
    I am 65 years old
    I was diagnosed in 2019
    I was diagnosed on 12/03/2008, which stage?
    my scan on 12.05.2026 showed nodes of 1.5 cm
    venetoclax 20 mg, 50 mg, 100 mg, 200 mg, 400 mg
    venetoclax 20-50-100-200-400 mg
    Blood 2018;131:2745
    Hb 11.0 g/dL, platelets 100, neutrophils 1.5
    my counts: 4.5 10.2 133 250 3.1 88
    Call 999 or 111 or 116 123?
    del(17p), CD5, CD19, CD20, C481S
    ICD code C91.1
    What is the number of cycles?
    Is my name on the trial list?
    What is the name of the drug?
    my name is not important
    How many patients: 1 234 567?
    533 people, HR 1.00 (0.79-1.27)
    temperature 38.5 at 10:30
    0.5 × 10⁹/L
    WBC 5 6 7 8 9 10 11 12
    100000000000 cells
    phone support for people with CLL
    Is there a helpline I can call?
"""


@pytest.mark.parametrize(("text", "kinds"), FOUND)
def test_the_kinds_of_personal_data_are_found_in_reading_order(text: str, kinds: list[str]) -> None:
    assert personal_data(text) == kinds


@pytest.mark.parametrize("text", [line.strip() for line in CLEAN.strip().splitlines()])
def test_an_ordinary_question_holds_no_personal_data(text: str) -> None:
    assert personal_data(text) == []


def test_check_digits_tell_numbers_from_slips() -> None:
    assert passes_mod_11("9434765919")
    assert not passes_mod_11("9434765918")
    assert not passes_mod_11("0000000000")
    assert passes_luhn("4111111111111111")
    assert not passes_luhn("4111111111111112")
