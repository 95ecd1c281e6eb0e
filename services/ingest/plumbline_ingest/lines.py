"""One line of text in the form in which it is kept."""

from __future__ import annotations

import re
import unicodedata
from typing import Final

from plumbline_clinical.text import kept

INVISIBLE: Final = dict.fromkeys(
    map(ord, "\u00ad\u200b\u2060\ufeff")
)  # would hide inside a quoted word
_SPACE: Final = re.compile(
    r"[ \t\n\r\f\v]+"
)  # ASCII only: thin and no-break spaces belong to quantities
_RAISED: Final = re.compile(r"<\s*/?\s*su[bp]\s*>", re.IGNORECASE)


def one_line(text: str) -> str:
    """Text as it is kept: NFC, Unicode super- and subscripts, single spaces, nothing invisible.

    What is one line already is not changed.
    """
    while (
        line := _once(text)
    ) != text:  # what is taken out can bring a letter and its accent together
        text = line
    return text


def _once(text: str) -> str:
    plain = _RAISED.sub("", kept(text.translate(INVISIBLE)))
    return "".join(filter(_is_seen, _SPACE.sub(" ", plain))).strip()


def _is_seen(letter: str) -> bool:
    return unicodedata.category(letter) != "Cc"  # an entity can name a control character
