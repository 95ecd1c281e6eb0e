"""Citations and editions: what is cited must be held, whole, in force, licensed and about the
disease.
"""

from __future__ import annotations

import dataclasses
import sqlite3

import pytest
from services.safety_review.drafts import (
    LEADS,
    RESPONSE,
    Edition,
    Page,
    Shelf,
    case_of,
    comparison,
    edition,
    listed,
    policy,
    row,
    table,
)

from plumbline.generation.v1.events_pb2 import Block, Citation, Draft, TableBlock
from plumbline.retrieval.v1.events_pb2 import RetrievalInfo
from plumbline_safety_review.case import Case
from plumbline_safety_review.passages import Passages
from plumbline_safety_review.review import Passed, Withheld, review
from plumbline_safety_review.suite import run_suite


def found(case: Case) -> set[tuple[str, str]]:
    return {(judged.check_id, judged.finding.why) for judged in run_suite(case, policy())}


def reason(case: Case) -> str:
    outcome = review(case, policy())
    return outcome.reason_code if isinstance(outcome, Withheld) else ""


def test_a_claim_without_citation_is_withheld(source: Edition, shelf: Shelf) -> None:
    page = comparison(source)
    page.claims[3].ClearField("citations")
    assert reason(case_of(page.draft(), shelf.passages)) == "ci-missing"


@pytest.mark.parametrize(("start", "end"), [(5, 5), (9, 4), (0, 9_999)])
def test_a_range_outside_its_passage_is_withheld(
    source: Edition, shelf: Shelf, start: int, end: int
) -> None:
    page = comparison(source)
    page.claims[0].citations[0].start, page.claims[0].citations[0].end = start, end
    assert reason(case_of(page.draft(), shelf.passages)) == "ci-unknown"


def test_an_unknown_place_is_withheld(source: Edition, shelf: Shelf) -> None:
    page = comparison(source)
    page.claims[0].citations[0].occurrence_id = "elsewhere"
    assert reason(case_of(page.draft(), shelf.passages)) == "unknown-passage"


def test_the_right_claim_with_the_wrong_citation_says_what_it_cites(
    source: Edition, shelf: Shelf
) -> None:
    page = comparison(source)
    page.claims[-1].verbatim = False
    page.claims[-1].citations[0].CopyFrom(page.claims[-4].citations[0])
    outcome = review(case_of(page.draft(), shelf.passages), policy())
    assert isinstance(outcome, Passed)
    assert outcome.case.by_id[page.claims[-1].id].text == page.claims[-4].text


def test_a_superseded_edition_is_withheld_and_one_not_yet_in_force_supersedes_nothing(
    source: Edition, shelf: Shelf
) -> None:
    draft = comparison(source).draft()
    shelf.read(edition(version="2030", effective_date="2030-01-01"))
    assert reason(case_of(draft, shelf.passages)) == ""
    assert reason(case_of(draft, shelf.passages, on_date="2030-01-01")) == "ev-stale"
    shelf.read(edition(version="2008", effective_date="2008-06-15"))
    assert reason(case_of(draft, shelf.passages)) == ""
    shelf.read(edition(version="2026", effective_date="2026-11-24"))
    assert reason(case_of(draft, shelf.passages)) == "ev-stale"


def test_two_editions_of_one_guideline_never_mix(source: Edition, shelf: Shelf) -> None:
    older = edition(version="2008", effective_date="2008-06-15")
    shelf.read(older)
    page = comparison(source)
    place = next(p for p in older.passages if page.claims[0].text in p.text)
    page.claims[0].citations[0].occurrence_id = place.occurrence_id
    case = case_of(page.draft(), shelf.passages)
    assert {("EV-STALE", "not-in-force"), ("EV-STALE", "mixed-editions")} <= found(case)


def test_words_about_another_disease_are_withheld(source: Edition, shelf: Shelf) -> None:
    draft = comparison(source).draft()
    asked = RetrievalInfo(mode="lexical", disease="multiple-myeloma")
    case = dataclasses.replace(case_of(draft, shelf.passages), retrieval=asked)
    assert reason(case) == "ev-scope"


