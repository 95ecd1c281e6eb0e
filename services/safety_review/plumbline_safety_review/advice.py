"""How advice and verdicts about a reader sound, compiled from lexicon_advice.toml."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

ADVICE = Path(__file__).with_name("lexicon_advice.toml")
MAY_OR_MUST = (
    "(?:should|must|can|may|could|might|need to|have to|ought to|will need to"
    "|are (?:advised|allowed|free|safe|able) to)"
)


@dataclass(frozen=True)
class Advice:
    """Patterns over a text in its form for matching."""

    told: re.Pattern[str]
    ordered: re.Pattern[str]
    excused: re.Pattern[str]
    objects: re.Pattern[str]
    dose_units: frozenset[str]
    has: re.Pattern[str]
    shows: re.Pattern[str]
    conditions: re.Pattern[str]


@lru_cache(maxsize=1)
def load_advice() -> Advice:
    """Read the lists of this package."""
    data = tomllib.loads(ADVICE.read_text("utf-8"))
    verbs, objects = _either(data["verbs"]), _either(data["objects"])
    allowed = _either(data["allowed"])
    return Advice(
        told=re.compile(
            rf"\byou(?:'d better| {MAY_OR_MUST})(?: \w+){{0,2}}? {verbs}\b"
            rf"|\b(?:safe|fine|ok|okay|best|better|time|need|necessary)(?: for you)? to {verbs}\b"
            rf"|\b{verbs} your\b|\byour (?:\w+ )?{objects} (?:can|should|must|may) be\b"
        ),
        ordered=re.compile(
            rf"^(?:please |just |simply |never |always |do not |don't |now |then )*{verbs}\b"
        ),
        excused=re.compile(
            rf"^(?:please |always |do )?{allowed}\b|\byou (?:should|can|must|may) {allowed}\b"
        ),
        objects=re.compile(rf"\b{objects}\b"),
        dose_units=frozenset(data["dose_units"]),
        has=re.compile(
            r"(?<!if )(?<!when )(?<!whether )(?<!that )\byou(?:'ve| "
            r"(?:probably |likely |certainly |clearly |now |still )?"
            r"(?:have|had|are in|are|do not have|don't have|no longer have))\b"
        ),
        shows=re.compile(
            rf"\byour (?:\w+ )?{_either(data['findings'])} "
            r"(?:means?|shows?|suggests?|confirms?|indicates?|proves?|is|are)\b"
        ),
        conditions=re.compile(rf"\b{_either(data['conditions'])}\b"),
    )


def _either(words: str) -> str:
    return f"(?:{'|'.join(map(re.escape, words.split()))})"
