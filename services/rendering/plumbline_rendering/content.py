"""The reviewed content as rendering reads it: checked for what a page needs, and never changed."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


class BadContent(ValueError):
    """The content cannot be put on a page. The text is a short code without any word of it."""


@dataclass(frozen=True, slots=True)
class Citation:
    """Words of a passage: [start, end) in code points of its text."""

    passage: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Claim:
    """One factual sentence with all that it rests on, the parts it is made of first."""

    id: str
    text: str
    verbatim: bool
    repaired: bool
    citations: tuple[Citation, ...]


@dataclass(frozen=True, slots=True)
class Passage:
    """A passage as cited. Its edition's data ride along with it."""

    id: str
    occurrence_id: str
    guideline_id: str
    title: str
    publisher: str
    version: str
    effective_date: str
    licence: str
    demonstration: bool
    based_on: str
    section: tuple[str, ...]
    start: int
    end: int
    text: str

    @property
    def name(self) -> str:
        """What it is called on the page: its innermost heading, else its guideline's title."""
        return self.section[-1] if self.section else self.title


@dataclass(frozen=True)
class Content:
    """The content: whole as it was signed, and the parts that need looking up."""

    whole: Mapping[str, Any]
    claims: Mapping[str, Claim]
    passages: Mapping[str, Passage]


def read(content: bytes) -> Content:
    """Read what was reviewed. BadContent when it lacks something or misquotes a passage."""
    try:
        whole = json.loads(content)
        passages = {p["id"]: _passage(p) for p in whole["passages"]}
        claims = {c["id"]: _claim(c, passages) for c in whole["claims"]}
    except (KeyError, TypeError, AttributeError, json.JSONDecodeError, UnicodeDecodeError) as error:
        raise BadContent("content-shape") from error
    return Content(whole, claims, passages)


def _passage(read: Mapping[str, Any]) -> Passage:
    names = ("id", "occurrence_id", "guideline_id", "title", "publisher", "version")
    more = ("effective_date", "licence", "demonstration", "based_on", "start", "end", "text")
    return Passage(
        **{name: read[name] for name in (*names, *more)}, section=tuple(map(str, read["section"]))
    )


def _claim(read: Mapping[str, Any], passages: Mapping[str, Passage]) -> Claim:
    cited = [_citation(c, passages) for c in (*read["citations"], *read.get("also", ()))]
    if not read["citations"]:
        raise BadContent("claim-without-citation")
    return Claim(
        id=read["id"],
        text=read["text"],
        verbatim=read["kind"] == "verbatim",
        repaired=read["verdict"] == "repaired",
        citations=tuple(cited),
    )


def _citation(read: Mapping[str, Any], passages: Mapping[str, Passage]) -> Citation:
    start, end, text = read["start"], read["end"], passages[read["passage"]].text
    if not 0 <= start < end <= len(text) or text[start:end] != read["quote"]:
        raise BadContent("quote-mismatch")
    return Citation(read["passage"], start, end)
