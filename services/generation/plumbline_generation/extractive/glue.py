"""The only words of ours on a page: headings, which claim nothing, and the ids of fixed texts."""

from __future__ import annotations

from collections.abc import Iterable

from plumbline_generation.extractive.plan import Content, Fixed, Part

# safety_review keeps the words of each id and accepts no other id.
NEXT_STEP = "next-step"
QUESTIONS_COMPARISON = "questions-comparison"  # {x}, {y}
QUESTIONS_DEFINITION = "questions-definition"  # {x}
QUESTIONS_GENERAL = "questions-general"
QUESTIONS_TREATMENT = "questions-treatment"
QUESTIONS_SIDE_EFFECTS = "questions-side-effects"
QUESTIONS_PROCEDURE = "questions-procedure"
OWN_CASE = "own-case"
GAPS_LEAD = "gaps-lead"
GAPS_NONE = "gaps-none"

TEMPLATE_IDS = (
    NEXT_STEP,
    QUESTIONS_COMPARISON,
    QUESTIONS_DEFINITION,
    QUESTIONS_GENERAL,
    QUESTIONS_TREATMENT,
    QUESTIONS_SIDE_EFFECTS,
    QUESTIONS_PROCEDURE,
    OWN_CASE,
    GAPS_LEAD,
    GAPS_NONE,
)

NOTICES = ("general-information", "made-by-software", "not-clinician-read")
DEMONSTRATION_NOTICE = "demonstration"


def questions_of(question_type: str) -> str:
    """The questions to take along that belong to a type of question."""
    return {
        "treatment": QUESTIONS_TREATMENT,
        "side_effects": QUESTIONS_SIDE_EFFECTS,
        "procedure": QUESTIONS_PROCEDURE,
    }.get(question_type, QUESTIONS_GENERAL)


def key_points(content: Iterable[Content]) -> Part:
    """The answer first, then one next step that is not a claim."""
    return Part("key_points", "key_points", "In short", (*content, Fixed(NEXT_STEP)))


def meaning(content: Iterable[Content]) -> Part:
    """What the terms mean."""
    return Part("definition", "definition", "What the words mean", tuple(content))


def side_by_side(content: Content) -> Part:
    """The comparison."""
    return Part("comparison", "comparison", "Side by side", (content,))


def marks(content: Iterable[Content]) -> Part:
    """What is looked at for one term."""
    return Part("criteria", "answer", "What is looked at?", tuple(content))


def answer(content: Iterable[Content]) -> Part:
    """Sentences on any other question."""
    return Part("answer", "answer", "What do our sources say?", tuple(content))


def why(content: Iterable[Content]) -> Part:
    """What it is used for."""
    return Part("why", "why", "Why does this matter?", tuple(content))


def context(content: Iterable[Content]) -> Part:
    """What must be kept in mind."""
    return Part("context", "context", "Important context", tuple(content))


def questions(fixed: Fixed) -> Part:
    """Questions to take along."""
    return Part("questions", "questions", "Questions to ask your oncologist", (fixed,))


def own_case() -> Part:
    """The way to guidance on one's own case."""
    return Part("own_case", "own_case", "Guidance on your own case", (Fixed(OWN_CASE),))


def gaps(not_stated: tuple[str, ...]) -> Part:
    """What was looked for and not found."""
    lead = Fixed(GAPS_LEAD if not_stated else GAPS_NONE)
    return Part("gaps", "gaps", "What our sources do not say", (lead,))
