"""Text keeps its exponents, and is compared without its typography and spelling."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plumbline_clinical.text import content_stems, kept, matching, stem, words


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("100 × 10<sup>9</sup>/L", "100 × 10⁹/L"),
        ("10<SUP>-4</SUP>", "10⁻⁴"),
        ("10<sup>−4</sup>", "10⁻⁴"),
        ("β<sub>2</sub>-microglobulin", "β₂-microglobulin"),
        ("CD5<sup>+</sup>", "CD5⁺"),
        ("the 2<sup>nd</sup> dose", "the 2nd dose"),
        ("as shown<sup>1,2</sup>", "as shown¹,²"),
        ("one\r\ntwo\rthree", "one\ntwo\nthree"),
        ("e\u0301", "é"),
        ("10⁹ and 10⁻⁴", "10⁹ and 10⁻⁴"),
        ("a < b and c > d", "a < b and c > d"),
    ],
)
def test_kept_text_has_its_exponents_as_characters(written: str, expected: str) -> None:
    assert kept(written) == expected


@given(st.text())
def test_keeping_what_is_kept_changes_nothing(text: str) -> None:
    once = kept(text)
    assert kept(once) == once
    assert unicodedata.is_normalized("NFC", once)
    assert "\r" not in once


def test_compared_text_never_turns_an_exponent_into_digits() -> None:
    assert matching("10⁹") == "10^9"
    assert matching("10⁹") != matching("109")
    assert matching("10⁻⁴") == "10^-4" != matching("10-4")


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("100 × 10⁹/L", "100x10^9/L"),
        ("100 × 10⁹/L", "100 x 10⁹/l"),
        ("50 per cent", "50%"),
        ("50 percent", "50 %"),
        ("−49% to +49%", "-49% to +49%"),
        ("10–20 mg", "10-20 mg"),
        ("the patient’s", "the patient's"),
        (">= 1.5\u202fcm", "≥ 1.5 cm"),
        ("µL", "μL"),
        ("β₂", "β2"),
        ("a  b\n c", "A b c"),
    ],
)
def test_typography_is_no_difference(one: str, other: str) -> None:
    assert matching(one) == matching(other)


def test_a_fraction_after_a_digit_is_not_joined_to_it() -> None:
    assert matching("1½") != matching("11/2")


@given(st.text())
def test_comparing_the_compared_form_changes_nothing(text: str) -> None:
    once = matching(text)
    assert matching(once) == once


@given(st.text())
def test_words_stand_where_they_say(text: str) -> None:
    for word in words(text):
        assert text[word.start : word.end] == word.text


def test_a_decimal_is_one_word_and_a_hyphen_parts_two() -> None:
    assert [word.text for word in words("follow-up: 1.5 cm, 10,000 cells; it's")] == [
        "follow",
        "up",
        "1.5",
        "cm",
        "10,000",
        "cells",
        "it's",
    ]


@pytest.mark.parametrize(
    ("british", "american"),
    [
        ("haemoglobin", "hemoglobin"),
        ("leukaemia", "leukemia"),
        ("anaemia", "anemia"),
        ("tumour", "tumor"),
        ("tumours", "tumors"),
        ("oedema", "edema"),
        ("diarrhoea", "diarrhea"),
        ("hybridisation", "hybridization"),
        ("recognised", "recognized"),
        ("litre", "liter"),
        ("centimetres", "centimeters"),
        ("labelled", "labeled"),
        ("analyse", "analyze"),
    ],
)
def test_both_spellings_have_one_stem(british: str, american: str) -> None:
    assert stem(british) == stem(american)


@pytest.mark.parametrize("word", ["hour", "four", "your", "disease", "raise", "exercise", "fire"])
def test_everyday_words_keep_stems_of_their_own(word: str) -> None:
    assert stem(word)[:3] == word[:3]


def test_stop_words_are_left_out_and_negations_and_numbers_are_not() -> None:
    assert content_stems("It is not the 1.5 cm nodes of the patient") == [
        stem(word) for word in ("not", "1.5", "cm", "nodes", "patient")
    ]
