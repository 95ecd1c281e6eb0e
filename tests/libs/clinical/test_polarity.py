"""What a text denies, how it hedges, and which way it points."""

from __future__ import annotations

import pytest

from plumbline_clinical.modality import DUTY_LADDER, HEDGE_LADDER
from plumbline_clinical.polarity import (
    conditional,
    direction,
    negated,
    negation_count,
    obligation,
    strength,
)


def denies(text: str, thing: str) -> bool:
    start = text.index(thing)
    return negated(text, start, start + len(thing))


@pytest.mark.parametrize(
    ("text", "thing"),
    [
        ("No fever or night sweats", "night sweats"),
        ("There is no sign of CLL", "CLL"),
        ("Live vaccines should not be given", "Live vaccines"),
        ("Live vaccines are not recommended", "recommended"),
        ("It does not mean cure", "cure"),
        ("it isn’t a cure", "cure"),
        ("None of the lymph nodes is 1.5 cm", "lymph nodes"),
        ("fever without infection", "infection"),
        ("The nodes have disappeared", "nodes"),
        ("You shouldn't take it", "take"),
        ("avoid live vaccines", "live vaccines"),
        ("without cells in the marrow", "marrow"),
        ("Bleeding is unlikely", "Bleeding"),
        ("a lack of evidence", "evidence"),
        ("no longer recommended", "recommended"),
        ("neither fever nor sweats", "sweats"),
    ],
)
def test_what_is_denied_is_negated(text: str, thing: str) -> None:
    assert denies(text, thing)


@pytest.mark.parametrize(
    ("text", "thing"),
    [
        ("not only lymph nodes", "lymph nodes"),
        ("bleeding is not uncommon", "bleeding"),
        ("no more than 3 cm", "cm"),
        ("no fewer than two nodes", "nodes"),
        ("Fatigue but no fever", "Fatigue"),
        ("No fever, but the spleen is large", "spleen"),
        ("None of the nodes is large, and the spleen is small", "spleen"),
        ("There is no fever. The spleen is large", "spleen"),
        ("fever without infection", "fever"),
        ("It cannot be ruled out that nodes grow", "nodes"),
        ("treated or not, people", "people"),
        ("never without a test", "test"),
        ("People are treated", "treated"),
    ],
)
def test_what_is_not_denied_is_not_negated(text: str, thing: str) -> None:
    assert not denies(text, thing)


def test_negations_are_counted_without_those_that_deny_nothing() -> None:
    assert negation_count("It is not given and never will be") == 2
    assert negation_count("not only this, no more than 3, not uncommon") == 0
    assert negation_count("The disease shows no increase in size") == 1


def test_what_stands_under_an_if_is_conditional() -> None:
    text = "Call if the node grows. The node grows."
    assert conditional(text, text.index("grows"))
    assert not conditional(text, text.rindex("grows"))


@pytest.mark.parametrize(
    ("text", "level"),
    [
        ("It is so", 0),
        ("It will come back", 0),
        ("It usually comes back", 1),
        ("It is likely to come back", 1),
        ("It can come back", 2),
        ("It sometimes comes back", 2),
        ("It may come back", 3),
        ("It might possibly come back", 3),
        ("It cannot come back", 0),
    ],
)
def test_a_hedge_is_told_by_its_strength(text: str, level: int) -> None:
    assert strength(text) == level


@pytest.mark.parametrize(
    ("text", "level"),
    [
        ("It is so", 0),
        ("It could be considered", 1),
        ("It may be offered", 1),
        ("It should be given", 2),
        ("It is recommended", 2),
        ("It must be given", 3),
        ("It is required", 3),
    ],
)
def test_a_duty_is_told_by_its_strength(text: str, level: int) -> None:
    assert obligation(text) == level


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("The risk increases", {"up"}),
        ("The risk fell", {"down"}),
        ("People lived longer", {"up"}),
        ("a shorter time", {"down"}),
        ("It gets better", {"up"}),
        ("It gets worse", {"down"}),
        ("Nodes grow and the spleen shrinks", {"up", "down"}),
        ("a decrease of 50% or more", {"down"}),
        ("an increase of 50% or more", {"up"}),
        ("more than 5 cm", set()),
        ("at least 50%", set()),
        ("no longer given", set()),
        ("The spleen is normal", set()),
        ("weight loss", set()),
    ],
)
def test_a_direction_is_told_apart_from_a_comparator(text: str, expected: set[str]) -> None:
    assert direction(text) == expected


def test_the_ladders_start_with_the_level_that_counts_first() -> None:
    assert [level for level, _ in HEDGE_LADDER] == [3, 2, 1]
    assert [level for level, _ in DUTY_LADDER] == [3, 2, 1]
