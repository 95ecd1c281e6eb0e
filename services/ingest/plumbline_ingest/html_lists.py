"""HTML lists to items: nested ones in place, a term over its definition, tables by themselves."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby
from typing import Final

from plumbline_ingest.blocks import BULLET, Item, one_item
from plumbline_ingest.html_boilerplate import is_left_out, is_only_links
from plumbline_ingest.html_tree import Element
from plumbline_ingest.html_words import words_of

LISTS: Final = frozenset(("ul", "ol", "menu", "dir", "dl"))
_JOINER: Final = "; "  # between the parts of an item that no mark parts


def list_items(element: Element) -> Iterator[list[Item] | Element]:
    """Runs of items, and the tables between them, in order."""
    items: list[Item] = []
    for part in _items(element, 0):
        if isinstance(part, Item):
            items.append(part)
            continue
        if items:
            yield items
            items = []
        yield part
    if items:
        yield items


def _items(element: Element, depth: int) -> Iterator[Item | Element]:
    number = _number(element, "start", 1)
    for child in element.elements:
        if is_left_out(child, in_document=True):
            continue
        if child.tag == "li":
            number = _number(child, "value", number)
            yield from _item(child, depth, _marker(element, number))
            number += 1
        elif child.tag in LISTS:
            yield from _items(child, depth + 1)
        elif child.tag == "dt":
            yield from _item(child, depth, BULLET)
        elif child.tag == "dd":
            yield from _item(child, depth + 1, BULLET)
        elif child.is_block:
            yield from _items(child, depth)
        else:
            yield from _spoken([child], depth, BULLET)


def _item(entry: Element, depth: int, marker: str) -> Iterator[Item | Element]:
    """An item, what is nested in it, and the words behind that."""
    yield from one_item(_parts(entry, depth, marker), depth)


def _parts(entry: Element, depth: int, marker: str) -> Iterator[Item | Element]:
    words: list[Element | str] = []
    for child in entry.children:
        if not isinstance(child, Element) or not _stands_apart(child):
            words.append(child)
            continue
        yield from _spoken(words, depth, marker)
        words = []
        if child.tag in LISTS:
            yield from _items(child, depth + 1)
        elif child.tag == "table":
            yield child
        elif child.tag == "figure":
            yield from _spoken(_without_links(child), depth + 1, BULLET)
        else:
            yield from _parts(child, depth, marker)
    yield from _spoken(words, depth, marker)


def _stands_apart(element: Element) -> bool:
    """Whether it is, or holds, what cannot stand on the line of an item."""
    return element.is_block and any(
        found.tag in LISTS or found.tag in ("table", "figure") for found in element.walk()
    )


def _without_links(figure: Element) -> list[Element | str]:
    """A figure's words without the links that only show it larger."""
    kept: list[Element | str] = []
    for is_block, together in groupby(
        figure.children, lambda child: isinstance(child, Element) and child.is_block
    ):
        run = list(together)
        if is_block or not is_only_links(run, within_page=False):
            kept += run
    return kept


def _spoken(words: list[Element | str], depth: int, marker: str) -> Iterator[Item]:
    text = words_of(words, joiner=_JOINER)
    if text:
        yield Item(text, depth, marker)


def _marker(element: Element, number: int) -> str:
    if element.tag != "ol":
        return BULLET
    letters = element.attributes.get("type", "")
    if letters in ("a", "A") and 1 <= number <= 26:
        return f"{chr(ord(letters) + number - 1)}."
    return f"{number}."


def _number(element: Element, name: str, otherwise: int) -> int:
    said = element.attributes.get(name, "").strip()
    return int(said) if said.isascii() and said.isdigit() and len(said) < 6 else otherwise
