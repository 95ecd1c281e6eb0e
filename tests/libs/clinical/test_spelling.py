"""A misspelt word is recognised, a different word is not."""

from __future__ import annotations

import pytest

from plumbline_clinical.spelling import nearest

VOCABULARY = ["ibrutinib", "acalabrutinib", "venetoclax", "spleen", "fever", "node", "platelets"]


@pytest.mark.parametrize(
    ("word", "expected"),
    [
        ("ibrutnib", "ibrutinib"),
        ("Ibrutinb", "ibrutinib"),
        ("iburtinib", "ibrutinib"),
        ("venetoclacks", None),
        ("venetclx", "venetoclax"),
        ("speen", "spleen"),
        ("spelen", "spleen"),
        ("splien", "spleen"),
        ("spln", None),
        ("nod", None),
        ("note", None),
        ("never", None),
        ("zebrutinib", None),
        ("platlets", "platelets"),
        ("platelets", "platelets"),
    ],
)
def test_the_nearest_word_is_one_or_two_slips_away(word: str, expected: str | None) -> None:
    assert nearest(word, VOCABULARY, max_distance=2) == expected


def test_the_caller_can_allow_less() -> None:
    assert nearest("venetclx", VOCABULARY, max_distance=1) is None
    assert nearest("spleen", VOCABULARY, max_distance=0) is None


def test_between_equals_the_first_in_the_alphabet_is_taken() -> None:
    assert nearest("plata", ["plato", "plate"], max_distance=1) == "plate"
