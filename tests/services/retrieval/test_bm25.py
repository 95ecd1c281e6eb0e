"""Sparse vectors: which texts meet, and how much a word counts."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from plumbline_retrieval.bm25 import number, passage_vector, query_vector, tokens


def weight(text: str, token: str) -> float:
    vector = passage_vector(text)
    return dict(zip(vector.indices, vector.values, strict=True)).get(number(token), 0.0)


def test_the_short_and_the_long_name_of_a_thing_meet() -> None:
    short, long = set(tokens("CR in CLL")), set(tokens("complete remission of the leukaemia"))
    assert {"concept:complete-response"} <= short & long


def test_a_word_counts_more_when_repeated_but_never_without_end() -> None:
    filler = " ".join(f"filler{n}" for n in range(80))
    once, twice, often = (weight(f"{filler} {'spleen ' * n}", "spleen") for n in (1, 2, 40))
    assert 0 < once < twice < often < 2.2


def test_the_same_word_counts_less_in_a_longer_passage() -> None:
    short = weight("spleen size", "spleen")
    long = weight("spleen size " + " ".join(f"filler{n}" for n in range(300)), "spleen")
    assert long < short


def test_a_question_counts_each_word_once() -> None:
    assert set(query_vector("spleen spleen spleen").values) == {1.0}


@given(st.text(max_size=200))
def test_indices_ascend_and_values_are_positive(text: str) -> None:
    for vector in (passage_vector(text), query_vector(text)):
        assert list(vector.indices) == sorted(set(vector.indices))
        assert all(value > 0 for value in vector.values)
