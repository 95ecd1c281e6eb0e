from __future__ import annotations

import copy
import gzip
import json
import re
from collections import Counter
from collections.abc import Callable
from html.parser import HTMLParser
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from markup import SHOWABLE

from plumbline_pages import asset_url, assets, claim_texts, collapse, visible_text
from plumbline_rendering.content import BadContent, read
from plumbline_rendering.page import Revision, answer_page

Json = dict[str, Any]
AsBytes = Callable[[Json], bytes]

ANSWER_ID = "53e8df32ef6c5f2e8688a91462c32a04"
REVISION = Revision(ANSWER_ID, 2, "2026-11-22T10:00:00Z")
AIM_BYTES, LIMIT_BYTES = 25_000, 60_000  # gzip, HTML + CSS + JS of a page


def render(content: Json) -> bytes:
    return answer_page(read(json.dumps(content).encode()), REVISION)


class Page(HTMLParser):
    """An answer page taken apart, as far as its proof goes."""

    def __init__(self, html: bytes) -> None:
        super().__init__()
        self.found: Counter[tuple[str, ...]] = Counter()
        self.attributes: list[tuple[str, str]] = []
        self.marks: dict[str, str] = {}
        self.markers: list[tuple[str, list[str]]] = []  # claim, marks
        self.open: list[tuple[str, dict[str, str]]] = []
        self.feed(html.decode())
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        names = {name: value or "" for name, value in attrs}
        self.found[(tag, *sorted(names))] += 1
        self.attributes += list(names.items())
        if tag not in ("meta", "link"):
            self.open.append((tag, names))
        if "data-q" in names:
            self.markers.append((self.inside("data-claim"), names["data-q"].split(" ")))
        if tag == "mark":
            self.marks[names["id"]] = ""

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop()[0] == tag

    def handle_data(self, data: str) -> None:
        if self.open and self.open[-1][0] == "mark":
            self.marks[self.open[-1][1]["id"]] += data

    def inside(self, attribute: str) -> str:
        return next((names[attribute] for _, names in self.open if attribute in names), "")


def test_every_claim_stands_on_the_page_word_for_word(content: Json) -> None:
    page = render(content)
    claims = {claim["id"]: collapse(claim["text"]) for claim in content["claims"]}
    shown = claim_texts(page)
    assert {claim for claim, _ in shown} == set(claims)
    assert all(claims[claim] == text for claim, text in shown)
    assert all(text in visible_text(page) for text in claims.values())


def test_every_sentence_has_markers_and_every_marker_its_marks(content: Json) -> None:
    html = render(content)
    page = Page(html)
    marked = Counter(claim for claim, _ in page.markers)
    by_id = {claim["id"]: claim for claim in content["claims"]}
    for claim, _ in claim_texts(html):
        assert marked[claim] >= 1
    for claim, marks in page.markers:
        assert claim, "a marker stands outside a claim"
        assert all(f"q{mark}" in page.marks for mark in marks)
        number = re.match(r"\d+", marks[0])
        assert number
        told = " ".join(page.marks[f"q{mark}"] for mark in marks)
        assert any(citation["quote"] in told for citation in by_id[claim]["citations"])


def test_every_mark_is_exactly_what_was_cited(content: Json) -> None:
    page = Page(render(content))
    passages = {p["id"]: p["text"] for p in content["passages"]}
    cited = {
        (c["passage"], i)
        for k in content["claims"]
        for c in k["citations"]
        for i in range(c["start"], c["end"])
    }
    assert sum(map(len, page.marks.values())) == len(cited)
    for text in page.marks.values():
        assert any(text in passage for passage in passages.values())


def test_overlapping_quotations_each_keep_their_own_words(content: Json) -> None:
    text = content["passages"][0]["text"]
    first = content["claims"][0]
    first["citations"].append({"passage": "p1", "start": 3, "end": 30, "quote": text[3:30]})
    first.setdefault("also", []).append(
        {"passage": "p1", "start": 20, "end": 70, "quote": text[20:70]}
    )
    page = Page(render(content))
    marks = next(marks for claim, marks in page.markers if claim == first["id"])
    joined = "".join(page.marks[f"q{mark}"] for mark in marks)
    assert text[0:70] in joined


