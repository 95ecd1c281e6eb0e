"""A changed sentence is marked or covered; nothing else of a page is touched."""

from __future__ import annotations

import html
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plumbline_pages import claim_texts, cover, visible_text
from plumbline_pages.quantity_text import quantity_text
from plumbline_pages.word_diff import word_diff


def sentence(claim: str, text: str, marks: str) -> str:
    return (
        f'<span class="s" id="s-{claim}" data-claim="{claim}" data-m="word">{html.escape(text)}'
        f'<span class="nb">.<a class="c" data-aside href="#q{marks.split()[0]}" data-q="{marks}">'
        f'<span class="vh">source </span>{marks[0]}</a></span></span>'
    )


def page(first: str = "below 12 zorks", second: str = "no glorps &amp; more") -> bytes:
    return (
        "<!doctype html>\n<html><head><title>A &lt; B</title></head><body><!--plumbline:state-->"
        f'<p class="pv lead">{sentence("c1", first, "1a")} {sentence("c2", second, "2a")}</p>'
        '<table><tr role="row" class="pr"><th>Row</th><td>'
        f"{sentence('c3', '≥15 zorks &#233;', '3a 3b')}</td></tr></table>"
        '<br><svg><path d="M0 0"/></svg>'
        '<article class="psg" id="p1"><blockquote>The first passage.</blockquote></article>'
        '<article class="psg" id="p2"><blockquote>The second passage.</blockquote></article>'
        "</body></html>"
    ).encode()


def test_without_a_changed_claim_not_one_byte_differs() -> None:
    assert cover(page(), {}).page == page()
    assert cover(page(), {"c9": "1"}).first == ""


def test_a_covered_claim_opens_on_purpose_struck_with_its_edition_and_without_proof() -> None:
    made = cover(page(), {"c1": "2008"})
    text = made.page.decode()
    assert made.first == "s-c1"
    assert re.search(
        r'<div class="pv lead moved"><div class="s held" id="s-c1"[^>]*><details>'
        r"<summary data-aside>.*?</summary><span data-aside>The 2008 edition said: </span>"
        r'<del>below 12 zorks<span class="nb">\.</span></del></details></div> <span class="s" ',
        text,
    )
    assert 'data-q="1a"' not in text
    assert 'data-q="2a"' in text
    assert '<details class="held"><summary>' in text[text.index('id="p1"') : text.index('id="p2"')]
    assert "<details" not in text[text.index('id="p2"') :]
    assert text.count("</div>") == text.count("<div")
    assert "<title>Being checked again: A &lt; B</title>" in text


def test_a_reworded_claim_is_marked_and_stays_readable() -> None:
    text = cover(page(), {"c3": None}).page.decode()
    assert '<tr role="row" class="pr moved">' in text
    assert "<details" not in text
    assert '<span class="tag warn" data-aside>Being checked again</span></span></td>' in text
    assert "≥15 zorks" in visible_text(text.encode())


@given(
    st.text(alphabet="ab <>&\"'≥⁹é", min_size=1),
    st.dictionaries(st.sampled_from(["c1", "c2", "c3"]), st.sampled_from([None, '20"<08'])),
)
def test_what_was_signed_is_still_what_the_claims_say(
    words: str, changed: dict[str, str | None]
) -> None:
    before = page(words, words)
    assert claim_texts(cover(before, changed).page) == claim_texts(before)


@given(st.text(alphabet="ab 1.,≥", max_size=30), st.text(alphabet="ab 1.,≥", max_size=30))
def test_the_stretches_of_two_versions_join_to_them_again(before: str, after: str) -> None:
    old, new = word_diff(before, after)
    assert ("".join(s.text for s in old), "".join(s.text for s in new)) == (before, after)
    assert before != after or not any(s.differs for s in [*old, *new])


def test_only_the_words_that_differ_are_marked() -> None:
    old, new = word_diff("the count is >100,000/µL.", "the count is ≥100 × 10⁹/L.")
    assert [s.text for s in old if s.differs] == [">100,000/µL"]
    assert [s.text for s in new if s.differs] == ["≥100 × 10⁹/L"]


@pytest.mark.parametrize(
    ("said", "shown"),
    [
        (None, ""),
        ({"value": "1.5", "comparator": ">=", "unit": "cm"}, "≥1.5\u00a0cm"),
        ({"value": "100000", "comparator": ">", "unit": "/uL"}, ">100,000/µL"),
        ({"value": "100", "comparator": "=", "unit": "10*9/L"}, "100\u00a0×\u00a010⁹/L"),
        ({"value": "1", "high": "2", "comparator": "~", "unit": "%"}, "≈1–2%"),
    ],
)
def test_a_quantity_reads_as_in_a_guideline(said: dict[str, str] | None, shown: str) -> None:
    assert quantity_text(said) == shown