def test_a_changed_passage_text_is_withheld() -> None:
    good = edition()
    flipped = good.passages[0]
    flipped.text = flipped.text.replace("half", "hall")
    shelf = Shelf(Passages(sqlite3.connect(":memory:", isolation_level=None)))
    shelf.read(good)
    page = Page(good)
    page.section(
        "key_points",
        "In short",
        page.claims_block(page.claim("Response is judged after treatment.")),
    )
    draft = page.draft(title="How is response judged?", not_stated=[])
    assert ("EV-INTEGRITY", "text-hash") in found(case_of(draft, shelf.passages))


def test_more_words_than_the_licence_allows_are_withheld() -> None:
    few = edition(may_quote_words=10, version="1")
    shelf = Shelf(Passages(sqlite3.connect(":memory:", isolation_level=None)))
    shelf.read(few)
    case = case_of(comparison(few).draft(), shelf.passages)
    assert ("EV-LICENCE", "too-many-words") in found(case)


def test_needed_notices_are_added(source: Edition, shelf: Shelf) -> None:
    draft = comparison(source).draft(notice_ids=["general-information"])
    outcome = review(case_of(draft, shelf.passages), policy())
    assert isinstance(outcome, Passed)
    assert set(outcome.case.notice_ids) == {
        "general-information",
        "made-by-software",
        "not-clinician-read",
        "demonstration",
    }
    draft.notice_ids.append("approved-by-a-doctor")
    assert reason(case_of(draft, shelf.passages)) == "tr-notice"


MILD = "This is usually mild in a complete response."
CONDITIONAL = "If only one of the groups was abnormal before treatment, these findings are needed:"
PLAIN = "These findings are listed for a partial response:"


def list_shelf(lead: str) -> tuple[Edition, Shelf]:
    items = ["Lymph nodes have shrunk by 50% or more.", "Platelets are 100 × 10⁹/L or more."]
    extra = listed("cll-response@2018", 10_000, ("Partial response",), lead, items)
    with_list = edition(RESPONSE, extra=[extra])
    shelf = Shelf(Passages(sqlite3.connect(":memory:", isolation_level=None)))
    shelf.read(with_list)
    return with_list, shelf


def definition(source: Edition, *quotes: str) -> Page:
    page = Page(source)
    page.section("key_points", "In short", page.claims_block(page.claim(LEADS[1])))
    page.section("answer", "What is looked at?", page.claims_block(page.claim(*quotes)))
    return page


def test_an_item_gets_the_lead_in_that_carries_its_condition() -> None:
    source, shelf = list_shelf(CONDITIONAL)
    page = definition(source, "Lymph nodes have shrunk by 50% or more.")
    third = page.claim("Response is judged after treatment.")
    page.sections[0].blocks[0].claims.claims.append(third)
    draft = page.draft(title="What is a partial response?", not_stated=[])
    outcome = review(case_of(draft, shelf.passages), policy())
    assert isinstance(outcome, Passed)
    mended = outcome.case.by_id["c2"]
    assert mended.text == f"{CONDITIONAL} Lymph nodes have shrunk by 50% or more."
    assert mended.repaired


@pytest.mark.parametrize(
    "quotes",
    [
        (PLAIN, "Lymph nodes have shrunk by 50% or more."),
        ("Lymph nodes have shrunk by 50% or more.",),
    ],
)
def test_a_lead_in_that_only_names_its_subject_may_stay_or_go(quotes: tuple[str, ...]) -> None:
    source, shelf = list_shelf(PLAIN)
    draft = definition(source, *quotes).draft(title="What is a partial response?", not_stated=[])
    outcome = review(case_of(draft, shelf.passages), policy())
    assert isinstance(outcome, Passed)
    assert outcome.verdict == "pass"