def test_the_counts_on_the_page_are_those_of_the_content(content: Json) -> None:
    seen = visible_text(render(content))
    n = len(content["claims"])
    assert f"All {n} factual sentences are proven." in seen
    assert f"{n} of {n} factual sentences are proven." in seen
    assert "2 guidelines, 4 passages" in seen
    assert "31 passed" in seen


def test_headings_hold_no_claims_and_ids_are_unique(content: Json) -> None:
    html = render(content).decode()
    for heading in re.findall(r"<h[1-6].*?</h[1-6]>", html, re.DOTALL):
        assert "data-claim" not in heading
    ids = re.findall(r'\sid="([^"]*)"', html)
    assert len(ids) == len(set(ids))
    links = re.findall(r'href="#([^"]*)"', html)
    assert set(links) <= set(ids)


def test_claims_stand_beside_the_thick_line_and_nothing_else_does(content: Json) -> None:
    html = render(content).decode()
    beside = re.findall(
        r'<p class="pv[^"]*">.*?</p>|<tr role="row" class="pr">.*?</tr>', html, re.DOTALL
    )
    assert all("data-claim" in part for part in beside)
    assert sum(part.count("data-claim=") for part in beside) == html.count("data-claim=")


def test_an_empty_cell_says_that_the_sources_do_not(content: Json) -> None:
    html = render(content).decode()
    table = html[html.index("<table") : html.index("</table>")]
    assert table.count("Not in our sources") == 3
    assert table.count('data-l="Partial response"') == 7
    assert table.count('<th role="columnheader" scope="col">') == 3
    assert table.count('<th role="rowheader" scope="row">') == 7


def test_a_table_may_name_its_first_column(content: Json) -> None:
    table = next(s for s in content["sections"] if s["role"] == "comparison")["blocks"][0]
    table["columns"].insert(0, "Measured thing")
    assert '<th role="columnheader" scope="col">Measured thing</th>' in render(content).decode()


def test_exponents_and_signs_reach_the_page_unchanged(content: Json) -> None:
    seen = visible_text(render(content))
    for kept in ("≥100 × 10⁹/L", "10⁻⁴", "11.0 g/dL"):
        assert kept in seen


def test_a_claim_used_twice_has_two_places_and_one_number(content: Json) -> None:
    html = render(content).decode()
    assert html.count('data-claim="c1"') == 2
    assert 'id="s1"' in html
    assert 'id="s1-2"' in html
    assert html.count(">sentence 1</a>") == 1


def test_questions_are_a_list_and_the_way_to_them_is_told_first(content: Json) -> None:
    html = render(content).decode()
    questions = html[html.index('<ol id="qlist">') :]
    assert questions[: questions.index("</ol>")].count("<li>") == 3
    assert "3 questions to take with you" in html
    assert "<strong>A next step:</strong>" in html


def test_what_is_not_stated_is_listed_even_without_a_section_for_it(content: Json) -> None:
    content["sections"] = [s for s in content["sections"] if s["role"] != "gaps"]
    seen = visible_text(render(content))
    assert "What our sources do not say" in seen
    assert "Platelets in a partial response" in seen


def test_every_place_is_open_exactly_once(content: Json) -> None:
    html = render(content).decode()
    parts = ("machines", "checked", "margin", "end", "acts")
    places = re.findall(r"<!--(.*?)-->", html)
    beside = [place for place in places if place.startswith("plumbline:edition-")]
    assert len(beside) == len(set(beside)) == html.count('class="psg"')
    assert Counter(place for place in places if place not in beside) == {
        **{f"plumbline:{place}": 1 for place in ("urgent", "state", "seal", "live", *parts)},
        **{f"/plumbline:{part}": 1 for part in parts},
    }
    assert re.search(r"</h1>\s*<!--plumbline:state-->", html)


