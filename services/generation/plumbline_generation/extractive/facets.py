"""Facets: what may be asked of a thing (its symptoms, its treatment, …), read from a lexicon."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

FACETS: Final = Path(__file__).with_name("lexicon_facets.toml")
# Up to five words, none of which joins the rest to what stands before it.
NEAR: Final = (
    r"(?:(?!(?:in|of|for|during|after|before|with|to|on|from|by|and|or|about)\b)[^ ]+ ){0,5}?"
)

SORTED_BY: Final = re.compile(r"\bby \w+\s*$", re.IGNORECASE)  # "options by stage": on options


@dataclass(frozen=True)
class FacetPart:
    """One section of a facet's page: `headed` by its headings, `says` in its sentences."""

    id: str
    heading: str
    headed: re.Pattern[str]
    says: re.Pattern[str]


@dataclass(frozen=True)
class Facet:
    """One facet with the patterns by which it is known.

    `question_type` is the draft's; the titles have a place {x}; `words` name the facet and never
    what it is asked of. The first of `parts` holds what belongs to no other. `also` are the ids of
    facets whose sections belong to this one too. `spans`: whole documents are written about it.
    """

    id: str
    question_type: str
    title: str
    title_of_disease: str
    also: frozenset[str]
    spans: bool
    asked: re.Pattern[str]
    words: frozenset[str]
    heading: re.Pattern[str]
    says: re.Pattern[str]
    parts: tuple[FacetPart, ...]


@lru_cache(maxsize=1)
def facets() -> tuple[Facet, ...]:
    """Every facet in the order in which a question is tried."""
    return tuple(_facet(row) for row in _lexicon()["facet"])


def facet(facet_id: str) -> Facet:
    """The facet of that id. KeyError where there is none."""
    return {one.id: one for one in facets()}[facet_id]


def facet_asked(normal: str) -> Facet | None:
    """The facet that a question in its normal form asks for."""
    return next((one for one in facets() if one.asked.search(normal)), None)


def facet_of_heading(heading: str) -> Facet | None:
    """The facet that a heading announces."""
    bare = SORTED_BY.sub("", heading)
    return next((one for one in facets() if one.heading.search(bare)), None)


@lru_cache(maxsize=16)
def pattern(name: str) -> re.Pattern[str]:
    """A further pattern of the lexicon by its name. KeyError where there is none."""
    return _pattern(_lexicon()["patterns"][name])


@lru_cache(maxsize=1)
def facet_words() -> tuple[str, ...]:
    """Every word that names a facet, in order: what a slip of the hand may have meant."""
    return tuple(sorted(frozenset().union(*(one.words for one in facets()))))


@lru_cache(maxsize=1)
def _lexicon() -> dict[str, Any]:
    return tomllib.loads(FACETS.read_text("utf-8"))


def _facet(row: Mapping[str, Any]) -> Facet:
    whole = FacetPart("answer", row["part"], _pattern(""), _pattern(""))
    return Facet(
        id=row["id"],
        question_type=row["type"],
        title=row["title"],
        title_of_disease=row.get("title_of_disease", row["title"]),
        also=frozenset(row.get("also", ())),
        spans=row.get("spans", False),
        asked=re.compile("|".join(f"(?:{one})" for one in row["asked"]).replace("{near}", NEAR)),
        words=frozenset(row["words"].split()),
        heading=_pattern(row["heading"]),
        says=_pattern(row["says"]),
        parts=tuple(
            FacetPart(part["id"], part["heading"], _pattern(part["headed"]), _pattern(part["says"]))
            for part in row.get("parts", [])
        )
        or (whole,),
    )


def _pattern(written: str) -> re.Pattern[str]:
    """An empty one matches nothing."""
    return re.compile(written or r"(?!)", re.IGNORECASE)
