"""A few documents made into thousands, each of its own: seeded, so that every run has the same."""

from __future__ import annotations

import itertools
import random
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from plumbline_clinical.sentences import sentence_spans

SEED = 20261124
MOST_WORDS = 90  # of one section: one passage
SECTIONS = 2
ONSETS: list[str] = re.findall(r"\w+", "b d f g k l m n p r s t v z br dr fl gr kl pr st tr")
RIMES: list[str] = re.findall(r"\w+", "a e i o u al an ar el en er il in or un")
SYLLABLES = [onset + rime for onset, rime in itertools.product(ONSETS, RIMES)]
DIGIT = re.compile(r"\d")


@dataclass(frozen=True)
class Made:
    """One document in Markdown, and a question that it answers."""

    name: str
    title: str
    markdown: str
    question: str


def multiplied(
    documents: Sequence[dict[str, Any]], questions: Sequence[dict[str, Any]], count: int
) -> Iterator[Made]:
    """`count` documents: the given ones over and over, names and numbers swapped each time."""
    asked = {q["relevant"][0]["section_id"]: q["question"] for q in questions}
    short = [(d, sections_of(d)) for d in documents]
    short = [(d, sections) for d, sections in short if sections]
    for number, (document, sections) in zip(range(count), itertools.cycle(short)):
        chance = random.Random(SEED + number)
        title = f"{invented_name(number)} {document['title']}"
        body = "\n\n".join(f"## {s['heading']}\n\n{cut(s['text'])}" for s in sections)
        markdown = DIGIT.sub(digit_of(chance), body)
        markdown = swapped(markdown, document["title"], title)
        question = swapped(asked[sections[0]["id"]], document["title"], title)
        yield Made(f"made-{number:05d}.md", title, f"# {title}\n\n{markdown}\n", question)


def digit_of(chance: random.Random) -> Callable[[re.Match[str]], str]:
    """Another digit for each that is found."""
    return lambda _: str(chance.randrange(1, 10))


def sections_of(document: dict[str, Any]) -> list[dict[str, Any]]:
    """The shortest sections that say something."""
    saying = [s for s in document["sections"] if len(s["text"].split()) >= 30]
    return sorted(saying, key=lambda s: len(s["text"]))[:SECTIONS]


def cut(text: str) -> str:
    """As many whole sentences from the beginning as make one passage, as one paragraph."""
    text = " ".join(text.split())
    end = 0
    for _, stop in sentence_spans(text):
        if end and len(text[:stop].split()) > MOST_WORDS:
            break
        end = stop
    return text[:end]


def swapped(text: str, old: str, new: str) -> str:
    """The text with one name in place of another."""
    swap: str = re.sub(re.escape(old), lambda _: new, text, flags=re.IGNORECASE)
    return swap


def invented_name(number: int) -> str:
    """A name for each number that no other number has and no dictionary."""
    first, rest = divmod(number, len(SYLLABLES))
    return (SYLLABLES[rest] + SYLLABLES[(first * 7 + rest * 13) % len(SYLLABLES)] + "x").title()
