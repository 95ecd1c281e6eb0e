"""Sentences end where a reader would say so."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plumbline_clinical.sentences import sentence_spans


def split(text: str) -> list[str]:
    return [text[start:end] for start, end in sentence_spans(text)]


@pytest.mark.parametrize(
    "sentences",
    [
        ["Platelets are at least 100 × 10⁹/L.", "The spleen is under 13 cm."],
        ["Nodes measure 1.5 cm.", "Others do not."],
        ["It costs 1.5 units, e.g. Imaginary ones, i.e. None.", "So it is."],
        ["Dr. J. Smith said so.", "Prof. A. B. Jones did not."],
        ["Hepatitis B.", "It can wake up."],
        ["This is Rai stage IV.", "50% of people had it."],
        ["See Fig. 2 and No. 5 for more.", "Then go on."],
        ["Given i.v. Obinutuzumab works."],
        ["Given i.v.", "The dose is fixed."],
        ["The text says so.", "iwCLL 2018 says more."],
        ["What is it?", "Who knows!", "nobody."],
        ['He said "stop."', "Then (in brackets.)", "End"],
        ["Hallek M, et al. Blood 2018;131:2745."],
        ["Wait…", "Next one."],
        ["It goes on... and on."],
    ],
)
def test_text_is_parted_into_its_sentences(sentences: list[str]) -> None:
    assert split(" ".join(sentences)) == sentences


def test_list_items_and_paragraphs_are_sentences_of_their_own() -> None:
    text = "Signs:\n- fever\n- sweats\n\nA heading\n\n1. First item\n2. Second item. And more"
    assert split(text) == [
        "Signs:",
        "- fever",
        "- sweats",
        "A heading",
        "1. First item",
        "2. Second item.",
        "And more",
    ]


def test_a_wrapped_line_does_not_end_a_sentence() -> None:
    assert split("A line that\nwraps here. Then ends.") == [
        "A line that\nwraps here.",
        "Then ends.",
    ]


def test_the_rows_of_a_table_are_sentences_of_their_own() -> None:
    assert split("| a | b |\n| c | d |\nAfter it.") == ["| a | b |", "| c | d |", "After it."]


@given(st.text(alphabet=st.sampled_from("aB1 .?!\n-|\"')…e.g"), max_size=80))
def test_every_character_that_is_no_white_space_lies_in_exactly_one_sentence(text: str) -> None:
    spans = sentence_spans(text)
    covered = [place for start, end in spans for place in range(start, end)]
    assert len(covered) == len(set(covered))
    assert {place for place, char in enumerate(text) if not char.isspace()} <= set(covered)
    for start, end in spans:
        assert text[start:end] == text[start:end].strip() != ""
