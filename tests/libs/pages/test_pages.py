from __future__ import annotations

import gzip
import re
from collections.abc import Callable
from itertools import pairwise

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from markup import HOSTILE, Tags

from plumbline_pages import (
    ASK_FIELD,
    ASK_PATH,
    Edition,
    FieldError,
    Step,
    UrgentCard,
    asset,
    asset_url,
    assets,
    failed,
    fill,
    guideline_path,
    home,
    library,
    library_parts,
    not_covered,
    progress,
    seal_line,
    steps,
    urgent_card,
    visible_text,
    withheld,
)

Pages = Callable[[str], dict[str, str]]


@pytest.mark.parametrize("words", HOSTILE)
def test_hostile_words_never_become_markup(pages: Pages, words: str) -> None:
    harmless = pages("plain")
    for name, html in pages(words).items():
        assert Tags(html).found == Tags(harmless[name]).found, name
        assert Tags(html).comments == Tags(harmless[name]).comments, name


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(  # a backquote means code in the page about the API, whose texts are all ours
    words=st.text(st.characters(exclude_categories=["Cs"], exclude_characters="`"), max_size=40)
)
def test_no_words_at_all_become_markup(pages: Pages, words: str) -> None:
    harmless = pages("plain")
    for name, html in pages(f"{words}<b>").items():
        assert Tags(html).found == Tags(harmless[name]).found, name


@pytest.mark.parametrize("words", ["plain", *HOSTILE])
def test_a_strict_policy_finds_nothing_inline_and_nothing_foreign(pages: Pages, words: str) -> None:
    for name, html in pages(words).items():
        tags = Tags(html)
        names = {attribute for attribute, _ in tags.values}
        assert "style" not in names, name
        assert not [attribute for attribute in names if attribute.startswith("on")], name
        assert not tags.found[("style",)], name
        assert not tags.found[("script",)], name
        links = [v for n, v in tags.values if n in ("href", "src", "action", "data-events")]
        assert all(re.match(r"/(?!/)|#|tel:", link) for link in links), (name, links)


def test_every_page_has_one_h1_its_landmarks_and_a_skip_link_first(pages: Pages) -> None:
    made = pages("plain")
    del made["state"]
    for name, html in made.items():
        tags = Tags(html)
        assert tags.open == [], name
        assert tags.headings.count(1) == 1, name
        below = tags.headings[tags.headings.index(1) :]
        assert all(b - a <= 1 for a, b in pairwise(below)), (name, below)
        for landmark in ("<header>", '<main id="main"', "<footer", "<nav aria-label"):
            assert html.count(landmark) == 1, (name, landmark)
        assert html.index('class="skip"') < html.index("<header>"), name
        ids = re.findall(r'\sid="([^"]*)"', html)
        assert len(ids) == len(set(ids)), name


def test_the_card_comes_before_everything_else_of_a_page(pages: Pages) -> None:
    for name in ("home", "progress", "not_covered", "withheld", "failed", "refused"):
        html = pages("plain")[name]
        assert html.index('id="uh"') < html.index("<h1"), name


def test_the_urgent_card_is_readable_alone_and_holds_no_line_of_the_page(pages: Pages) -> None:
    html = pages("0800 123")["urgent"]
    assert 'href="tel:0800123"' in html
    assert 'class="hang' not in html
    assert 'class="strip' not in html


def test_pages_without_an_answer_never_hold_the_askers_words() -> None:
    generic = (
        progress("0" * 32, "/answers/x", steps({})),
        not_covered("nothing-above-floor"),
        withheld("x"),
        failed(),
    )
    for html in generic:
        assert "data-asked" in html
        assert "Your question" in html


def test_the_form_works_without_script() -> None:
    html = home([])
    assert f'action="{ASK_PATH}" method="post"' in html
    assert '<label for="q">Your question</label>' in html
    assert f'name="{ASK_FIELD}"' in html


def test_a_refused_question_is_told_at_the_top_at_the_field_and_in_the_title() -> None:
    html = home([], FieldError("too-long", 120), "my text\n<b>")
    told = "Your question is too long by 120 characters."
    assert html.count(told) == 2
    assert "<title>Error: " in html
    assert "my text\n&lt;b&gt;</textarea>" in html
    assert "aria-invalid" in html


