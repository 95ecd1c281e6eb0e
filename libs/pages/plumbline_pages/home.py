"""The home page: ask, what others asked, how a sentence is proven, and what the library covers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple

from markupsafe import Markup

from plumbline_pages.environment import page
from plumbline_pages.proof import Proof
from plumbline_pages.urgent import UrgentCard, block_or_nothing
from plumbline_pages.words import has_words, words

ASK_PATH: Final = "/ask"  # the form works without script: POST, application/x-www-form-urlencoded
ASK_FIELD: Final = "question"
QUESTION_CHARACTERS: Final = 500  # enough for a question, too little for a medical record


class Example(NamedTuple):
    """A published answer: its reviewed title, and its path."""

    title: str
    url: str


@dataclass(frozen=True, slots=True)
class Topic:
    """What the library covers: a guideline's title, how many answers rest on it, where to look."""

    title: str
    count: int
    url: str


@dataclass(frozen=True, slots=True)
class FieldError:
    """Why a question was not taken.

    `code` as in the API: empty, no-letters, too-long, personal-data, busy. `n`: characters over
    the limit, or seconds to wait. `kinds`: what seems personal, by kind, never by value.
    `message` is shown for a code that the catalogue does not know.
    """

    code: str
    n: int = 0
    kinds: Sequence[str] = ()
    message: str = ""

    @property
    def words(self) -> Markup | str:
        """What the reader is told."""
        if self.code == "personal-data" and self.kinds:
            return words("error.personal-data-kinds", kinds=", ".join(self.kinds))
        if has_words(f"error.{self.code}"):
            return words(f"error.{self.code}", n=self.n)
        return self.message or words("error.other")


def home(
    examples: Sequence[tuple[str, str]],
    error: FieldError | None = None,
    text: str = "",
    guidelines: Sequence[Topic] = (),
    *,
    proof: Proof | None = None,
    urgent: UrgentCard | None = None,
    held: tuple[int, int] | None = None,
    demonstration: bool = False,
) -> str:
    """The home page. `text` goes back into the box, in the reply to its own POST alone.

    `held`: how many guidelines and passages the library holds in their newest editions.
    """
    return page(
        "home.html",
        examples=[Example(*example) for example in examples],
        error=error,
        text=text,
        topics=guidelines,
        proof=proof,
        urgent_block=block_or_nothing(urgent),
        held=held,
        demonstration=demonstration,
        ask_path=ASK_PATH,
        ask_field=ASK_FIELD,
        limit=QUESTION_CHARACTERS,
    )
