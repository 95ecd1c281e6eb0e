"""The urgent card: a page of its own, and a smaller block that stands first on any other page."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

from plumbline_pages.environment import page

_DIALLED = frozenset("0123456789+*#")


@dataclass(frozen=True, slots=True)
class Call:
    """A number to call, as it is written, such as "0800 123 456"."""

    number: str

    @property
    def tel(self) -> str:
        """The same number as a telephone link dials it."""
        return "".join(c for c in self.number if c in _DIALLED)


@dataclass(frozen=True, slots=True)
class UrgentCard:
    """The fixed text of a card, from the triage policy; never the reader's words.

    `lines`: the first says what was recognised, the others are what to do, in order.
    """

    title: str
    lines: Sequence[str]
    calls: Sequence[Call] = ()
    version: str = ""
    first_if: Sequence[str] = ()
    tell: Sequence[str] = ()


def urgent_card(card: UrgentCard, answer_url: str | None) -> str:
    """The whole page. `answer_url`: where the general answer will be; None when there is none."""
    return page("urgent.html", card=card, answer_url=answer_url)


def urgent_block(card: UrgentCard) -> str:
    """The same card, smaller, to stand before everything else of a page (see `fill`)."""
    return page("urgent_block.html", card=card)


def block_or_nothing(card: UrgentCard | None) -> Markup:
    """The block for a page that is being made."""
    return Markup(urgent_block(card) if card else "")  # noqa: S704 (made by an escaping template)
