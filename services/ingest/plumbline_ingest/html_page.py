"""A page: the blocks of the document on it, and what its head says about it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final

from plumbline_ingest.blocks import Block, Heading
from plumbline_ingest.errors import Refused
from plumbline_ingest.html_blocks import html_blocks
from plumbline_ingest.html_boilerplate import document_of
from plumbline_ingest.html_tree import Element, parse_html
from plumbline_ingest.html_words import words_of

# In order: what says when the text was last changed comes before what says when it was published.
_DATES: Final = (
    "article:modified_time",
    "dcterms.modified",
    "dc.date.modified",
    "datemodified",
    "last-modified",
    "og:updated_time",
    "article:published_time",
    "dcterms.issued",
    "dcterms.date",
    "dc.date.issued",
    "dc.date",
    "citation_publication_date",
    "datepublished",
    "date",
)
_PUBLISHERS: Final = (
    "dcterms.publisher",
    "dc.publisher",
    "citation_publisher",
    "publisher",
    "og:site_name",
)


@dataclass(frozen=True, slots=True)
class Page:
    """What a page holds. `title`, `date` and `publisher` are "" when it does not say."""

    blocks: tuple[Block, ...]
    title: str
    date: str
    publisher: str


@lru_cache(maxsize=2)  # a manifest is guessed from the page that is then read
def read_page(source: str) -> Page:
    """Read an HTML document. Refused when nothing on it can be read, with the reason."""
    html = parse_html(source)
    document = document_of(html)
    blocks = html_blocks(document)
    top = [found for found in html.walk() if found.tag == "h1"]
    if len(top) == 1 and not any(
        isinstance(block, Heading) and block.level == 1 for block in blocks
    ):
        blocks.insert(0, Heading(1, words_of(top[0].children)))  # it stood in the page's header
    if not any(not isinstance(block, Heading) for block in blocks):
        _refuse(html)
    said = _said(html)
    return Page(
        blocks=tuple(blocks),
        title=_title(html, blocks),
        date=next((said[name] for name in _DATES if said.get(name)), ""),
        publisher=next((said[name] for name in _PUBLISHERS if said.get(name)), ""),
    )


def _refuse(html: Element) -> None:
    tags = {found.tag for found in html.walk()}
    if "frameset" in tags:
        raise Refused("the page is a set of frames; send the pages it shows")
    if "script" in tags:
        raise Refused(
            "the page has no text until its scripts run; save it from a browser once it is shown"
        )


def _title(html: Element, blocks: list[Block]) -> str:
    for block in blocks:
        if isinstance(block, Heading) and block.level == 1 and block.text:
            return block.text
    titles = (words_of(found.children) for found in html.walk() if found.tag == "title")
    return next(filter(None, titles), "")


def _said(html: Element) -> dict[str, str]:
    """What meta elements, marked times and JSON-LD say, by lower-case name; the first counts."""
    said: dict[str, str] = {}
    for found in html.walk():
        for name, value in _facts(found):
            said.setdefault(name.strip().lower(), " ".join(value.split()))
    return said


def _facts(element: Element) -> Iterator[tuple[str, str]]:
    told = element.attributes
    if element.tag == "meta":
        for key in ("name", "property", "itemprop", "http-equiv"):
            if told.get(key):
                yield told[key], told.get("content", "")
    elif told.get("itemprop"):
        yield told["itemprop"], told.get("datetime") or told.get("content") or element.text()
    elif element.tag == "script" and told.get("type", "").strip().lower() == "application/ld+json":
        yield from _linked_data(element.text())


def _linked_data(text: str) -> Iterator[tuple[str, str]]:
    try:
        waiting: list[Any] = [json.loads(text)]
    except (ValueError, RecursionError):
        return
    while waiting:
        found = waiting.pop(0)
        if isinstance(found, list):
            waiting += found
        elif isinstance(found, dict):
            for name in ("dateModified", "datePublished"):
                if isinstance(found.get(name), str):
                    yield name, found[name]
            waiting.append(found.get("@graph"))
