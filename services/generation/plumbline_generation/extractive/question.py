"""What kind of question it is, and which of its words name the things asked about."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from plumbline_clinical.spelling import nearest
from plumbline_clinical.text import stem
from plumbline_generation.extractive.cues import (
    ASKING,
    ASKS_QUANTITY,
    ASKS_WHEN,
    COMPARING,
    DEFINING,
    MANNER,
)
from plumbline_generation.extractive.facets import Facet, facet_asked, facet_words
from plumbline_generation.extractive.reading import Token, read_tokens

CUES: Final = (*COMPARING, *DEFINING)
# The plainer first.
JOINS: Final = (r"(?:and|or|vs|versus|v|/)", r"(?:from|with|to|than|against)")
X: Final = r"(?P<x>.+?)"
Y: Final = r"(?P<y>.+)"
YY: Final = r"(?P<y>.+?)"
SAID: Final = r"differences?|distinctions?|contrast|comparison"

# A second question in the same breath, on what the first one names: "… and why is it done?"
SECOND: Final = re.compile(
    r",? and (?:then )?(?=(?:why|how|what|when|who|where|which)\b)", re.IGNORECASE
)

# The asker says that two things are compared; the plainest way first.
PLAIN_COMPARISONS: Final = tuple(
    re.compile(pattern)
    for pattern in (
        *(
            rf"\b(?:{SAID})\b(?: (?:is|are|there|exists?|in))*(?: (?:between|of|among|for))? "
            rf"{X} {join} {Y}$"
            for join in JOINS
        ),
        rf"\bhow (?:do|does|are|is|can|would) {X} (?:and|or) {YY}"
        r" (?:differ|different|compare|compared)\b",
        rf"\bhow (?:do|does|are|is|can|would) {X} (?:differ|differs|different|compare|compared)"
        rf"(?: (?:from|to|with|than|against))? {Y}$",
        *(
            rf"\b(?:compare|contrast|distinguish|differentiate)(?: between)? {X} {join} {Y}$"
            for join in JOINS
        ),
        rf"^{X} (?:vs|versus|v|against|compared (?:to|with)|as opposed to|rather than) {Y}$",
        rf"\b(?:is|are) {X} (?:the )?same(?: thing)? (?:as|with|to) {Y}$",
        rf"\b(?:is|are) {X} and {YY} (?:the )?same\b",
        rf"\b(?:is|are) {X} (?:better|worse|different) (?:than|from|to) {Y}$",
        rf"^{X} (?:and|or) {YY}(?: what is)?(?: the)? (?:differences?|compared|comparison)$",
        rf"\b{X} (?:different|differs?) (?:from|to|than) {Y}$",
    )
)
# Two things stand side by side: a comparison only if the evidence knows both.
LOOSE_COMPARISONS: Final = (
    re.compile(rf"^{X} (?:or|and) {Y}$"),
    re.compile(rf"^{X} / {Y}$"),
)
DEFINING_START: Final = re.compile(
    r"^(?:(?:so|please|can you|could you|tell me|hi|hello|i want to know|do you know) )*"
    r"(?:whats?|what's|what is|what are|define|definition|explain|describe|meaning|tell me about|"
    r"what does|what do|what counts as|understanding|understand)\b"
)
NAMED: Final = re.compile(r"^\W*what(?:'s| is| are)(?: an?)? (?P<x>[^?.!,]+)\W*$", re.IGNORECASE)
LONGEST_NAME: Final = 5  # words
PARTS: Final = re.compile(r"[^\W_]+(?:[.,]\d+)*(?:['’][^\W_]+)?|/|:")
BARE_WORDS: Final = 6  # a question of so few telling words and no verb asks what something is


@dataclass(frozen=True)
class Pair:
    """Two runs of words that the asker sets side by side. `plain`: the asker says so.

    `joined` are both as they stand in the question, with the word between them.
    """

    one: tuple[Token, ...]
    other: tuple[Token, ...]
    plain: bool
    joined: tuple[Token, ...] = ()


@dataclass(frozen=True)
class Question:
    """A question read: candidates for a comparison, for a definition, the words of its focus.

    `named` is a whole name of more than one word, if "what is Z therapy?" asks for nothing else.
    `facet` is what is asked of `about`, which is empty where it is asked of the disease;
    `facet_words` are the words that ask for it, `normal` is the whole with slips set right.
    """

    pairs: tuple[Pair, ...]
    subject: tuple[Token, ...]
    named: tuple[Token, ...]
    focus: tuple[Token, ...]
    wants_quantity: bool
    wants_when: bool
    facet: Facet | None
    about: tuple[Token, ...]
    facet_words: tuple[Token, ...]
    normal: str


def read_question(text: str) -> Question:
    """Read a question. Nothing of it is kept anywhere else."""
    text = _first(MANNER.sub(" ", text))
    words = read_tokens(text)
    focus = tuple(
        word for word in words if word.low.removesuffix("'s") not in ASKING and not word.empty
    )
    normal = " ".join(_meant(word.low) for word in words)
    facet = facet_asked(normal)
    names = facet.words if facet else frozenset()
    return Question(
        pairs=tuple(_pairs(text)),
        subject=_subject(text, words),
        named=_named(text),
        focus=focus,
        wants_quantity=bool(ASKS_QUANTITY.search(text)),
        wants_when=bool(ASKS_WHEN.search(text)),
        facet=facet,
        about=tuple(word for word in focus if not word.generic and _meant(word.low) not in names),
        facet_words=tuple(word for word in words if _meant(word.low) in names),
        normal=normal,
    )


def _named(text: str) -> tuple[Token, ...]:
    found = NAMED.match(text)
    words = read_tokens(found["x"]) if found else ()
    joined = any(word.empty for word in words)
    return words if 2 <= len(words) <= LONGEST_NAME and not joined else ()


def _first(text: str) -> str:
    """The first of two questions, where it names something; the whole text where there is one."""
    first = SECOND.split(text)[0]
    return first if any(not word.generic for word in read_tokens(first)) else text


def _meant(low: str) -> str:
    """The word that names a facet and was meant, or the word itself."""
    low = low.removesuffix("'s")
    if low in facet_words() or low in ASKING:
        return low
    meant = nearest(low, facet_words())
    return meant if meant and stem(meant) != stem(low) else low


def _pairs(text: str) -> Iterator[Pair]:
    """Every reading of the text as a comparison, the plainest first."""
    normal, places = _normal(text)
    for plain, patterns in ((True, PLAIN_COMPARISONS), (False, LOOSE_COMPARISONS)):
        for pattern in patterns:
            if found := pattern.search(normal):
                one = _from_name(_slice(places, found.span("x")))
                other = _slice(places, found.span("y"))
                if one and other:
                    joined = _slice(places, (found.start("x"), found.end("y")))
                    yield Pair(one, other, plain, joined[-len(joined) + joined.index(one[0]) :])


def _from_name(words: Sequence[Token]) -> tuple[Token, ...]:
    """The words from the first that can name a thing: "should I take Z" asks about Z."""
    first = next((at for at, word in enumerate(words) if word.names or word.low == "no"), 0)
    return tuple(words[first:])


def _normal(text: str) -> tuple[str, list[tuple[int, Token | None]]]:
    """The words joined by one space, cue words spelt right, each with its place and its token."""
    written: list[str] = []
    places: list[tuple[int, Token | None]] = []
    at = 0
    for found in PARTS.finditer(text):
        word = read_tokens(found[0])
        token = (
            Token(word[0].text, word[0].low, word[0].stem, found.start(), found.end())
            if word
            else None
        )
        normal = spelt(token.low) if token else found[0]
        places.append((at, token))
        written.append(normal)
        at += len(normal) + 1
    return " ".join(written), places


def spelt(low: str) -> str:
    """The cue word that was meant, or the word itself."""
    if low in CUES or low in ASKING:
        return low
    meant = nearest(low, CUES)
    return meant if meant and meant[0] == low[0] else low


def _slice(places: Sequence[tuple[int, Token | None]], span: tuple[int, int]) -> tuple[Token, ...]:
    return tuple(token for at, token in places if token and span[0] <= at < span[1])


def _subject(text: str, words: Sequence[Token]) -> tuple[Token, ...]:
    """The words that may name the one thing asked about; none if something else is asked."""
    normal, places = _normal(text)
    telling = [word for word in words if not word.generic]
    start = DEFINING_START.match(normal)
    asked = start or any(spelt(word.low) in DEFINING for word in words)
    bare = len(telling) <= BARE_WORDS and not any(word.empty for word in words[:1])
    if not asked and not bare:
        return ()
    rest = _slice(places, (start.end() if start else 0, len(normal)))
    return tuple(word for word in rest if spelt(word.low) not in CUES)
