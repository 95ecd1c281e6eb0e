"""Lists that were written into a line ("…: - One. - Two. The rest"), made lists again."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Final

from plumbline_ingest.blocks import BULLET, Block, Item, ItemList, Paragraph
from plumbline_ingest.sentences import sentences

# A mark with white space around it before a word ("5-fluorouracil" is one): before a number it may
# be a minus.
_MARK: Final = r"[ ](?P<mark>[-–•*·])[ ](?=[\"“(]?(?:\d+-)?[^\W\d_])"
_OPENING: Final = re.compile(rf"(?<=:){_MARK}")
_ANY_MARK: Final = re.compile(_MARK)
_FIRST: Final = re.compile(_MARK.removeprefix("[ ]"))
_SENTENCE_ENDS: Final = (".", "!", "?", ";")


def unflatten(blocks: Iterable[Block]) -> Iterator[Block]:
    """The same blocks; a paragraph or item that holds a list of two items or more is parted.

    Where nothing says which words are the last item's, they are its first sentence: words taken for
    an item would be quoted under a lead-in that is not theirs.
    """
    for block in blocks:
        if isinstance(block, Paragraph):
            yield from _paragraphs(block.text)
        elif isinstance(block, ItemList):
            yield ItemList(tuple(part for item in block.items for part in _items(item)))
        else:
            yield block


def _paragraphs(text: str) -> Iterator[Block]:
    if (mark := _FIRST.match(text)) and len(parts := _parted_whole(text[mark.end() :])) > 1:
        *entries, last = parts
        entry, text = (last, "") if _OPENING.search(last) else _first_sentence(last)
        items = [Item(words, 0, BULLET) for words in (*entries, entry)]
        yield ItemList(tuple(part for item in items for part in _items(item)))
    while (found := _listed(text)) is not None:
        lead, entries, text = found
        yield Paragraph(lead)
        yield ItemList(tuple(Item(entry, 0, BULLET) for entry in entries))
    if text:
        yield Paragraph(text)


def _items(item: Item) -> Iterator[Item]:
    """An item that holds further ones, behind a full stop, or some that hang on it."""
    for text in _parted_at_full_stops(item.text):
        part = replace(item, text=text)
        while (found := _listed(part.text)) is not None:
            lead, entries, rest = found
            yield replace(part, text=lead)
            yield from (Item(entry, item.depth + 1, BULLET) for entry in entries)
            part = Item(rest, item.depth, BULLET, continues=True)
        if part.text:
            yield part


def _parted_whole(text: str) -> list[str]:
    """Items on a line of nothing else: behind full stops or, three and more, without any."""
    marks = list(_ANY_MARK.finditer(text))
    if len(marks) > 1 and not re.search(r"[.:;!?](?:\s|$)", text):
        return _parted(text, marks)
    return _parted_at_full_stops(text)


def _parted_at_full_stops(text: str) -> list[str]:
    """Items on one line, if every one but the last is whole. The last one may hold a list."""
    opening = _OPENING.search(text)
    marks = list(_ANY_MARK.finditer(text, 0, opening.start() if opening else len(text)))
    if not all(_is_ended(text, mark) for mark in marks):
        return [text]
    return _parted(text, marks)


def _listed(text: str) -> tuple[str, list[str], str] | None:
    """The words that lead in to the first list in a text, its items, and what stands behind it."""
    opening = _OPENING.search(text)
    if opening is None:
        return None
    listed, behind = text[opening.end() :], ""
    if following := _OPENING.search(listed):
        begin = next(
            first for first, last in sentences(listed, 0, len(listed)) if last > following.start()
        )
        if begin == 0 or _ANY_MARK.match(f" {listed[begin:]}"):
            return None  # a list in a list: its end could not be told
        listed, behind = listed[:begin].rstrip(), listed[begin:]
    same = [mark for mark in _ANY_MARK.finditer(listed) if mark["mark"] == opening["mark"]]
    marks = [mark for mark in same if _is_ended(listed, mark)] or same
    if not marks:
        return None
    *entries, last_one = _parted(listed, marks)
    entry, rest = _first_sentence(last_one)
    return text[: opening.start()], [*entries, entry], f"{rest} {behind}".strip()


def _first_sentence(text: str) -> tuple[str, str]:
    end = sentences(text, 0, len(text))[0][1]
    return text[:end], text[end:].strip()


def _is_ended(text: str, mark: re.Match[str]) -> bool:
    return text[: mark.start()].endswith(_SENTENCE_ENDS)


def _parted(text: str, marks: list[re.Match[str]]) -> list[str]:
    starts = [0, *(mark.end() for mark in marks)]
    ends = [*(mark.start() for mark in marks), len(text)]
    return [text[start:end] for start, end in zip(starts, ends, strict=True)]
