"""Two versions of a sentence, cut into the words that differ and those that do not."""

from __future__ import annotations

import difflib
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

_WORD: Final = re.compile(r"\s+|[^\s\w]|\w+(?:[.,]\w+)*")  # a number with its point is one word


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
            _add(side, piece, differs=kind != "equal")
    return sides


def _add(side: list[Stretch], piece: Sequence[str], *, differs: bool) -> None:
    text = "".join(piece)
    if not text:
        return
    if not differs and not text.strip() and side and side[-1].differs:
        differs = True  # a space between two words that differ belongs to them
    if side and side[-1].differs == differs:
        text = side.pop().text + text
    side.append(Stretch(text, differs))
