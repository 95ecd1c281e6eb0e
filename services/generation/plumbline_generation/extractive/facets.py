"""Facets: what may be asked of a thing (its symptoms, its treatment, …), read from a lexicon."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Final

FACETS: Final = Path(__file__).with_name("lexicon_facets.toml")
# Up to five words, none of which joins the rest to what stands before it.
NEAR: Final = (
    r"(?:(?!(?:in|of|for|during|after|before|with|to|on|from|by|and|or|about)\b)[^ ]+ ){0,5}?"
)
ABOUT: Final = "about"


@dataclass(frozen=True)
class Facet:
    """One facet with the patterns by which it is known.

    `question_type` is the draft's; `title` has a place {x}; `words` name the facet and never what
    it is asked of.
    """

    id: str
    question_type: str
    title: str
    part: str
    asked: re.Pattern[str]
    words: frozenset[str]
    heading: re.Pattern[str]
    says: re.Pattern[str]


@lru_cache(maxsize=1)
def facets() -> tuple[Facet, ...]:
    """Every facet in the order in which a question is tried."""
    rows = tomllib.loads(FACETS.read_text("utf-8"))["facet"]
    return tuple(
        Facet(
            id=row["id"],
            question_type=row["type"],
            title=row["title"],
            part=row["part"],
            asked=re.compile(
                "|".join(f"(?:{one})" for one in row["asked"]).replace("{near}", NEAR)
            ),
            words=frozenset(row["words"].split()),
            heading=re.compile(row["heading"], re.IGNORECASE),
            says=re.compile(row["says"], re.IGNORECASE),
        )
        for row in rows
    )


def facet(facet_id: str) -> Facet:
    """The facet of that id. KeyError where there is none."""
    return {one.id: one for one in facets()}[facet_id]


def facet_asked(normal: str) -> Facet | None:
    """The facet that a question in its normal form asks for."""
    return next((one for one in facets() if one.asked.search(normal)), None)


@lru_cache(maxsize=16)
def pattern(name: str) -> re.Pattern[str]:
    """A further pattern of the lexicon by its name. KeyError where there is none."""
    found: str = tomllib.loads(FACETS.read_text("utf-8"))["patterns"][name]
    return re.compile(found, re.IGNORECASE)


@lru_cache(maxsize=1)
def facet_words() -> tuple[str, ...]:
    """Every word that names a facet, in order: what a slip of the hand may have meant."""
    return tuple(sorted(frozenset().union(*(one.words for one in facets()))))