def test_what_seems_personal_is_named_by_kind() -> None:
    html = home([], FieldError("personal-data", kinds=["phone number", "name"]))
    assert "phone number, name" in html


def test_every_reason_has_words_and_an_unknown_one_has_the_general_ones() -> None:
    assert not_covered("something-new") == not_covered("something-else")
    assert not_covered("which-disease") != not_covered("something-new")


def test_the_first_stage_not_reached_is_running() -> None:
    made = steps({"received": (0.0, None), "found": (0.1, 9)})
    assert [step.state for step in made] == ["done", "done", "now", "waiting", "waiting"]
    html = progress("0" * 32, "/answers/x", made)
    assert html.count('aria-current="step"') == 1
    assert "9 passages, in the newest editions we hold." in html
    assert "Step 3 of 5: Sentences written." in html


def test_a_failed_stage_says_so() -> None:
    html = progress("0" * 32, "/x", [Step("received", "done"), Step("found", "failed")])
    assert "This step failed." in html


def test_a_large_library_is_shown_in_parts_that_lose_nothing() -> None:
    held = [
        Edition(f"g{n:02}", f"Guide {n:02}", "p", "1", "2026-01-01", "CC-BY-4.0") for n in range(95)
    ]
    parts = [library(held, number) for number in range(1, library_parts(held) + 1)]
    assert [html.count("<section") for html in parts] == [40, 40, 15]
    shown = [title for html in parts for title in re.findall(r"<h2[^>]*>(Guide \d+)", html)]
    assert shown == [edition.title for edition in held]
    assert "Guidelines 41 to 80 of 95." in parts[1]
    assert [re.findall(r'class="btn quiet" href="([^"]+)"', html) for html in parts] == [
        ["/library/2"],
        ["/library", "/library/3"],
        ["/library/2"],
    ]
    assert library_parts([]) == 1
    assert guideline_path("a/b c") == "/library/of/a%2Fb%20c"


def test_places_are_filled_once_and_only_where_they_are_markup() -> None:
    page = b"<h1>&lt;!--plumbline:seal--&gt;</h1><!--plumbline:state--><!--plumbline:seal-->"
    done = fill(page, seal=seal_line(48213))
    assert b"entry 48,213" in done
    assert b"<!--" not in done
    assert b"&lt;!--plumbline:seal--&gt;" in done
    assert "being sealed" in seal_line(None)


def test_static_files_are_named_by_their_hash_and_old_names_still_get_the_file() -> None:
    path = asset_url("plumbline.css")
    assert re.fullmatch(r"/s/plumbline\.[0-9a-f]{12}\.css", path)
    assert assets()[path].media_type == "text/css; charset=utf-8"
    older = asset("/s/plumbline.000000000000.css")
    assert older is not None
    assert not older.immutable
    assert older.body == assets()[path].body
    assert asset("/s/other.000000000000.css") is None
    assert asset("/s/../words.toml") is None


def test_style_and_script_load_nothing_and_say_nothing() -> None:
    css = assets()[asset_url("plumbline.css")].body.decode()
    js = assets()[asset_url("plumbline.js")].body.decode()
    assert "url(" not in css
    assert "@import" not in css
    assert "http" not in css + js
    assert "innerHTML" not in js
    assert not re.findall(r"'[A-Z][a-z]+ [a-z ]+'", js)  # no sentence of ours stands in the script


def test_the_urgent_card_is_small() -> None:
    names = ("plumbline.css", "plumbline.js", "theme.js")
    parts = [assets()[asset_url(name)].body for name in names]
    parts.append(urgent_card(UrgentCard("Get help now", ["Call."]), None).encode())
    assert sum(len(gzip.compress(part, mtime=0)) for part in parts) < 13_000


def test_visible_text_leaves_out_what_no_reader_sees() -> None:
    page = b"<head><title>t</title></head><p>a<b>b</b></p><p>c</p><dialog>d</dialog><i hidden>e</i>"
    assert visible_text(page) == "ab c"