def test_a_quotation_cut_from_its_condition_is_made_whole(source: Edition, shelf: Shelf) -> None:
    page = comparison(source)
    cut = "Haemoglobin is 11.0 g/dL or more"
    claim = next(one for one in page.claims if one.text.startswith("Haemoglobin is 11.0"))
    claim.text = cut
    claim.citations[0].end = claim.citations[0].start + len(cut)
    outcome = review(case_of(page.draft(), shelf.passages), policy())
    assert isinstance(outcome, Passed)
    assert (
        outcome.case.by_id[claim.id].text
        == f"{cut}, without a transfusion and without erythropoietin."
    )


def test_a_dangling_sentence_gets_the_one_before_it(source: Edition, shelf: Shelf) -> None:
    page = comparison(source)
    dangling = page.claims[-1]
    assert dangling.text.startswith("It is more frequent")
    before = page.claims[-2].text
    lone = page.draft()
    del lone.sections[2].blocks[0].claims.claims[-2:]
    lone.sections[0].blocks[0].claims.claims.append(dangling.id)
    lone.sections[2].blocks[0].claims.claims.append(page.claims[-2].id)
    outcome = review(case_of(lone, shelf.passages), policy())
    assert isinstance(outcome, Passed)
    assert outcome.case.by_id[dangling.id].text == f"{before} {dangling.text}"


def test_a_dangling_sentence_with_nothing_before_it_is_withheld() -> None:
    sections = [*RESPONSE, (("Measuring response",), MILD)]
    source = edition(sections)
    shelf = Shelf(Passages(sqlite3.connect(":memory:", isolation_level=None)))
    shelf.read(source)
    page = comparison(source)
    page.section("context", "Important context", page.claims_block(page.claim(MILD)))
    assert reason(case_of(page.draft(), shelf.passages)) == "ex-context"


def test_a_table_cell_outside_a_table_gets_its_headers() -> None:
    rows = [
        ["Checked", "Complete response", "Partial response"],
        ["Lymph nodes", "none ≥1.5 cm", "decrease ≥50%"],
    ]
    extra = table("cll-response@2018", 10_000, ("Table of responses",), rows)
    source = edition(RESPONSE, extra=[extra])
    shelf = Shelf(Passages(sqlite3.connect(":memory:", isolation_level=None)))
    shelf.read(source)
    page = comparison(source)
    cell = page.claim("none ≥1.5 cm")
    page.section("context", "Important context", page.claims_block(cell))
    outcome = review(case_of(page.draft(), shelf.passages), policy())
    assert isinstance(outcome, Passed)
    assert outcome.case.by_id[cell].text == "Lymph nodes Complete response none ≥1.5 cm"


def test_one_claim_in_two_columns_needs_the_same_words_from_both_places() -> None:
    same = "Constitutional symptoms may be of any kind."
    sections = [(s, t.replace("There are no constitutional symptoms.", same)) for s, t in RESPONSE]
    source = edition(sections)
    shelf = Shelf(Passages(sqlite3.connect(":memory:", isolation_level=None)))
    shelf.read(source)
    draft = comparison_of(source, same)
    assert reason(case_of(draft, shelf.passages)) == "re-compare"
    claim = next(one for one in draft.claims if one.text == same)
    cited = claim.citations[0].occurrence_id
    other = next(p for p in source.passages if same in p.text and p.occurrence_id != cited)
    start = other.text.index(same)
    claim.also.append(
        Citation(occurrence_id=other.occurrence_id, start=start, end=start + len(same))
    )
    assert reason(case_of(draft, shelf.passages)) == ""


def comparison_of(source: Edition, same: str) -> Draft:
    """Two leads, and one row whose two cells share a claim."""
    page = Page(source)
    leads = [page.claim(text) for text in LEADS]
    page.section("key_points", "In short", page.claims_block(*leads))
    shared = page.claim(same)
    rows = [row("symptoms", "Symptoms", [shared], [shared])]
    columns = ["Complete response", "Partial response"]
    page.section("comparison", "Side by side", Block(table=TableBlock(columns=columns, rows=rows)))
    return page.draft()
