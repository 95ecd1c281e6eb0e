"""Which plain words may stand for which, and which small words change a fact."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from plumbline_clinical.text import content_stems, stem

PARAPHRASE = Path(__file__).with_name("lexicon_paraphrase.toml")
QUALIFIERS = Path(__file__).with_name("lexicon_qualifiers.toml")
# "un" and "non" deny what follows them; below this length the rest is no word ("until", "none").
DENYING_PREFIX = re.compile(r"^(?:un|non)(?=\w{5,})")


@dataclass(frozen=True)
class Operator:
    """A small word that changes a fact; `kept` says that losing it does, too."""

    id: str
    kept: bool


@dataclass(frozen=True)
class Paraphrase:
    """The two word lists, compiled."""

    representative: Mapping[str, str]
    phrases: Mapping[str, str]
    phrase: re.Pattern[str]
    free: frozenset[str]
    operators: Mapping[str, Operator]
    qualifiers: frozenset[str]
    condition: re.Pattern[str]


@lru_cache(maxsize=1)
def load_paraphrase() -> Paraphrase:
    """Read the lists of this package."""
    plain = tomllib.loads(PARAPHRASE.read_text("utf-8"))
    narrowing = tomllib.loads(QUALIFIERS.read_text("utf-8"))
    representative: dict[str, str] = {}
    for line in plain["same"]:
        first = stem(line.split()[0])
        for word in line.split():
            representative.setdefault(stem(word), representative.get(first, first))
    phrases = {
        words: representative.get(stem(row["means"]), stem(row["means"]))
        for row in plain["phrase"]
        for words in row["words"]
    }
    operators = {
        word: Operator(row["id"], row["kept"])
        for row in plain["operator"]
        for word in row["words"].split()
    }
    return Paraphrase(
        representative,
        phrases,
        _any_of(phrases),
        frozenset(stem(word) for word in plain["free"]["words"].split()),
        operators,
        frozenset(stem(word) for word in narrowing["qualifiers"].split()),
        _any_of({cue: cue for cue in narrowing["conditions"]}),
    )


def canonical(stemmed: str) -> str:
    """The one stem that stands for all words of its line; a denying prefix is dropped."""
    known = load_paraphrase().representative
    if stemmed in known:
        return known[stemmed]
    bare = DENYING_PREFIX.sub("", stemmed)
    return known.get(bare, bare)


def denies_itself(word: str) -> bool:
    """Whether the word denies by its prefix, as in "unchanged"."""
    stemmed = stem(word)
    known = stemmed in load_paraphrase().representative
    return not known and DENYING_PREFIX.match(stemmed) is not None


@lru_cache(maxsize=4096)
def canonical_stems(text: str) -> frozenset[str]:
    """The canonical stems of the words of a text that carry meaning."""
    return frozenset(canonical(one) for one in content_stems(text))


def _any_of(words: Mapping[str, str]) -> re.Pattern[str]:
    longest_first = sorted(words, key=len, reverse=True)
    return re.compile(rf"\b(?:{'|'.join(map(re.escape, longest_first))})\b", re.IGNORECASE)
