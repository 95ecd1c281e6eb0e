"""Reading a page back: the text of every claim in it, to be compared with what was signed."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Final

_SPACE: Final = re.compile("[ \t\n\r\f\u00a0\u202f]+")
VOID: Final = frozenset(  # HTML's own list
    (
        *("area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta"),
        *("source", "track", "wbr"),
    )
)
_INLINE: Final = frozenset(
    (
        *("a", "abbr", "b", "cite", "code", "data", "del", "em", "i", "ins", "kbd", "mark"),
        *("q", "s", "small", "span", "strong", "sub", "sup", "time", "u"),
    )
)
_UNSEEN: Final = frozenset(("head", "script", "style", "template", "noscript"))

Attributes = list[tuple[str, str | None]]


def collapse(text: str) -> str:
    """White space as a page shows it: one space for a run, no-break spaces too. Nothing else."""
    return _SPACE.sub(" ", text).strip(" ")


@dataclass
class _Element:
    tag: str
    claim: str | None
    unread: bool
    hidden: bool
    text: list[str] = field(default_factory=list)


class _Reader(HTMLParser):
    """Keeps the open elements; `claims` is in page order, `seen` is all that a reader sees."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.open: list[_Element] = []
        self.hidden = 0
        self.claims: list[tuple[str, list[str]]] = []
        self.seen: list[str] = []

    def handle_starttag(self, tag: str, attrs: Attributes) -> None:
        if tag not in _INLINE:
            self.seen.append(" ")
        if tag in VOID:
            return
        names = dict(attrs)
        claim = names.get("data-claim")
        element = _Element(tag, claim, "data-aside" in names, _is_hidden(tag, names))
        self.open.append(element)
        self.hidden += element.hidden
        if claim is not None:
            self.claims.append((claim, element.text))

    def handle_endtag(self, tag: str) -> None:
        if tag not in _INLINE:
            self.seen.append(" ")
        while any(element.tag == tag for element in self.open):
            closed = self.open.pop()
            self.hidden -= closed.hidden
            if closed.tag == tag:
                break

    def handle_data(self, data: str) -> None:
        if not self.hidden:
            self.seen.append(data)
        for element in reversed(self.open):
            if element.unread:
                return
            if element.claim is not None:
                element.text.append(data)
                return


def _is_hidden(tag: str, names: dict[str, str | None]) -> bool:
    return tag in _UNSEEN or "hidden" in names or (tag == "dialog" and "open" not in names)


def _read(html: bytes) -> _Reader:
    reader = _Reader()
    reader.feed(html.decode("utf-8"))
    reader.close()
    return reader


def claim_texts(html: bytes) -> list[tuple[str, str]]:
    """Id and text of every `data-claim` element, in page order, without its `data-aside` parts.

    Compare with `collapse(claim["text"])`. UnicodeDecodeError when the page is not UTF-8.
    """
    return [(claim, collapse("".join(text))) for claim, text in _read(html).claims]


def visible_text(html: bytes) -> str:
    """What a reader sees, white space collapsed; closed dialogs and scripts left out."""
    return collapse("".join(_read(html).seen))
