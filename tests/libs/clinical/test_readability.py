"""Reading grades follow the published formula, with names masked."""

from __future__ import annotations

import pytest

from plumbline_clinical.readability import fk_grade_masked, masked, syllables

SYLLABLES = {
    1: """
        a blood breathe breathed bruise cells cured fire friend hours judge lives nodes one our
        page piece real side sides sores stopped the tired two used year years
    """,
    2: """
        added being boxes breathing bruises cancer careful changes chronic client complete
        create diet disease doctor doesn't doing doses effects every fever handled immune isn't
        judges likely little measure measured measures million needed onion pages partial
        patient people question quiet reduced response safely science settle settled sizes
        social something sometimes special started table tables treatment trial trials union via
        watches
    """,
    3: """
        Italian ambulance area area's biopsy exercise idea ideal measurement medical medicine
        physician previous radio reaction serious theory understand usual various
    """,
    4: """
        anaemia antibody appropriate bacteria continuous diagnosis dialysis diarrhoea emergency
        evaluate experience haemoglobin hemoglobin information ingredient leukaemia lymphocytic
        material obedient organism temperature usually variety
    """,
    6: """
        lymphadenopathy
    """,
}


@pytest.mark.parametrize(
    ("word", "count"), [(word, n) for n, text in SYLLABLES.items() for word in text.split()]
)
def test_syllables_are_counted_as_they_are_spoken(word: str, count: int) -> None:
    assert syllables(word) == count


def test_the_grade_is_that_of_the_published_formula() -> None:
    text = "The cat sat on the mat. The dog ran."
    expected = 0.39 * (9 / 2) + 11.8 * (9 / 9) - 15.59
    assert fk_grade_masked(text, []) == pytest.approx(expected)


def test_a_name_does_not_raise_the_grade() -> None:
    named = "People with chronic lymphocytic leukaemia take obinutuzumab."
    plain = "People with cancer take tablets."
    assert fk_grade_masked(named, []) == pytest.approx(fk_grade_masked(plain, []))


def test_a_term_is_masked_as_a_whole_word_in_any_case() -> None:
    assert masked("A Zorkomycin day, not zorkomycinlike", ["zorkomycin"]) == (
        "A token day, not zorkomycinlike"
    )


def test_a_longer_sentence_has_a_higher_grade() -> None:
    short = "We saw it. We left. We came back."
    long = "We saw it and we left and we came back."
    assert fk_grade_masked(long, []) > fk_grade_masked(short, [])


def test_a_text_without_words_has_grade_zero() -> None:
    assert fk_grade_masked(" … ", []) == 0.0


def test_a_term_that_begins_a_sentence_does_not_join_it_to_the_one_before() -> None:
    apart = fk_grade_masked("It is here. CLL is rare. Platelets are small.")
    assert apart < 3
