from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markup import SHOWABLE
from markupsafe import Markup, escape

from plumbline_clinical.readability import fk_grade_masked
from plumbline_pages import answer_path, claim_texts, collapse, short_path, slug, split_segment
from plumbline_pages.dates import day
from plumbline_pages.environment import href
from plumbline_pages.proof import proof_from
from plumbline_pages.quotes import labels, pieces
from plumbline_pages.unbroken import runs
from plumbline_pages.words import catalogue, words

GRADE, URGENT_GRADE = 8, 6  # of the site's bar: most adults read this without effort
ANSWER_ID = "53e8df32ef6c5f2e8688a91462c32a04"


def test_an_address_is_a_slug_and_the_id() -> None:
    path = answer_path("What is “partial” response, vs complete?", ANSWER_ID)
    assert path == f"/answers/what-is-partial-response-vs-complete-{ANSWER_ID}"
    assert short_path(ANSWER_ID) == f"/answers/{ANSWER_ID}"


def test_a_slug_never_flattens_an_exponent() -> None:
    assert "109" not in slug("Is 100 × 10⁹/L enough?")


@given(st.text(max_size=200))
def test_a_slug_is_short_plain_and_read_back(title: str) -> None:
    made = slug(title)
    assert re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", made)
    assert len(made) <= 60
    assert split_segment(f"{made}-{ANSWER_ID}") == (made, ANSWER_ID)


def test_segments_that_are_no_answers_are_refused() -> None:
    assert split_segment(ANSWER_ID) == ("", ANSWER_ID)
    assert split_segment(ANSWER_ID[:-1]) is None
    assert split_segment(f"A-{ANSWER_ID}") is None
    assert split_segment(f"{ANSWER_ID}x") is None


@pytest.mark.parametrize(
    ("moment", "shown"),
    [
        ("2026-11-21T14:02:37Z", "21 November 2026"),
        ("2026-01-01", "1 January 2026"),
        ("2018-06", "June 2018"),
        ("2018", "2018"),
        ("", ""),
        ("2018-13-01", "2018-13-01"),
    ],
)
def test_dates_are_written_out(moment: str, shown: str) -> None:
    assert day(moment) == shown


@given(st.text(max_size=60), st.data())
def test_quotations_are_whole_marks_and_nothing_is_lost(text: str, data: st.DataObject) -> None:
    ends = st.tuples(*[st.integers(0, len(text))] * 2).map(lambda p: (min(p), max(p)))
    ranges = data.draw(st.lists(ends.filter(lambda r: r[0] < r[1]), max_size=6)) if text else []
    cut = pieces(text, ranges)
    assert "".join(piece.text for piece in cut) == text
    by_label = {piece.label: piece for piece in cut if piece.label}
    for start, end in ranges:
        assert "".join(by_label[label].text for label in labels(cut, start, end)) == text[start:end]
    quoted = {i for start, end in ranges for i in range(start, end)}
    marked = {i for piece in by_label.values() for i in range(piece.start, piece.end)}
    assert marked == quoted


@pytest.mark.parametrize("span", [(0, 0), (1, 9), (-1, 2), (2, 1)])
def test_a_range_that_leaves_its_passage_is_an_error(span: tuple[int, int]) -> None:
    with pytest.raises(ValueError, match="quoted range"):
        pieces("abcd", [span])


@given(st.text(max_size=80))
def test_keeping_words_together_changes_no_character(text: str) -> None:
    assert "".join(run.text for run in runs(text)) == text


def test_a_number_never_parts_from_its_unit_nor_the_last_word_from_its_marker() -> None:
    kept = [
        run.text
        for run in runs("The count is ≥100 × 10⁹/L here, or up by 50 % or more.")
        if run.kept
    ]
    assert kept == ["≥100 × 10⁹/L", "50 %", "more."]
    assert runs("Under 13 cm.")[-1].text == "13 cm."


def test_a_claims_text_is_what_is_not_aside() -> None:
    page = (
        '<p><span data-claim="c1">None is <span class="nb">1.5 cm\u00a0or\n more.'
        '<a data-aside href="#q1a"><span>source </span>1</a></span></span></p>'
        '<span data-claim="c2">10⁹ &amp; ≥</span>'
    )
    assert claim_texts(page.encode()) == [("c1", "None is 1.5 cm or more."), ("c2", "10⁹ & ≥")]


