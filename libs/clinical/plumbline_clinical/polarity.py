"""Which things a text denies, by the scope of its negations.

Scope follows ConText (Harkema et al., J Biomed Inform 2009;42:839): a trigger acts forwards or
backwards until a terminator or the end of the sentence; a pseudo-trigger holds a trigger's words
and denies nothing. How far a text hedges, obliges and points up or down stands in `modality`.
"""

from __future__ import annotations

import re
from functools import lru_cache

from plumbline_clinical.modality import direction, obligation, strength

__all__ = [
    "conditional",
    "direction",
    "negated",
    "negation_count",
    "obligation",
    "strength",
]

PSEUDO = r"""
    not\s+(?:only|just|merely|simply) | not\s+un\w+
    | not\s+(?:infrequent\w*|rare(?:ly)?|impossible)
    | (?:no|without|not)\s+(?:a\s+)?doubt | no\s+matter | no\.\s*\d | not\s+to\s+mention
    | (?:no|not)\s+(?:less|fewer|more|greater|larger|bigger|longer|higher|lower|shorter|smaller)
      \s+than
    | cannot\s+be\s+(?:excluded|ruled\s+out) | can(?:no|')t\s+(?:be\s+ruled|rule)\s+out
    | not\s+(?:be\s+|been\s+)?(?:excluded|ruled\s+out)
    | (?:whether\s+)?or\s+not(?=\s*[,.;:?!)]|\s*$)
    | whether\s+or\s+not
"""
FORWARD = r"""
    no | not | n't | never | none(?:\s+of)? | nobody | nothing | neither | nor | without | cannot
    | cant | dont | doesnt | didnt | isnt | arent | wasnt | werent | havent | hasnt
    | wont | shouldnt
    | lack(?:s|ed|ing)?(?:\s+of)? | absence\s+of | free\s+(?:of|from) | fail(?:s|ed)?\s+to
    | den(?:y|ies|ied) | avoid(?:s|ed|ing)? | rather\s+than | instead\s+of | unlikely(?:\s+to)?
    | exclud(?:e|es|ed|ing) | rul(?:e|es|ed|ing)\s+out | hardly
"""
BACKWARD = r"""
    (?:is|are|was|were|be|been|being)\s+(?:absent|excluded|ruled\s+out|unlikely|denied|avoided
    |contraindicated|gone|over) | (?:has|have)\s+(?:gone|disappeared|resolved) | disappear(?:s|ed)?
"""
NEGATION = re.compile(
    rf"(?P<pseudo>\b(?:{PSEUDO}))|(?P<backward>\b(?:{BACKWARD})\b)"
    rf"|(?P<forward>(?:\b|(?=n't))(?:{FORWARD})(?!\w))",
    re.IGNORECASE | re.VERBOSE,
)
TERMINATOR = re.compile(
    r"[;:.!?]\s|\n\s*\n|,\s+(?:and\s+|or\s+)?(?:the|a|an|it|they|he|she|we|you|this|that|its)\b"
    r"|\b(?:but|however|although|though|yet|except|apart\s+from|whereas|while|which|who|because"
    r"|since|so\s+that|nor|unless|until|if|when|then)\b",
    re.IGNORECASE,
)
# A verb between a thing and the negation after it: "they are not", "it should not".
VERB_BETWEEN = re.compile(
    r"\s*(?:\([^()]*\)\s*)?(?:is|are|was|were|be|been|do|does|did|has|have|had|should"
    r"|must|can|could|ca|may|might|will|would|wo|need)(?:\s+\w+)?\s*",
    re.IGNORECASE,
)
CONDITION = re.compile(
    r"\b(?:if|unless|whether|in\s+case|suppose|as\s+long\s+as|provided\s+that)\b", re.IGNORECASE
)
REACH = 90  # code points, about fifteen words
REACH_BACK = 60


@lru_cache(maxsize=16_384)
def negation_cues(text: str) -> tuple[tuple[str, int, int], ...]:
    """Every negation of a text: which way it acts ("forward", "backward"), and where it stands."""
    return tuple(
        (match.lastgroup or "", match.start(), match.end())
        for match in NEGATION.finditer(text.replace("’", "'"))
        if match.lastgroup != "pseudo"
    )


def negation_count(text: str) -> int:
    """How many negations a text holds; "not only" and "no more than" are none."""
    return len(negation_cues(text))


def negated(text: str, start: int, end: int) -> bool:
    """Whether what stands at code points [start, end) is denied: "no sign of it", "is not advised".

    Two negations that act on one thing cancel each other.
    """
    acting = 0
    for way, cue_start, cue_end in negation_cues(text):
        if cue_end <= start and way == "forward":
            acting += acts_forwards(text, cue_end, start)
        elif cue_start >= end:
            acting += acts_backwards(text, way, end, cue_start)
    return acting % 2 == 1


def acts_forwards(text: str, cue_end: int, start: int) -> bool:
    """Whether a negation reaches what starts after it."""
    return start - cue_end <= REACH and TERMINATOR.search(text, cue_end, start) is None


def acts_backwards(text: str, way: str, end: int, cue_start: int) -> bool:
    """Whether a negation reaches what ended before it: closely, for those that act forwards."""
    if way == "forward":
        return VERB_BETWEEN.fullmatch(text, end, cue_start) is not None and cue_start > end
    return cue_start - end <= REACH_BACK and TERMINATOR.search(text, end, cue_start) is None


def conditional(text: str, start: int) -> bool:
    """Whether what starts at a place stands under an "if" of its own sentence."""
    left = max(text.rfind(mark, 0, start) for mark in ".!?\n")
    return CONDITION.search(text, left + 1, start) is not None
