"""Ids as the model was trained on."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plumbline_retrieval.model_files import find_model
from plumbline_retrieval.wordpiece import WordPiece, normal, parted

FILES = find_model()
CACHED = WordPiece(FILES.vocabulary) if FILES else None
pytestmark = pytest.mark.skipif(FILES is None, reason="the embedding model is not installed")


@pytest.fixture
def pieces() -> WordPiece:
    assert CACHED is not None
    return CACHED


def test_known_ids_of_a_known_sentence(pieces: WordPiece) -> None:
    assert pieces.encode("hello world") == [101, 7592, 2088, 102]
    assert pieces.encode("Hello, WORLD!") == [101, 7592, 1010, 2088, 999, 102]
    assert pieces.encode("") == [101, 102]


def test_accents_and_case_make_no_difference(pieces: WordPiece) -> None:
    assert pieces.encode("Waldenström Résumé") == pieces.encode("waldenstrom resume")
    assert normal("ΣΑΣ") == "σασ"  # letter by letter: no final sigma


def test_a_mark_that_only_decomposition_shows_is_still_parted(pieces: WordPiece) -> None:
    assert pieces.encode("a≠b") == pieces.encode("a = b")


def test_marks_and_ideographs_are_words_of_their_own() -> None:
    assert parted(normal("x≥1.5 cm/日本")).split() == ["x≥1", ".", "5", "cm", "/", "日", "本"]


def test_a_long_text_is_cut_and_still_ends(pieces: WordPiece) -> None:
    ids = pieces.encode("word " * 1000)
    assert len(ids) == 256
    assert (ids[0], ids[-1]) == (101, 102)


def test_a_word_that_cannot_be_made_of_pieces_is_unknown(pieces: WordPiece) -> None:
    assert pieces.encode("x" * 101) == [101, 100, 102]
    assert pieces.encode("🧬") == [101, 100, 102]


def test_it_knows_common_words_whole(pieces: WordPiece) -> None:
    assert pieces.knows("butter")
    assert not pieces.knows("lymphocytosis")


@given(st.text(max_size=300))
def test_any_text_has_ids_within_the_vocabulary(text: str) -> None:
    assert CACHED is not None
    ids = CACHED.encode(text)
    assert 2 <= len(ids) <= 256
    assert all(0 <= one < 30_522 for one in ids)
