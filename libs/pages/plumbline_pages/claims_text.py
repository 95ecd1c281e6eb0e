"""Reading a page back as browsers do: the text of every claim in it, to be compared with what was
signed."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from selectolax.lexbor import LexborHTMLParser, LexborNode

_SPACE: Final = re.compile("[ \t\n\r\f\u00a0\u202f]+")
_INLINE: Final = frozenset(
    (
        *("a", "abbr", "b", "cite", "code", "data", "del", "em", "i", "ins", "kbd", "mark"),
        *("q", "s", "small", "span", "strong", "sub", "sup", "time", "u"),
    )
)
_UNSEEN: Final = "head, script, style, template, noscript, body [hidden], dialog:not([open])"


def collapse(text: str) -> str:
    """White space as a page shows it: one space for a run, no-break spaces too. Nothing else."""
    return _SPACE.sub(" ", text).strip(" ")


def claim_texts(html: bytes) -> list[tuple[str, str]]:
    """Id and text of every `data-claim` element, in page order, without its `data-aside` parts.

    Nor is what stands in a claim within it its own. Compare with `collapse(claim["text"])`.
    UnicodeDecodeError when the page is not UTF-8.
    """
    found = [
        (claim.attributes["data-claim"] or "", collapse(_taken_out(claim)))
        for claim in reversed(_read(html).css("html [data-claim]"))  # the inner before the outer
    ]
    return found[::-1]


def _taken_out(claim: LexborNode) -> str:
    """Its text; it is gone from the page then."""
    _take_out(claim.css("[data-aside]"))
    text = claim.text()
    claim.decompose()
    return text


def _take_out(nodes: Sequence[LexborNode]) -> None:
    for node in reversed(nodes):  # the inner first: with the outer it is freed
        node.decompose()


def visible_text(html: bytes) -> str:
    """What a reader sees, white space collapsed; closed dialogs and scripts left out."""
    page = _read(html)
    _take_out(page.css(_UNSEEN))
    for element in page.css("body *"):
        if element.tag not in _INLINE:
            element.insert_before(" ")
            element.insert_after(" ")
    return collapse(page.text())


def _read(html: bytes) -> LexborHTMLParser:
    return LexborHTMLParser(html.decode("utf-8"))
