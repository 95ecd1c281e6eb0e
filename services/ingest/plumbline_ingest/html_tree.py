"""HTML to a tree of elements and text, read as a browser reads it. Only this file parses HTML."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Final

from justhtml import JustHTML


def names(words: str) -> frozenset[str]:
    """The names in a text, parted by white space."""
    return frozenset(words.split())


DEEPEST: Final = 128  # real pages stay under about 60; what is nested deeper joins the level above
BLOCKS: Final = names(
    """address article aside blockquote body caption center dd details dialog dir div dl dt fieldset
    figcaption figure footer form frameset h1 h2 h3 h4 h5 h6 header hgroup hr html legend li main
    menu nav ol p pre search section summary table tbody td tfoot th thead tr ul"""
)
HEADINGS: Final = {f"h{level}": level for level in range(1, 7)}


@dataclass(slots=True)
class Element:
    """An element; `holds_blocks` says that there is a block somewhere in it."""

    tag: str
    attributes: dict[str, str] = field(default_factory=dict)
    children: list[Element | str] = field(default_factory=list)
    holds_blocks: bool = False

    @property
    def is_block(self) -> bool:
        return self.holds_blocks or self.tag in BLOCKS

    @property
    def role(self) -> str:
        """Its ARIA role, "" for none."""
        return self.attributes.get("role", "").strip().lower()

    @property
    def classes(self) -> frozenset[str]:
        """The words of its class attribute."""
        return frozenset(self.attributes.get("class", "").lower().split())

    @property
    def heading_level(self) -> int:
        """1 to 6, or what aria-level says; 0 when it is no heading."""
        if self.role == "heading":
            level = self.attributes.get("aria-level", "").strip()
            return int(level) if re.fullmatch("[1-9]", level) else 2
        return HEADINGS.get(self.tag, 0)

    @property
    def elements(self) -> Iterator[Element]:
        """The elements among its children."""
        return (child for child in self.children if isinstance(child, Element))

    def walk(self) -> Iterator[Element]:
        """It, and every element in it, in reading order."""
        waiting = [self]
        while waiting:
            element = waiting.pop()
            yield element
            waiting += reversed(list(element.elements))

    def text(self) -> str:
        """All text in it, as it stands."""
        parts: list[str] = []
        waiting: list[Element | str] = [self]
        while waiting:
            found = waiting.pop()
            if isinstance(found, str):
                parts.append(found)
            else:
                waiting += reversed(found.children)
        return "".join(parts)


def parse_html(source: str) -> Element:
    """The html element of a document. Every string is a document: HTML has no syntax errors."""
    document = JustHTML(source, sanitize=False).root
    root = Element("html")
    for node in document.children or ():
        if node.name == "html":
            root.attributes = _attributes(node)
            _copy(node, root)
    return root


def _copy(node: Any, into: Element) -> None:
    """Copy what is in a node. It keeps its own stack: a hostile page is nested without end."""
    open_elements = [(iter(node.children or ()), into)]
    while open_elements:
        children, parent = open_elements[-1]
        child = next(children, None)
        if child is None:
            open_elements.pop()
            if open_elements and parent is not open_elements[-1][1]:
                above = open_elements[-1][1]
                above.holds_blocks = above.holds_blocks or parent.is_block
        elif child.name == "#text":
            parent.children.append(str(child.data))
        elif not child.name.startswith(("#", "!")):
            copied = parent
            if len(open_elements) < DEEPEST:
                copied = Element(child.name.lower(), _attributes(child))
                parent.children.append(copied)
            open_elements.append((iter(child.children or ()), copied))


def _attributes(node: Any) -> dict[str, str]:
    return {str(name).lower(): value or "" for name, value in (node.attrs or {}).items()}