@given(SHOWABLE)
def test_an_escaped_claim_reads_back_as_itself(text: str) -> None:
    page = f'<p><span data-claim="c1">{escape(text)}<a data-aside>1</a></span></p>'
    assert claim_texts(page.encode()) == [("c1", collapse(text))]


def test_a_claim_within_a_claim_is_not_part_of_its_text() -> None:
    page = '<p data-claim="a">one <b data-claim="b">two<i data-aside>2</i></b> three</p>'
    assert claim_texts(page.encode()) == [("a", "one three"), ("b", "two")]


@pytest.mark.parametrize(
    ("page", "shown"),
    [
        # A browser shows the row's words before the table, and drops a stray end tag.
        ('<table><tr data-claim="c">1.5<td>cm</td></tr></table>', [("c", "cm")]),
        ('<p data-claim="c">1.5</b> cm</p>', [("c", "1.5 cm")]),
        # What it drops may join two numbers.
        ('<p data-claim="c">1\0005 cm</p>', [("c", "15 cm")]),
        # The first of two attributes of a name counts; comments and templates show nothing.
        ('<p data-claim="c" data-claim="d">1.5<!-- mm --> cm</p>', [("c", "1.5 cm")]),
        ('<template><p data-claim="c">1.5 cm</p></template>', []),
        ("<p data-claim>1.5 cm</p>", [("", "1.5 cm")]),
        (
            '<p data-claim="c">1<i data-aside>2<b data-aside>3</b></i> cm<i data-aside>4</i></p>',
            [("c", "1 cm")],
        ),
        ("", []),
    ],
)
def test_a_page_is_read_as_browsers_read_it(page: str, shown: list[tuple[str, str]]) -> None:
    assert claim_texts(page.encode()) == shown


def test_nothing_but_white_space_is_normalised() -> None:
    assert collapse(" a\u00a0\u202f b\n") == "a b"
    assert collapse("10⁹ ≥\u2009x ﬁ") == "10⁹ ≥\u2009x ﬁ"


@pytest.mark.parametrize(
    "address", ["javascript:x", "//evil.example", "data:x", "/a b", "/\\evil", "\n/x", ""]
)
def test_only_our_own_paths_and_plain_web_addresses_are_links(address: str) -> None:
    assert href(address) == "#"


def test_words_are_escaped_filled_in_and_counted() -> None:
    assert words("answer.proven", n=1) == "The 1 factual sentence is proven."
    assert words("answer.proven", n=1200) == "All 1,200 factual sentences are proven."
    assert words("sources.based_on", text="<b>") == "After: &lt;b&gt;"
    assert words("not_covered.end").startswith("<strong>We stopped here on purpose.</strong>")
    with pytest.raises(KeyError):
        words("no.such.words")


BANNED = re.compile(r"hallucinat|confidence|grounded|AI-powered|great question|!", re.IGNORECASE)


def test_the_catalogue_keeps_to_the_plain_words_of_the_site() -> None:
    for name, forms in catalogue().items():
        for text in forms.values():
            assert not BANNED.search(text), name


def test_the_words_are_easy_to_read() -> None:
    by_part: dict[str, list[str]] = {}
    for name, forms in catalogue().items():
        by_part.setdefault(name.split(".")[0], []).append(Markup(forms["other"]).striptags())
    hard = {
        part: grade
        for part, texts in by_part.items()
        if (grade := fk_grade_masked(" ".join(_sentence(t) for t in texts), ["UTF-8", "JSON"]))
        > (URGENT_GRADE if part == "urgent" else GRADE)
    }
    assert not hard


def _sentence(text: str) -> str:
    return text if text[-1] in ".?" else f"{text}."


def test_a_published_answer_can_show_how_proof_looks() -> None:
    passage = {"id": "p1", "text": "One. A fact. Two.", "title": "T", "version": "2018"}
    cited = {"passage": "p1", "start": 5, "end": 12, "quote": "A fact."}
    content = {
        "passages": [passage],
        "claims": [
            {"text": "A and b.", "citations": [cited, cited]},
            {"text": "A fact.", "citations": [cited]},
        ],
    }
    proof = proof_from(content, "/answers/x")
    assert proof is not None
    assert (proof.before, proof.quote, proof.after) == ("One. ", "A fact.", " Two.")
    assert proof.source == "T, 2018 edition"
    assert proof_from({"passages": [], "claims": []}, "/") is None
