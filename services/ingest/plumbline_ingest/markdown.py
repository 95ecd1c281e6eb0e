"""Markdown to blocks of plain text: inline marks go, numbers and signs stay as they are."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from markdown_it import MarkdownIt
from markdown_it.tree import SyntaxTreeNode

from plumbline_ingest.blocks import (
    BULLET,
    Block,
    Break,
    Heading,
    Item,
    ItemList,
    Paragraph,
    Table,
    one_item,
)
from plumbline_ingest.errors import Refused
from plumbline_ingest.lines import one_line

_PARSER: Final = MarkdownIt("commonmark").enable("table")
_FRONT_MATTER: Final = re.compile(r"\A---\n.*?\n(?:---|\.\.\.)\n", re.DOTALL)
_COMMENT: Final = re.compile(
    r"<!--.*?-->|<!--.*\Z|<(script|style)\b.*?</\1\s*>", re.DOTALL | re.IGNORECASE
)
_RAISED: Final = re.compile(r"<\s*(/?)\s*(sup|sub)\s*>", re.IGNORECASE)
_TAG: Final = re.compile(
    r"</?(?:a|abbr|b|big|br|center|cite|code|details|div|em|figure|figcaption|font|h[1-6]|hr|i|img|kbd|li|"
    r"mark|ol|p|q|s|section|small|span|strong|summary|tt|u|ul|var|wbr)"
    r"(?:\s+[\w:-]+(?:\s*=\s*(?:\"[^\"]*\"|'[^']*'|[^\s\"'=<>`]+))?)*\s*/?>",
    re.IGNORECASE,
)
_HTML_TABLE: Final = re.compile(r"<table\b", re.IGNORECASE)


def markdown_blocks(source: str) -> list[Block]:
    """The blocks of a Markdown document. Refused when it holds a table written in HTML."""
    tree = SyntaxTreeNode(_PARSER.parse(_FRONT_MATTER.sub("", source, count=1)))
    return list(_walk(tree))


def _walk(node: SyntaxTreeNode) -> Iterator[Block]:
    for child in node.children:
        match child.type:
            case "heading":
                yield Heading(int(child.tag[1]), one_line(_inline(child)))
            case "bullet_list" | "ordered_list":
                yield from _list(child)
            case "table":
                yield _table(child)
            case "hr":
                yield Break()
            case "blockquote":
                yield from _walk(child)
            case _:
                yield from _paragraph(child)


def _paragraph(node: SyntaxTreeNode) -> Iterator[Paragraph]:
    text = one_line(_text(node))
    if text:
        yield Paragraph(text)


def _text(node: SyntaxTreeNode) -> str:
    """The words of a block that is neither list nor table."""
    if node.type in ("fence", "code_block"):
        return node.content
    if node.type == "html_block":
        if _HTML_TABLE.search(node.content):
            raise Refused("the document holds an HTML table; write it as a Markdown table")
        return _plain(node.content)
    return _inline(node)


def _inline(node: SyntaxTreeNode) -> str:
    return "".join(_piece(child) for child in node.children)


def _piece(node: SyntaxTreeNode) -> str:
    match node.type:
        case "softbreak" | "hardbreak":
            return " "
        case "html_inline":
            return _plain(node.content)
        case "text" | "code_inline" | "text_special":
            return node.content
        case _:
            return _inline(node)


def _plain(html: str) -> str:
    """HTML without its marks. Angle brackets that hold no tag known here are text, and stay."""
    raised = _RAISED.sub(r"<\1\2>", _COMMENT.sub("", html))
    return _TAG.sub(lambda tag: "" if _within_word(tag[0]) else " ", raised)


def _within_word(tag: str) -> bool:
    return not re.match(
        r"</?(br|div|p|li|h\d|hr|ul|ol|section|details|summary|fig)", tag, re.IGNORECASE
    )


def _list(node: SyntaxTreeNode) -> Iterator[Block]:
    """The list as items; a table inside it stands by itself, between two lists."""
    items: list[Item] = []
    for part in _items(node, 0):
        if isinstance(part, Item):
            items.append(part)
            continue
        if items:
            yield ItemList(tuple(items))
            items = []
        yield part
    if items:
        yield ItemList(tuple(items))


def _items(node: SyntaxTreeNode, depth: int) -> Iterator[Item | Block]:
    for number, child in enumerate(node.children, start=int(node.attrs.get("start", 1))):
        marker = f"{number}." if node.type == "ordered_list" else BULLET
        yield from one_item(_parts(child, depth, marker), depth)


def _parts(node: SyntaxTreeNode, depth: int, marker: str) -> Iterator[Item | Block]:
    words: list[str] = []
    for child in node.children:
        if child.type in ("bullet_list", "ordered_list", "table"):
            yield from _spoken(words, depth, marker)
            words = []
            yield from [_table(child)] if child.type == "table" else _items(child, depth + 1)
        elif child.type == "blockquote":
            words += [part.text for part in _walk(child) if isinstance(part, Paragraph)]
        else:
            words.append(_text(child))
    yield from _spoken(words, depth, marker)


def _spoken(words: list[str], depth: int, marker: str) -> Iterator[Item]:
    text = one_line(" ".join(words))
    if text:
        yield Item(text, depth, marker)


def _table(node: SyntaxTreeNode) -> Table:
    rows = [
        tuple(one_line(_inline(cell)) for cell in row.children)
        for part in node.children
        for row in part.children
    ]
    return Table(rows[0], tuple(rows[1:]))
