"""What is taken for a slip of the pen, and what is not."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plumbline_retrieval.slips import Slips

KNOWN = ("complete", "response", "remission", "zorvic", "plaque", "better", "liver", "difference")
COMMON = frozenset({"butter", "lover", "compete", "plague"})
SLIPS = Slips(KNOWN, COMMON.__contains__)


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("zorvik plaqeu", "zorvic plaque"),
        ("whats teh diffrence", "whats the difference"),
        ("Compleet Respnose", "complete response"),
        ("plaques of zorvics", "plaques of zorvics"),  # another form of a known word is no slip
    ],
)
def test_a_slip_is_set_right(typed: str, meant: str) -> None:
    assert SLIPS.corrected(typed) == meant


@pytest.mark.parametrize("typed", ["Is butter good?", "a lover", "the plague", "nexamol", "1.5 cm"])
def test_an_ordinary_word_is_what_it_is_and_an_unknown_one_stays(typed: str) -> None:
    assert SLIPS.corrected(typed) == typed


def test_beside_the_rest_of_a_name_an_ordinary_word_can_be_a_slip() -> None:
    assert SLIPS.corrected("compete response") == "complete response"
    assert SLIPS.corrected("compete race") == "compete race"


@given(st.text(max_size=120))
def test_setting_right_twice_changes_no_more(text: str) -> None:
    once = SLIPS.corrected(text)
    assert SLIPS.corrected(once) == once
