"""Editions changed on purpose, one change to a sentence: seeded, with what was done recorded."""

from __future__ import annotations

import random
import re
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from eval.prose import Block, Line, blocks_of, edition_of, steady

from plumbline_clinical.lexicon import concepts, mentions
from plumbline_clinical.quantities import quantities
from plumbline_ingest.alignment import Kind
from plumbline_ingest.edition import Edition

UNITS = {
    "cm": "mm",
    "g/dL": "g/L",
    "months": "weeks",
    "weeks": "months",
    "%": " mg",
    "days": "weeks",
}
VERB = re.compile(r"\b(?:is|are|was|were|can|should|may|will|must)\b(?! not)")
DIGITS = re.compile(r"(?<![\w.,^-])\d{1,3}(?![\w.,]|-)")
LONG_WORD = re.compile(r"\b[a-z]{7,}\b")
OPENERS = ("In other words, ", "Put another way, ", "As this text sees it, ")
ADDED = "The {word} panel of the second assembly met on a rainy afternoon."
FEW_WORDS = 4
SELDOM = frozenset({"number", "unit", "drug"})
NAMES = ("quorvane", "bristel", "ondrake", "velmira", "tasgrove", "pellworth", "marindel")


@dataclass(frozen=True)
class Change:
    """What was done to a sentence. `old` or `new` None: it came or went."""

    done: str
    kinds: frozenset[Kind]
    old: str | None
    new: str | None


@dataclass(frozen=True)
class Mutated:
    """Two editions and everything that differs between them."""

    old: Edition
    new: Edition
    changes: Sequence[Change]


KINDS = {
    "moved": frozenset({Kind.MOVED}),
    "reworded": frozenset({Kind.REWORDED}),
    "typo": frozenset({Kind.REWORDED}),
    "number": frozenset({Kind.NUMBER_CHANGED}),
    "unit": frozenset({Kind.NUMBER_CHANGED}),
    # "not more than 2 cm" has another comparator: that is a number changed too.
    "negated": frozenset({Kind.MEANING_CHANGED, Kind.NUMBER_CHANGED}),
    "drug": frozenset({Kind.MEANING_CHANGED}),
    "deleted": frozenset({Kind.WITHDRAWN}),
    "inserted": frozenset({Kind.NEW}),
}


def mutated(edition: Edition, seed: int, share: float = 0.2) -> Mutated:
    """Two editions of its prose: as it is, and with a share of its sentences changed."""
    chance = random.Random(seed)
    old = steady(edition)
    blocks = blocks_of(old)
    said = Counter(line.text for block in blocks for line in block.lines)
    # What stands twice has no one place, and what is no sentence has nothing to be known by.
    once = {t for t, count in said.items() if count == 1 and len(t.split()) >= FEW_WORDS}
    change_some(blocks, once, chance, share)
    for block in blocks:
        drop_or_add(block, once, chance, share)
    move(blocks, once, chance, share)
    changes = [
        Change(line.done, KINDS[line.done], line.was, None if line.done == "deleted" else line.text)
        for block in blocks
        for line in block.lines
        if line.done
    ]
    return Mutated(old, edition_of(edition, blocks, "2"), changes)


def change_some(
    blocks: Sequence[Block], once: set[str], chance: random.Random, share: float
) -> None:
    """A share of the sentences, each in the first way that fits it."""
    lines = [line for block in blocks for line in block.lines if line.was in once]
    said = set(once)
    for line in chance.sample(lines, int(len(lines) * share)):
        for done in in_turn(chance):
            if (text := WAYS[done](line.text, chance)) and text not in said:
                said.add(text)
                line.text, line.done = text, done
                break


def in_turn(chance: random.Random) -> list[str]:
    """The ways in which a sentence may change, in an order by chance.

    Those that fit few sentences come early, so that they are not the rarest of all.
    """
    return sorted(WAYS, key=lambda done: chance.random() * (1 if done in SELDOM else 3))


def drop_or_add(block: Block, once: set[str], chance: random.Random, share: float) -> None:
    """One sentence less, or one more, in some paragraphs."""
    draw = chance.random()
    if draw < share / 4 and len(block.lines) > 1:
        gone = chance.choice(block.lines)
        if not gone.done and gone.was in once:
            gone.done = "deleted"
    elif draw < share / 2 and not block.is_item and all(is_whole(line) for line in block.lines):
        words = f"{chance.choice(NAMES)} {chance.choice(NAMES)} {chance.randrange(10**6):06x}"
        added = Line(ADDED.format(word=words), None, "inserted")
        block.lines.insert(chance.randrange(len(block.lines) + 1), added)


