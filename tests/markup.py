"""HTML taken apart, to see whether a text became markup; and texts that try to."""

from __future__ import annotations

import re
from collections import Counter
from html.parser import HTMLParser

from hypothesis import strategies as st

HOSTILE = (
    "<script>alert(1)</script>\"'><img src=x onerror=alert(1)>",
    "javascript:alert(1)",
    "//evil.example/x",
    "--><!--plumbline:seal-->{{ 7 * 7 }}{% raw %}",
    "</textarea></title></dialog>&lt;b&gt;",
)
# Any words but NUL: browsers drop it, so that a page with one in a claim is not let in at all.
SHOWABLE = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=30)
VOID = ("meta", "link", "input", "br")


class Tags(HTMLParser):
    """Counts elements with the names of their attributes, and checks that they close in order."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.found: Counter[tuple[str, ...]] = Counter()
        self.values: list[tuple[str, str]] = []
        self.headings: list[int] = []
        self.open: list[str] = []
        self.comments: list[str] = []
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found[(tag, *sorted(name for name, _ in attrs))] += 1
        self.values += [(name, value or "") for name, value in attrs]
        if re.fullmatch("h[1-6]", tag):
            self.headings.append(int(tag[1]))
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        self.handle_endtag(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_comment(self, data: str) -> None:
        self.comments.append(data)
