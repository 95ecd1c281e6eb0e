"""Marking the sentences of a finished page whose source has changed, and covering their words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from html import escape
from html.parser import HTMLParser
from typing import Final

from plumbline_pages.words import words

VOID: Final = frozenset(  # HTML's own list
    (
        *("area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta"),
        *("source", "track", "wbr"),
    )
)
PROVEN: Final = {"p": "pv", "tr": "pr"}  # what the thick line runs beside
PASSAGE: Final = "psg"

Attributes = list[tuple[str, str | None]]


@dataclass(frozen=True, slots=True)
class Covered:
    """The page, and the id of the first sentence that was marked ("" when none stands on it)."""

    page: bytes
    first: str


def cover(page: bytes, changed: Mapping[str, str | None]) -> Covered:
    """The page with each changed claim marked "being checked again", and its proof taken away.

    `changed`: claim id → the version whose words are to be covered, or None when the words may
    still be read. Covered words, and the passages they were quoted from, open only on purpose.
    The claims' own text stays what was signed: all that is added carries `data-aside`.
    """
    writer = _Writer(changed)
    writer.feed(page.decode())
    writer.close()
    return Covered("".join(writer.out).encode(), writer.first)


@dataclass
class _Open:
    """An open element. `at`: where its start tag stands in what was written; `after`: its end."""

    tag: str
    attributes: dict[str, str | None]
    at: int
    after: str
    dropped: bool = False


class _Writer(HTMLParser):
    """Writes what it reads, character for character, but for what is marked."""

    def __init__(self, changed: Mapping[str, str | None]) -> None:
        super().__init__(convert_charrefs=False)
        self.out: list[str] = []
        self.first = ""
        self._changed = changed
        self._open: list[_Open] = []
        self._quoted: set[str] = set()  # numbers of passages that covered claims were quoted from

    def handle_starttag(self, tag: str, attrs: Attributes) -> None:
        names = dict(attrs)
        if tag in VOID:
            self._write(self.get_starttag_text() or "")
            return
        element = _Open(tag, names, len(self.out), f"</{tag}>")
        element.dropped = self._within_dropped() or (
            "data-aside" in names and self._claim() is not None
        )
        if element.dropped:
            self._note_passages(names)
        self._open.append(element)
        if (claim := names.get("data-claim")) in self._changed and claim:
            self._begin(element, claim)
        elif tag == "blockquote" and self._passage_covered():
            said = words("state.passage")
            self._write(f'<details class="held"><summary>{said}</summary>{self._tag_text()}')
            element.after = "</blockquote></details>"
        else:
            self._write(self._tag_text())
        if tag == "title" and self._changed:
            self._write(f"{words('state.mark')}: ")

    def handle_startendtag(self, tag: str, attrs: Attributes) -> None:
        self._write(self._tag_text())

    def handle_endtag(self, tag: str) -> None:
        while self._open:
            closed = self._open.pop()
            if not closed.dropped:
                self.out.append(closed.after)
            if closed.tag == tag:
                break

    def handle_data(self, data: str) -> None:
        self._write(data)

    def handle_entityref(self, name: str) -> None:
        self._write(f"&{name};")

    def handle_charref(self, name: str) -> None:
        self._write(f"&#{name};")

    def handle_comment(self, data: str) -> None:
        self._write(f"<!--{data}-->")

    def handle_decl(self, decl: str) -> None:
        self._write(f"<!{decl}>")

    def _write(self, text: str) -> None:
        if not self._within_dropped():
            self.out.append(text)

    def _tag_text(self) -> str:
        return self.get_starttag_text() or ""

    def _within_dropped(self) -> bool:
        return bool(self._open) and self._open[-1].dropped

    def _claim(self) -> str | None:
        """The changed claim that is open now."""
        claims = (element.attributes.get("data-claim") for element in self._open)
        return next((claim for claim in claims if claim in self._changed), None)

    def _begin(self, element: _Open, claim: str) -> None:
        """The start of a changed claim; what comes at its end is laid down with it."""
        version = self._changed[claim]
        self.first = self.first or str(element.attributes.get("id") or "")
        names = {**element.attributes, "class": "s held" if version else "s moved"}
        tag = "div" if version else element.tag  # what opens is a block
        self._mark_around(block=version is not None)
        self._write(_start_tag(tag, names))
        if version is None:
            mark = f'<span class="tag warn" data-aside>{words("state.mark")}</span>'
            element.after = f" {mark}</{tag}>"
            return
        opens, said = words("state.open"), words("state.said", version=version)
        self._write(
            f'<details><summary data-aside>{words("state.mark")}<span class="vh">, {opens}</span>'
            f"</summary><span data-aside>{said} </span><del>"
        )
        element.after = f"</del></details></{tag}>"

    def _mark_around(self, *, block: bool) -> None:
        """The paragraph or row that the claim stands in: its line is broken from now on."""
        for element in reversed(self._open):
            wanted = PROVEN.get(element.tag)
            names = element.attributes
            classes = str(names.get("class") or "").split()
            if wanted is None or wanted not in classes:
                continue
            names["class"] = " ".join(dict.fromkeys([*classes, "moved"]))
            # A paragraph may hold no block: the browser would end it there.
            if block and element.tag == "p":
                element.after = "</div>"
            self.out[element.at] = _start_tag(element.after[2:-1], names)
            return

    def _note_passages(self, names: dict[str, str | None]) -> None:
        claim = self._claim()
        if claim and self._changed[claim] is not None:
            marks = str(names.get("data-q") or "").split()
            self._quoted |= {mark.rstrip("abcdefghijklmnopqrstuvwxyz") for mark in marks}

    def _passage_covered(self) -> bool:
        return any(
            element.attributes.get("class") == PASSAGE
            and str(element.attributes.get("id"))[1:] in self._quoted
            for element in self._open
        )


def _start_tag(tag: str, names: Mapping[str, str | None]) -> str:
    said = "".join(
        f" {name}" if value is None else f' {name}="{escape(value)}"'
        for name, value in names.items()
    )
    return f"<{tag}{said}>"
