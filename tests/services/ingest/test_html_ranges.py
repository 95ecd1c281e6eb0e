"""Whatever a page is made of, its ranges reproduce its text and none of its words is lost."""

from __future__ import annotations

import re
from collections.abc import Callable
from html import escape

from hypothesis import HealthCheck, assume, event, given, settings
from hypothesis import strategies as st

from plumbline_ingest.documents import Document
from plumbline_ingest.edition import Edition, make_edition
from plumbline_ingest.errors import Refused
from plumbline_ingest.manifest import Manifest, parse_manifest

CheckRanges = Callable[[Edition], None]

RUN = settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
INLINE = ("b", "em", "span", "a", "sup", "sub", "q", "i")
BLOCK = ("p", "div", "section", "blockquote", "figure", "center")
OTHER = """article main ul ol li dl dt dd table tr td th thead tfoot caption h1 h2 h6 details
summary br hr nav math"""
TAGS = (*INLINE, *BLOCK, *re.findall("[a-z0-9]+", OTHER))
ATTRIBUTES = (
    "",
    ' href="#r1"',
    " rowspan=3",
    " colspan=2",
    " class=references",
    " hidden",
    ' role="heading"',
    ' style="vertical-align:super"',
)
LETTERS = st.text(
    st.one_of(
        st.characters(exclude_categories=["Cs", "Cc", "Cn"]),
        st.sampled_from("ab .:;[]()⁹⁻⁴≥≤<>&\u0301\u0338\u00a0\u2009\ue000\ue001\ue003"),
    ),
    max_size=30,
)
PIECES = st.one_of(
    LETTERS,
    LETTERS.map(escape),
    st.builds(
        lambda tag, rest: f"<{tag}{rest}>", st.sampled_from(TAGS), st.sampled_from(ATTRIBUTES)
    ),
    st.sampled_from(TAGS).map(lambda tag: f"</{tag}>"),
    st.sampled_from(
        ["[", "]", '<a href="#r">7</a>', "&#1;", "&shy;", "&nbsp;", "<sup>9</sup>", "Go. "]
    ),
)


def manifest(toml: str) -> Manifest:
    return parse_manifest(toml.replace("response.md", "page.html"))


@RUN
@given(st.lists(PIECES, min_size=1, max_size=25).map("".join))
def test_every_range_of_every_page_reproduces_its_text(
    manifest_toml: str, check_ranges: CheckRanges, source: str
) -> None:
    try:
        edition = make_edition(manifest(manifest_toml), [Document("page.html", source.encode())])
    except Refused:
        return
    check_ranges(edition)


def wrapped(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    """Well-formed pages of what a page is allowed to hold."""
    several = st.lists(inner, min_size=1, max_size=4)
    return st.one_of(
        st.builds(
            lambda tag, parts: f"<{tag}>{''.join(parts)}</{tag}>", st.sampled_from(BLOCK), several
        ),
        several.map(lambda parts: f"<ul><li>{'</li><li>'.join(parts)}</li></ul>"),
        several.map(lambda parts: f"<ol><li>{'<p>'.join(parts)}</li></ol>"),
        several.map(lambda parts: f"<dl><dt>{'<dd>'.join(parts)}</dl>"),
        several.map(lambda parts: f"<table><tr><th>{'<tr><td>'.join(parts)}</table>"),
        several.map(lambda parts: f"<table><tr><td>{'<td>'.join(parts)}<tr><td>{parts[0]}</table>"),
        several.map(lambda parts: f"<h2>{parts[0]}</h2>{''.join(parts)}"),
    )


WORDS = st.integers(0, 9).map(lambda number: f"word{number} ")
CONTENT = st.recursive(
    st.one_of(
        WORDS,
        WORDS.map(lambda word: f"<b>{word}</b>"),
        WORDS.map(lambda word: f"{word}10<sup>9</sup> "),
        WORDS.map(lambda word: f'{word}.[<a href="#r1">7</a>] '),
    ),
    wrapped,
    max_leaves=12,
)


@RUN
@given(CONTENT)
def test_no_word_of_a_page_is_lost_and_raised_digits_stay_raised(
    manifest_toml: str, check_ranges: CheckRanges, source: str
) -> None:
    page = Document("page.html", f"<p>Start. {source}".encode())
    try:
        edition = make_edition(manifest(manifest_toml), [page])
    except Refused as refused:
        event(refused.reason)
        assume("table inside a cell" not in refused.reason)
        raise
    check_ranges(edition)
    words = re.findall(r"word\d", source)
    assert set(words) == set(re.findall(r"word\d", edition.text))
    assert len(words) <= len(re.findall(r"word\d", edition.text))  # a spanning cell repeats
    assert ("10⁹" in edition.text) == ("10<sup>" in source)
    assert "[" not in edition.text
