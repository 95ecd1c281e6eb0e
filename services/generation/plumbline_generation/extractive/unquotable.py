"""What of a text is never quoted: remarks about the text itself, and words that direct a reader."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache
from typing import Final

from plumbline.ingest.v1.events_pb2 import SPAN_KIND_LEAD_IN, SPAN_KIND_SENTENCE
from plumbline_generation.extractive.cues import VERBS
from plumbline_generation.extractive.facets import pattern
from plumbline_generation.extractive.reading import WARM_TEXTS, tokens, verb_at

LONGEST_QUOTED: Final = 700  # code points; what is longer is a page, not a sentence

# Where to look elsewhere, who may copy, what was changed: about the text, not about its subject.
HOUSEKEEPING: Final = re.compile(
    r"^\W*(?:refer to|see (?:the|our|also|figure|table|section|below|above)|click|go to|visit|"
    r"return to|(?:read|learn|find out) more|for (?:more|further|additional|general) information|"
    r"for information (?:about|on)|use our|the search can be|"
    r"(?:more |further |general )?information about .{0,80}(?:is (?:also )?available|can be found)|"
    r"check the list|reprinted|adapted from|all rights reserved|copyright|©|enlarge|updated|"
    r"added text|also added|revised text|the (?:summary|section) on|note: this|source:|"
    r"(?:this|the) (?:summary|section|fact sheet|page|text|booklet|leaflet)|"
    r"last (?:updated|reviewed))\b|\bsection of this summary\b|\bnot covered in this summary\b|"
    r"\bsummary on\b|\b(?:https?:|www\.)|"
    r"\bcan be found on\b|^\W*you can search\b|^\W*see .{1,80} for (?:more|further) information|"
    r"\binformation about .{1,60} is (?:also )?available\b",
    re.IGNORECASE,
)
HOUSEKEEPING_HEADING: Final = re.compile(
    r"^(?:changes to (?:this|the)\b|"
    r"about (?:this|the) (?:\w+ )?(?:summary|document|guideline|page)\b|"
    r"references?$|further reading|to learn more|(?:get )?more information|"
    r"(?:for )?additional resources|acknowledge?ments?|copyright|disclaimer|how to cite|reviewers|"
    r"latest updates)",
    re.IGNORECASE,
)
SENTENCE_ENDS: Final = re.compile(r"[.!…:;][\"'”’)\]]*(?:\[[^\]]{1,60}\])*$")
ASKS: Final = re.compile(r"\?[\"'”’)\]]*$")

# What may be done to a treatment; to say so to a reader is for who knows them.
CHANGES: Final = (
    r"(?:take|start|stop|change|continue|increase|reduce|lower|avoid|skip|switch|double|pause|resume|"
    r"discontinue|restart|quit|raise|swap|miss)"
)
CHANGING: Final = (
    r"(?:taking|starting|stopping|changing|reducing|skipping|doubling|missing|halving|switching)"
)
DIRECTS: Final = re.compile(
    r"^\W*(?:(?:please|just|always|never|do not|don't|then|now|simply|be sure to|try to) )*"
    rf"(?:{CHANGES}|{CHANGING})\b|"
    r"\b(?:need|have|ought|safe|best|better|necessary|advised|time|fine|okay?)(?: for you)? to "
    rf"(?:\w+ )?{CHANGES}\b|"
    rf"\byou (?:should|must|can|may|could|might|will|'ll) (?:\w+ ){{0,3}}?{CHANGES}\b|"
    rf"\b(?:{CHANGES}|{CHANGING}) your\b",
    re.IGNORECASE,
)
TELLS_WHAT_YOU_HAVE: Final = re.compile(
    r"(?<!\bif )(?<!\bwhen )(?<!\bwhether )(?<!\bthat )\byou(?:['’]ve| "
    r"(?:probably |likely |certainly |clearly |now |still )?"
    r"(?:have|had|are in|are|do not have|don['’]t have|no longer have))\b",
    re.IGNORECASE,
)


@lru_cache(maxsize=WARM_TEXTS)
def unquotable(text: str, kind: int) -> bool:
    """Whether a unit of this text and kind says nothing that a page for everyone may quote."""
    if kind in (SPAN_KIND_SENTENCE, SPAN_KIND_LEAD_IN) and not _is_sentence(text):
        return True
    return (
        len(text) > LONGEST_QUOTED
        or HOUSEKEEPING.search(text) is not None
        or DIRECTS.search(text) is not None
        or TELLS_WHAT_YOU_HAVE.search(text) is not None
        or pattern("findings").search(text) is not None
    )


def is_housekeeping(section: Sequence[str]) -> bool:
    """Whether a section is about the text and not about its subject."""
    return any(HOUSEKEEPING_HEADING.search(heading) for heading in section)


def _is_sentence(text: str) -> bool:
    """Whether it ends like a statement, or has a verb: not a question, not a stray heading."""
    if ASKS.search(text):
        return False
    words = tokens(text)
    if SENTENCE_ENDS.search(text):
        return True
    breaks_off = bool(words) and (words[-1].empty or words[-1].low in VERBS)
    return not breaks_off and any(verb_at(words, at) for at in range(len(words)))
