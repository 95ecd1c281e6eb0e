"""Where sentences begin and end."""

from __future__ import annotations

import re

BOUNDARY = re.compile(r"(?<=[.!?…])[\"'”’)\]]*\s+|\n\s*\n")


def sentence_spans(text: str) -> list[tuple[int, int]]:
    """The sentences of a text as code point ranges [start, end), without surrounding white space."""
    spans, start = [], 0
    for boundary in [*BOUNDARY.finditer(text)]:
        spans.append((start, boundary.start()))
        start = boundary.end()
    spans.append((start, len(text)))
    return [(a, b) for a, b in spans if text[a:b].strip()]
