"""Two askings of one question have one canonical form, and two questions have two."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plumbline_clinical.question import canonical_question, letters


@pytest.mark.parametrize(
    "asked",
    ["What is PR?", "what is pr", "  What  is\nPR ?? ", "WHAT IS PR!", "What is PR …"],
)
def test_case_white_space_and_final_punctuation_do_not_matter(asked: str) -> None:
    assert canonical_question(asked) == "what is pr"


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Is 1.5 cm large?", "Is 15 cm large?"),
        ("Is >1.5 cm large?", "Is ≥1.5 cm large?"),
        ("Is it a cure?", "Is it not a cure?"),
        ("What is 10⁹?", "What is 109?"),
        ("Is it 50%", "Is it 50"),
    ],
)
def test_numbers_comparators_and_negation_are_untouched(one: str, other: str) -> None:
    assert canonical_question(one) != canonical_question(other)


def test_composed_and_decomposed_letters_are_one() -> None:
    assert canonical_question("Waldenstro\u0308m") == canonical_question("waldenström")


@given(st.text())
def test_the_canonical_form_is_its_own(text: str) -> None:
    once = canonical_question(text)
    assert canonical_question(once) == once
    assert unicodedata.is_normalized("NFC", once)


def test_a_question_without_letters_says_nothing() -> None:
    assert letters("PR?")
    assert letters("что?")
    assert not letters("?? 123 … 10⁹")
