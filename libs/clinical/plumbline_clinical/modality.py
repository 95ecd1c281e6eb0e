"""How a statement is meant: how certain, how binding, and in which direction."""

from __future__ import annotations

import re
from functools import lru_cache

from plumbline_clinical.lexicon import lexicon

CERTAIN, LIKELY, SOMETIMES, POSSIBLE = range(4)
HEDGES = {
    POSSIBLE: r"""may(?!\s+\d) | might | could | possibl[ey] | possibility | perhaps | maybe
        | potential(?:ly)? | unclear | uncertain
        | not\s+(?:yet\s+)?(?:known|clear|certain|established)
        | not\s+necessarily | seems? | appears? | suggest(?:s|ed)? | thought\s+to""",
    SOMETIMES: r"""can(?!not|['’]?t) | sometimes | some\s+(?:people|patients|cases) | in\s+some
        | occasional(?:ly)? | at\s+times | able\s+to | rarely | seldom | rare | uncommon""",
    LIKELY: r"""likely | probabl[ey] | usual(?:ly)? | often | generally | typical(?:ly)?
        | (?<!at\s)most(?:ly)? | common(?:ly)? | tends?\s+to | in\s+general | as\s+a\s+rule
        | frequent(?:ly)? | expected""",
}

NO_DUTY, OPTION, ADVICE, DUTY = range(4)
DUTIES = {
    DUTY: r"""must | required? | requires | mandatory | essential | obligatory | necessary
        | need(?:ed|s)? | ha(?:ve|s)\s+to | contraindicated""",
    ADVICE: r"""should | ought\s+to | recommend(?:s|ed|ations?)? | advis(?:e|es|ed|able) | preferred
        | standard | indicated | urged""",
    OPTION: r"""could | (?:may|might|can)\s+be | consider(?:s|ed|ation|ing)? | optional | options?
        | offer(?:s|ed)? | suggest(?:s|ed)? | choose | allowed""",
}


def ladder(levels: dict[int, str]) -> tuple[tuple[int, re.Pattern[str]], ...]:
    """The levels from the first to count to the last, each with one expression."""
    return tuple(
        (level, re.compile(rf"\b(?:{cues})\b", re.IGNORECASE | re.VERBOSE))
        for level, cues in levels.items()
    )


HEDGE_LADDER, DUTY_LADDER = ladder(HEDGES), ladder(DUTIES)

UP = r"""
    increas\w* | ris(?:e|es|en|ing) | rose | rais(?:e|es|ed|ing) | grow(?:s|n|ing|th)? | grew | more
    | longer | larger | bigger | higher | greater | better | improv\w* | gain(?:s|ed|ing)?
    | above(?!\s*[\d.<>≥≤]) | exceed\w* | doubl(?:e|es|ed|ing) | faster | enlarg\w* | elevat\w*
    | prolong\w* | stronger | wider | lengthen\w* | strengthen\w* | upwards?
    | (?:go|goes|going|gone|went|come|comes|came)\s+(?:back\s+)?up
"""
DOWN = r"""
    decreas\w* | fall(?:s|en|ing)? | fell | lower(?:s|ed|ing)? | reduc\w* | shr[aiu]nk(?:s|en|ing)?
    | less | fewer | shorter | smaller | worse(?:n(?:s|ed|ing)?)? | declin\w* | drop(?:s|ped|ping)?
    | loss | los(?:e|es|t|ing) | below(?!\s*[\d.<>≥≤]) | halv(?:e|es|ed|ing) | slower | diminish\w*
    | weaker | narrower | shorten\w* | weaken\w* | deteriorat\w* | downwards?
    | (?:go|goes|going|gone|went|come|comes|came)\s+(?:back\s+)?down
"""
DIRECTION = re.compile(rf"\b(?:(?P<up>{UP})|(?P<down>{DOWN}))\b", re.IGNORECASE | re.VERBOSE)
COMPARATIVE = "more|less|fewer|greater|larger|bigger|longer|higher|lower|shorter|smaller"
# Words of direction inside a comparator or a fixed phrase tell of no change.
NO_DIRECTION = re.compile(
    rf"\b(?:or|and)\s+(?:{COMPARATIVE}|above|below|over|under)\b"
    rf"|\b(?:no|not)\s+(?:{COMPARATIVE})\s+than\b"
    rf"|\b(?:{COMPARATIVE})\s+than\s+(?:or\s+equal\s+to\s+)?(?:\w+\s+){{0,2}}?[\d.½]"
    r"|\b(?:no|any)\s+longer\b|\bmore\s+(?:or\s+less|information)\b|\bonce\s+more\b|\bany\s*more\b"
    rf"|\bat\s+(?:the\s+)?least\b|\b(?:{'|'.join(lexicon().no_direction)})\b",
    re.IGNORECASE,
)


@lru_cache(maxsize=16_384)
def strength(text: str) -> int:
    """How far a statement is hedged: 0 certain, 1 likely, 2 can happen, 3 may.

    The most hedged word counts. A claim with a smaller number says more than its evidence does.
    """
    return next((level for level, cues in HEDGE_LADDER if cues.search(text)), CERTAIN)


@lru_cache(maxsize=16_384)
def obligation(text: str) -> int:
    """How binding a statement is: 0 not at all, 1 an option, 2 advice (should), 3 a duty (must).

    The most binding word counts. A claim with a larger number asks for more than its evidence.
    """
    return next((level for level, cues in DUTY_LADDER if cues.search(text)), NO_DUTY)


@lru_cache(maxsize=16_384)
def directions(text: str) -> frozenset[str]:
    """The directions of a text, as an unchangeable set."""
    text = NO_DIRECTION.sub(lambda match: " " * len(match[0]), text)
    return frozenset(match.lastgroup or "" for match in DIRECTION.finditer(text))


def direction(text: str) -> set[str]:
    """The directions a text speaks of: "up" (more, longer, better), "down" (less, shorter, worse).

    Words that only compare with a number ("more than 5", "or larger") are no direction.
    """
    return set(directions(text))
