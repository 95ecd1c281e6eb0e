"""Two versions of a sentence, cut into the words that differ and those that do not."""

from __future__ import annotations

import difflib
import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Final

_WORD: Final = re.compile(r"\s+|[^\s\w]|\w+(?:[.,]\w+)*")  # a number with its point is one word
_WORDLESS: Final = re.compile(r"\W*")


@dataclass(frozen=True, slots=True)
class Stretch:
    """Some words; `differs`: the other version does not have them here."""

    text: str
    differs: bool


def word_diff(before: str, after: str) -> tuple[list[Stretch], list[Stretch]]:
    """Both versions in stretches that join to them again."""
    old, new = _WORD.findall(before), _WORD.findall(after)
    matcher = difflib.SequenceMatcher(None, old, new, autojunk=False)
    sides: tuple[list[Stretch], list[Stretch]] = ([], [])
    for kind, a, b, c, d in matcher.get_opcodes():
        for side, piece in zip(sides, (old[a:b], new[c:d]), strict=True):
            if piece:
                side.append(Stretch("".join(piece), kind != "equal"))
    return _joined(sides[0]), _joined(sides[1])


def _joined(side: Sequence[Stretch]) -> list[Stretch]:
    """A space or a slash between two stretches that differ belongs to them."""
    flags = [one.differs for one in side]
    for place, one in enumerate(side[1:-1], 1):
        if _WORDLESS.fullmatch(one.text):
            flags[place] = flags[place] or (flags[place - 1] and side[place + 1].differs)
    told = zip(side, flags, strict=True)
    return [
        Stretch("".join(one.text for one, _ in group), differs)
        for differs, group in groupby(told, key=lambda pair: pair[1])
    ]
