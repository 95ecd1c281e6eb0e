"""The words of a run of HTML: raised digits stay raised, marks of citations go."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final

from plumbline_ingest.html_boilerplate import is_left_out
from plumbline_ingest.html_tree import Element, names
from plumbline_ingest.lines import one_line

# Private signs that mark places while a run is read; what a page itself has of them goes.
_MARK, _MARK_END, _LINE_BREAK, _PART, _GONE = "\ue000\ue001\ue002\ue003\ue004"
_PRIVATE: Final = dict.fromkeys(map(ord, "\ue000\ue001\ue002\ue003\ue004"))
_SIGNS: Final = re.compile(f"[{_MARK}{_MARK_END}{_GONE}]")
_EMPTY_LINE: Final = re.compile(rf"{_LINE_BREAK}[ \u00a0]*{_LINE_BREAK}")
_ASCII_SPACE: Final = re.compile(r"[ \t\n\r\f\v]+")

# The number of a work in the literature list, as links show it: 7, [7], 5-9, a, [note 1].
_CITED: Final = re.compile(
    r"\[?\s*(?:note\s+)?(?:\d{1,4}(?:\s*[-,–]\s*\d{1,4})*|[a-z])\s*\]?", re.I
)
_ONE_MARK: Final = f"{_MARK}[^{_MARK}{_MARK_END}]*{_MARK_END}"
_BETWEEN: Final = r"(?:[\s,;–-]|and)*"
_MARKS: Final = f"{_ONE_MARK}(?:{_BETWEEN}{_ONE_MARK})*"
_BRACKETED_MARKS: Final = re.compile(rf"\s*(?:\[\s*{_MARKS}\s*\]|\(\s*{_MARKS}\s*\))")
# A semicolon that parted a citation from a note in brackets, or from nothing.
_PARTED_FROM_MARKS: Final = re.compile(
    rf"{_GONE}\s*[;,](?=\s*(?:\[|$))|[;,]\s*{_GONE}(?=\s*$)|^\s*{_GONE}\s*[;,]"
)
_NOTHING_BUT_MARKS: Final = re.compile(rf"{_BETWEEN}{_MARKS}{_BETWEEN}")
_NOTHING_TO_READ: Final = re.compile(r"[\W_]*")

_LETTERS: Final = "abcdefghijklmnoprstuvwxyz"
_RAISED_LETTERS: Final = str.maketrans(_LETTERS, "ᵃᵇᶜᵈᵉᶠᵍʰⁱʲᵏˡᵐⁿᵒᵖʳˢᵗᵘᵛʷˣʸᶻ")
_LETTER_MARKS: Final = re.compile(r"\s*[a-pr-z](?:\s*,\s*[a-pr-z])*\s*")
_EXPONENT_LETTERS: Final = "nx"  # 10ⁿ is a number, not a number with a footnote
_NARROW_SPACE: Final = "\u202f"  # keeps a footnote's letter off the word it stands at
_LETTER_BEFORE_WORD: Final = re.compile(rf"{_NARROW_SPACE}[ᵃ-ᶻʰʲʳˡˢʷˣʸ, ]*[ᵃ-ᶻʰʲʳˡˢʷˣʸ](?=\w)")
_RAISING_CLASSES: Final = {
    "sup": "sup",
    "super": "sup",
    "superscript": "sup",
    "sub": "sub",
    "subscript": "sub",
}
_OPEN_ENDS: Final = (".", "!", "?", ":", ";", ",", "…", "–", "-", "(")


def words_of(nodes: Iterable[Element | str], *, joiner: str = " ") -> str:
    """The words on one line. Parts that stand on their own (items, paragraphs in a cell) are joined
    by `joiner` where no mark parts them already.
    """
    line = ""
    for part in _raw(nodes).split(_PART):
        if text := _finished(part):
            line += (" " if line.endswith(_OPEN_ENDS) else joiner if line else "") + text
    return one_line(line)


def paragraphs_of(nodes: Iterable[Element | str]) -> list[str]:
    """The words, one line for each paragraph; an empty line (two breaks) parts paragraphs."""
    parts = _EMPTY_LINE.split(_raw(nodes).replace(_PART, " "))
    return [line for line in map(_finished, parts) if line]


def _finished(raw: str) -> str:
    """One line without marks of citations; a number that only looked like one is back."""
    words = _BRACKETED_MARKS.sub(_GONE, raw.replace(_LINE_BREAK, " "))
    while (without := _PARTED_FROM_MARKS.sub(_GONE, words)) != words:
        words = without
    words = _SIGNS.sub("", words)
    return one_line(_LETTER_BEFORE_WORD.sub(rf"\g<0>{_NARROW_SPACE}", words))


def _raw(nodes: Iterable[Element | str]) -> str:
    return "".join(
        _ASCII_SPACE.sub(" ", node.translate(_PRIVATE)) if isinstance(node, str) else _element(node)
        for node in nodes
    )


def _element(element: Element) -> str:
    if is_left_out(element, in_document=True):
        return ""
    raising = _raising(element)
    if raising:
        return _raised(raising, _raw(element.children))
    match element.tag:
        case "br":
            return _LINE_BREAK
        case "a":
            return _link(element)
        case "q":
            return f"“{_raw(element.children)}”"
        case "math":
            return _formula(element)
    words = _raw(element.children)
    return f"{_PART}{words}{_PART}" if element.is_block else words


def _link(link: Element) -> str:
    words = _raw(link.children)
    if "#" not in link.attributes.get("href", ""):
        return words
    shown = re.sub(r"</?su[bp]>", "", words)
    if _CITED.fullmatch(shown.strip()):
        bracketed = shown.strip().startswith("[") or shown != words
        return "" if bracketed else f"{_MARK}{words}{_MARK_END}"
    # A sign that leads to the heading it stands in is not one of its words.
    return "" if _NOTHING_TO_READ.fullmatch(words) else words


def _raising(element: Element) -> str:
    """ "sup" or "sub" for what is raised or lowered by its element, class or style; else ""."""
    if element.tag in ("sup", "sub"):
        return element.tag
    style = element.attributes.get("style", "").replace(" ", "").lower()
    for way in ("super", "sub"):
        if f"vertical-align:{way}" in style:
            return _RAISING_CLASSES[way]
    classes = element.classes & _RAISING_CLASSES.keys()
    return _RAISING_CLASSES[min(classes)] if classes and not element.is_block else ""


def _raised(way: str, words: str) -> str:
    if _NOTHING_BUT_MARKS.fullmatch(words) or not words.strip():
        return ""
    if way == "sup" and _LETTER_MARKS.fullmatch(words):
        letters = words.strip()
        apart = "" if letters in _EXPONENT_LETTERS else _NARROW_SPACE
        return apart + letters.translate(_RAISED_LETTERS)
    return f"<{way}>{words}</{way}>"


_PLAIN_MATHS: Final = names("math mrow mi mo mn mtext mstyle semantics msup msub")
_ANNOTATIONS: Final = names("annotation annotation-xml")


def _formula(element: Element) -> str:
    """A formula of names, numbers and exponents as text; any other as a sign that one stood here.

    A fraction or root written on one line would say something else.
    """
    inside = [part for part in element.elements if part.tag not in _ANNOTATIONS]
    if element.tag not in _PLAIN_MATHS:
        return "[formula]"
    if element.tag in ("msup", "msub"):
        if len(inside) != 2:
            return "[formula]"
        base, raised = map(_formula, inside)
        return base + f"<{element.tag[1:]}>{raised.strip()}</{element.tag[1:]}>"
    if not inside:
        return element.text()
    said = "".join(map(_formula, inside))
    return "[formula]" if "[formula]" in said else said