def is_whole(line: Line) -> bool:
    """Whether it ends where another sentence may begin, and begins where one may end."""
    return line.text[:1].isupper() and line.text.endswith(".")


def move(blocks: list[Block], once: set[str], chance: random.Random, share: float) -> None:
    """Some whole paragraphs, otherwise untouched, under another heading."""
    sections = sorted({block.section for block in blocks})
    for block in list(blocks):
        whole = not block.is_item and not any(line.done for line in block.lines)
        known = all(line.was in once for line in block.lines)
        if chance.random() < share / 4 and whole and known and len(sections) > 1:
            block.section = chance.choice([s for s in sections if s != block.section])
            for line in block.lines:
                line.done = "moved"
            blocks.remove(block)
            after = [i for i, other in enumerate(blocks) if other.section == block.section]
            blocks.insert(after[-1] + 1 if after else len(blocks), block)


def number(text: str, chance: random.Random) -> str | None:
    """Another number in place of one that is a quantity."""
    spots = [m for m in DIGITS.finditer(text) if in_quantity(text, m.start())]
    if not spots:
        return None
    spot = chance.choice(spots)
    return text[: spot.start()] + str(int(spot[0]) + chance.randrange(1, 9)) + text[spot.end() :]


def in_quantity(text: str, place: int) -> bool:
    """Whether a digit is part of an amount, as a label's is not."""
    return any(q.start <= place < q.end for q in quantities(text))


def unit(text: str, chance: random.Random) -> str | None:
    """Another unit after a number."""
    for name in chance.sample(sorted(UNITS), len(UNITS)):
        if found := re.search(rf"(?<=\d)(\s?){re.escape(name)}(?!\w)", text):
            return text[: found.start()] + found[1] + UNITS[name] + text[found.end() :]
    return None


def negated(text: str, _: random.Random) -> str | None:
    """A verb denied."""
    found = VERB.search(text)
    return f"{text[: found.end()]} not{text[found.end() :]}" if found else None


def drug(text: str, chance: random.Random) -> str | None:
    """Another drug in place of one."""
    named = [m for m in mentions(text) if m.concept.kind == "drug"]
    if not named:
        return None
    one = chance.choice(named)
    others = [c.preferred for c in concepts().values() if c.kind == "drug" and c != one.concept]
    other = chance.choice(sorted(others))
    other = other.capitalize() if text[one.start].isupper() else other
    return text[: one.start] + other + text[one.end :]


def typo(text: str, chance: random.Random) -> str | None:
    """Two letters of a long word that is no term, the wrong way round."""
    terms = [(m.start, m.end) for m in mentions(text)]
    words = [
        w
        for w in LONG_WORD.finditer(text)
        if not any(start <= w.start() < end for start, end in terms)
    ]
    if not words:
        return None
    word = chance.choice(words)
    at = word.start() + 2
    swapped = text[:at] + text[at + 1] + text[at] + text[at + 2 :]
    return swapped if swapped != text else None


def reworded(text: str, chance: random.Random) -> str | None:
    """The same with an opening that adds nothing."""
    return chance.choice(OPENERS) + text if text[:1].isupper() else None


WAYS: dict[str, Callable[[str, random.Random], str | None]] = {
    "number": number,
    "unit": unit,
    "negated": negated,
    "drug": drug,
    "typo": typo,
    "reworded": reworded,
}


def with_a_typo(edition: Edition, spared: set[str], seed: int) -> Mutated | None:
    """Two editions of its prose that differ in one misspelt word of a sentence not spared.

    None where every sentence is spared, or has no word for it.
    """
    chance = random.Random(seed)
    old = steady(edition)
    blocks = blocks_of(old)
    lines = [line for block in blocks for line in block.lines if line.text not in spared]
    for line in chance.sample(lines, len(lines)):
        if text := typo(line.text, chance):
            line.text, line.done = text, "typo"
            change = Change("typo", KINDS["typo"], line.was, text)
            return Mutated(old, edition_of(edition, blocks, "2"), [change])
    return None
