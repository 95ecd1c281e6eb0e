"""Slips of the pen in a question, set right towards words that are known."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable
from typing import Final

from plumbline_clinical.lexicon import mentions
from plumbline_clinical.spelling import nearest
from plumbline_clinical.text import STOP_WORDS, Word, matching, stem, words

# Two slips in one word are believed only where the words beside it confirm the name: alone, two
# letters make one drug of another, and a high value of a low one.
SURE_DISTANCE: Final = 1
CONFIRMED_DISTANCE: Final = 2


class Slips:
    """Sets words right towards `known` words (of the editions, the lexicon and of asking).

    `common` says whether a word is an ordinary English one: such a word is what it is, not a slip.
    """

    def __init__(self, known: Iterable[str], common: Callable[[str], bool]) -> None:
        self._times: Counter[str] = Counter()  # a word is known as often as it was learned
        self._stem_times: Counter[str] = Counter()
        self._known: dict[str, set[str]] = defaultdict(set)
        self._common = common
        self.learn(known)

    def learn(self, known: Iterable[str]) -> None:
        """Set words right towards these too."""
        for word in known:
            self._times[word] += 1
            if self._times[word] == 1:
                self._stem_times[stem(word)] += 1
                for letter in first_letters(word):
                    self._known[letter].add(word)

    def forget(self, known: Iterable[str]) -> None:
        """Take back one learning of each of these."""
        for word in known:
            self._times[word] -= 1
            if self._times[word] == 0:
                del self._times[word]
                self._stem_times[stem(word)] -= 1
                for letter in first_letters(word):
                    self._known[letter].discard(word)

    def corrected(self, text: str) -> str:
        """The text with its slips set right; everything else stays as it is."""
        for word in reversed(words(text)):  # from the end: earlier places stay true
            better = self._better(text, word)
            if better:
                text = text[: word.start] + better + text[word.end :]
        return text

    def _better(self, text: str, word: Word) -> str | None:
        plain = matching(word.text)
        if not plain.isalpha() or plain in STOP_WORDS or self._stem_times[stem(plain)]:
            return None
        if inside_a_name(text, word):
            return None
        common = self._is_common(plain)
        sure = None if common else self._nearest(plain, SURE_DISTANCE) or swapped(plain)
        return sure or self._confirmed(text, word, SURE_DISTANCE if common else CONFIRMED_DISTANCE)

    def _confirmed(self, text: str, word: Word, distance: int) -> str | None:
        """A neighbour that, put in place, makes a name of several words."""
        better = self._nearest(matching(word.text), distance)
        if better is None:
            return None
        tried = text[: word.start] + better + text[word.end :]
        placed = Word(better, word.start, word.start + len(better))
        return better if inside_a_name(tried, placed, several=True) else None

    def _nearest(self, plain: str, distance: int) -> str | None:
        candidates = {w for letter in plain[:2] for w in self._known.get(letter, ())}
        return nearest(plain, candidates, max_distance=distance)

    def _is_common(self, plain: str) -> bool:
        return self._common(plain) or (plain.endswith("s") and self._common(plain[:-1]))


def first_letters(word: str) -> set[str]:
    """The letters under which a word is looked for: the first two may be swapped."""
    return {word[:1], word[1:2]}


def swapped(plain: str) -> str | None:
    """The stop word of which this is the letters with two neighbours swapped: "teh"."""
    turned = (plain[:i] + plain[i + 1] + plain[i] + plain[i + 2 :] for i in range(len(plain) - 1))
    return next((word for word in turned if word in STOP_WORDS), None)


def inside_a_name(text: str, word: Word, *, several: bool = False) -> bool:
    """Whether the word is part of a concept's name; with `several`, of one of several words."""
    return any(
        mention.start <= word.start
        and word.end <= mention.end
        and (not several or (mention.start, mention.end) != (word.start, word.end))
        for mention in mentions(text)
    )
