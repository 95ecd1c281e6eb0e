"""BERT's uncased WordPiece: a text to the ids of the model's vocabulary.

The order of the steps is that of the `tokenizers` package (BertNormalizer, then BertPreTokenizer,
then WordPiece), because a vector is only comparable with one made from the same ids.
"""

from __future__ import annotations

import unicodedata
from functools import lru_cache
from pathlib import Path
from typing import Final

LONGEST_WORD: Final = 100  # characters; a longer word is unknown (max_input_chars_per_word)
CACHED_WORDS: Final = 65_536
IDEOGRAPHS: Final = (
    (0x4E00, 0x9FFF),
    (0x3400, 0x4DBF),
    (0x20000, 0x2A6DF),
    (0x2A700, 0x2B73F),
    (0x2B740, 0x2B81F),
    (0x2B920, 0x2CEAF),  # 2B820–2B91F are left out there too
    (0xF900, 0xFAFF),
    (0x2F800, 0x2FA1F),
)


class WordPiece:
    """The tokenizer of one vocabulary file. `longest` bounds the ids of one text, ends included."""

    def __init__(self, vocabulary: Path, longest: int = 256) -> None:
        lines = vocabulary.read_text("utf-8").split("\n")
        self._ids = {line: index for index, line in enumerate(lines) if line}
        self._first, self._last = self._ids["[CLS]"], self._ids["[SEP]"]
        self._unknown = self._ids["[UNK]"]
        self._longest = longest
        self._pieces = lru_cache(CACHED_WORDS)(self._split)

    def encode(self, text: str) -> list[int]:
        """The ids of a text, [CLS] first and [SEP] last; what does not fit is cut at the end."""
        ids = [self._first]
        room = self._longest - 1
        for word in parted(normal(text)).split():
            ids += self._pieces(word)
            if len(ids) >= room:
                del ids[room:]
                break
        ids.append(self._last)
        return ids

    def knows(self, word: str) -> bool:
        """Whether the vocabulary has this lower-case word whole, as it has common English words."""
        return word in self._ids

    def _split(self, word: str) -> tuple[int, ...]:
        """Longest piece first, from the left; a word that cannot be made of pieces is unknown."""
        if len(word) > LONGEST_WORD:
            return (self._unknown,)
        pieces: list[int] = []
        start = 0
        while start < len(word):
            end = len(word)
            prefix = "##" if start else ""
            while end > start and prefix + word[start:end] not in self._ids:
                end -= 1
            if end == start:
                return (self._unknown,)
            pieces.append(self._ids[prefix + word[start:end]])
            start = end
        return tuple(pieces)


def normal(text: str) -> str:
    """Clean, space out ideographs, drop accents, lower-case."""
    if text.isascii():
        return "".join(map(cleaned, text)).lower()
    decomposed = unicodedata.normalize("NFD", "".join(map(cleaned, text)))
    # Letter by letter: str.lower() of a whole text would make Σ at a word's end another letter.
    return "".join(c.lower() for c in decomposed if unicodedata.category(c) != "Mn")


@lru_cache(4096)
def cleaned(character: str) -> str:
    """What a character becomes first: itself, nothing, a space, or itself spaced out."""
    if character in "\t\n\r":
        return " "
    category = unicodedata.category(character)
    if category[0] == "C" or character == "\ufffd":
        return ""
    if category[0] == "Z":
        return " "
    code = ord(character)
    if any(low <= code <= high for low, high in IDEOGRAPHS):
        return f" {character} "
    return character


def parted(text: str) -> str:
    """Every punctuation mark as a word of its own."""
    return "".join(map(spaced, text))


@lru_cache(4096)
def spaced(character: str) -> str:
    """The character, with spaces around it when it is punctuation."""
    ascii_mark = "!" <= character <= "~" and not character.isalnum()
    if ascii_mark or unicodedata.category(character)[0] == "P":
        return f" {character} "
    return character