def test_nothing_is_inline_and_nothing_is_foreign(content: Json) -> None:
    page = Page(render(content))
    names = {name for name, _ in page.attributes}
    assert "style" not in names
    assert not [name for name in names if name.startswith("on")]
    assert not page.found[("style",)]
    links = [value for name, value in page.attributes if name in ("href", "src")]
    assert all(re.match(r"/(?!/)|#", link) for link in links)


def test_no_button_is_dead_without_script(content: Json) -> None:
    html = render(content).decode()
    outside = html[: html.index("<dialog")]
    buttons = re.findall(r"<button[^>]*>", outside)
    assert buttons
    assert all(" hidden" in button for button in buttons)


def page_bytes(page: bytes) -> int:
    files = [assets()[asset_url(n)].body for n in ("plumbline.css", "plumbline.js", "theme.js")]
    return sum(len(gzip.compress(part, mtime=0)) for part in (page, *files))


def test_a_page_keeps_to_its_aim_and_a_long_one_to_the_limit(content: Json) -> None:
    assert page_bytes(render(content)) < AIM_BYTES
    long = copy.deepcopy(content)
    section = long["sections"][0]
    long["passages"] = [
        {**content["passages"][i % 4], "id": f"p{i}", "occurrence_id": f"o{i}"} for i in range(25)
    ]
    long["claims"] = [
        {
            **content["claims"][3],
            "id": f"c{i}",
            "citations": [
                {"passage": f"p{i % 25}", "start": 0, "end": 9, "quote": text[:9]}
                for text in [long["passages"][i % 25]["text"]]
            ],
        }
        for i in range(60)
    ]
    section["blocks"] = [{"kind": "claims", "claims": [f"c{i}" for i in range(60)]}]
    long["sections"] = [section]
    page = render(long)
    assert len(claim_texts(page)) == 60
    assert page_bytes(page) < LIMIT_BYTES


WORDS = SHOWABLE.map(lambda t: f"{t}<b a='\">")
FIXED = {"id", "role", "kind", "schema", "passage", "verdict", "quote", "claims"}  # not words


def with_words(value: Any, words: str, key: str = "") -> Any:
    """The content with `words` at the end of every text that a reader may see."""
    if isinstance(value, dict):
        return {k: with_words(v, words, k) for k, v in value.items()}
    if isinstance(value, list):
        return [with_words(item, words, key) for item in value]
    return value + words if isinstance(value, str) and key not in FIXED else value


@settings(
    max_examples=30,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(words=WORDS)
def test_hostile_words_in_every_field_never_become_markup(content: Json, words: str) -> None:
    harmless = Page(render(with_words(content, "b")))
    spoilt = with_words(content, words)
    one_line = len(words.splitlines()) == 1  # a fixed text of more lines is more paragraphs
    html = render(spoilt)
    page = Page(html)
    if one_line:
        kinds = {k: v for k, v in page.found.items() if k != ("span", "class")}
        assert kinds == {k: v for k, v in harmless.found.items() if k != ("span", "class")}
    assert {tag for tag, *_ in page.found} == {tag for tag, *_ in harmless.found}
    claims = {claim["id"]: collapse(claim["text"]) for claim in spoilt["claims"]}
    assert all(claims[claim] == text for claim, text in claim_texts(html))


def broken(content: Json, change: Callable[[Json], None]) -> Json:
    spoilt = copy.deepcopy(content)
    change(spoilt)
    return spoilt


CHANGES: dict[str, Callable[[Json], None]] = {
    "quote-mismatch": lambda c: c["claims"][0]["citations"][0].update(quote="other words"),
    "claim-without-citation": lambda c: c["claims"][0].update(citations=[]),
    "claim-without-place": lambda c: c.update(sections=[]),
    "content-shape": lambda c: c["sections"][0]["blocks"][0]["claims"].append("c99"),
    "table-shape": lambda c: c["sections"][2]["blocks"][0]["columns"].pop(),
}


@pytest.mark.parametrize("code", CHANGES)
def test_content_that_cannot_be_shown_is_refused_with_a_code(content: Json, code: str) -> None:
    with pytest.raises(BadContent, match=code):
        render(broken(content, CHANGES[code]))
