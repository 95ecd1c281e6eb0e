"""The reviewed content: its schema, its order, and what it must never hold."""

from __future__ import annotations

import re
from typing import Any

from services.safety_review.drafts import (
    ANSWER_ID,
    Edition,
    Page,
    Shelf,
    case_of,
    comparison,
    policy,
)

from plumbline.common.v1.common_pb2 import Run
from plumbline.retrieval.v1.events_pb2 import RetrievalInfo
from plumbline_safety_review.content import content_of
from plumbline_safety_review.review import Passed, review
from plumbline_tlog.canonical import decode


def content(page: Page, shelf: Shelf) -> dict[str, Any]:
    outcome = review(case_of(page.draft(), shelf.passages), policy())
    assert isinstance(outcome, Passed)
    run = Run(answer_id=ANSWER_ID, revision=3, audience="patient", locale="en")
    found: dict[str, Any] = decode(content_of(outcome, run, policy()))
    return found


def test_it_has_exactly_the_members_of_its_schema(source: Edition, shelf: Shelf) -> None:
    made = content(comparison(source), shelf)
    assert set(made) == {
        "schema", "title", "category", "question_type", "audience", "locale", "scope", "notices",
        "sections", "claims", "passages", "not_stated", "made_by", "retrieval", "readability",
        "checks", "policy",
    }  # fmt: skip
    assert made["schema"] == "plumbline.content/1"
    assert made["scope"] == {"disease": "cll", "disease_label": "chronic lymphocytic leukaemia"}
    assert made["made_by"] == {
        "kind": "extractive", "name": "extractive", "version": "1", "rules_sha256": "0" * 64,
        "model": None, "prompt_sha256": None,
    }  # fmt: skip
    assert made["retrieval"] == {"mode": "lexical", "embedding_model": None, "corpus_digest": ""}
    assert made["policy"] == {"version": policy().version, "sha256": policy().sha256}
    assert [check["verdict"] for check in made["checks"]] == ["pass"] * len(policy().checks)
    assert set(made["passages"][0]) == {
        "id", "occurrence_id", "passage_id", "guideline_id", "title", "publisher", "version",
        "effective_date", "licence", "demonstration", "based_on", "section", "start", "end", "text",
        "text_sha256", "scope",
    }  # fmt: skip


def test_it_holds_no_time_run_or_key(source: Edition, shelf: Shelf) -> None:
    text = str(content(comparison(source), shelf))
    assert ANSWER_ID not in text
    assert not re.search(r"\d\d:\d\d|revision|published_at|trace|keyid|score|duration", text)


def test_every_quote_is_a_range_of_its_passage_and_verbatim_is_its_quotes(
    source: Edition, shelf: Shelf
) -> None:
    made = content(comparison(source), shelf)
    passages = {passage["id"]: passage for passage in made["passages"]}
    for claim in made["claims"]:
        for citation in claim["citations"]:
            text = passages[citation["passage"]]["text"]
            assert text[citation["start"] : citation["end"]] == citation["quote"]
        assert claim["kind"] == claim["verdict"] == "verbatim"
        assert claim["text"] == " ".join(one["quote"] for one in claim["citations"])
        assert "also" not in claim


def test_passages_are_numbered_by_first_use_in_page_order(source: Edition, shelf: Shelf) -> None:
    page = comparison(source)
    page.claims.reverse()
    made = content(page, shelf)
    by_id = {claim["id"]: claim for claim in made["claims"]}
    used = [
        citation["passage"]
        for section in made["sections"]
        for claim_id in claim_ids(section)
        for citation in by_id[claim_id]["citations"]
    ]
    assert list(dict.fromkeys(used)) == [f"p{n}" for n in range(1, len(made["passages"]) + 1)]
    assert [passage["id"] for passage in made["passages"]] == list(dict.fromkeys(used))


def claim_ids(section: dict[str, Any]) -> list[str]:
    found: list[str] = []
    for block in section["blocks"]:
        found += block.get("claims", [])
        for row in block.get("rows", []):
            for cell in row["cells"]:
                found += cell.get("claims", [])
    return found


def test_blocks_have_three_kinds_and_templates_our_words(source: Edition, shelf: Shelf) -> None:
    made = content(comparison(source), shelf)
    blocks = [block for section in made["sections"] for block in section["blocks"]]
    assert {block["kind"] for block in blocks} == {"claims", "table", "template"}
    assert [set(block) for block in blocks if block["kind"] == "claims"] == [
        {"kind", "claims", "label"},
        {"kind", "claims", "label"},
        {"kind", "claims"},
    ]
    questions = next(b["text"] for b in blocks if b.get("template_id") == "questions-comparison")
    assert "complete response or partial response" in questions
    assert len(questions.split("\n")) == 5


def test_a_repaired_claim_says_so_and_so_does_its_check(source: Edition, shelf: Shelf) -> None:
    page = comparison(source)
    page.claims[2].text, page.claims[2].verbatim = "No lymph node measures 2.5 cm or more.", False
    page.claims[3].text, page.claims[3].verbatim = "Smaller by 50% or more", False
    made = content(page, shelf)
    assert made["claims"][2]["verdict"] == "repaired"
    assert made["claims"][2]["kind"] == "verbatim"
    assert (made["claims"][3]["kind"], made["claims"][3]["verdict"]) == ("composed", "supported")
    verdicts = {check["id"]: check["verdict"] for check in made["checks"]}
    assert verdicts["GR-NUM"] == "repair"
    assert verdicts["GR-COMP"] == "pass"


def test_the_grade_is_counted_with_terms_masked(source: Edition, shelf: Shelf) -> None:
    grade = content(comparison(source), shelf)["readability"]["fk_grade_masked"]
    assert 0 < grade <= 12
    assert round(grade, 1) == grade


def test_the_embedding_model_is_named_when_there_is_one(source: Edition, shelf: Shelf) -> None:
    case = case_of(comparison(source).draft(), shelf.passages)
    info = RetrievalInfo(
        mode="hybrid", embedding_model="m", embedding_sha256="a" * 64, disease="cll"
    )
    case.__dict__["retrieval"] = info
    outcome = review(case, policy())
    assert isinstance(outcome, Passed)
    made = decode(content_of(outcome, Run(), policy()))
    assert made["retrieval"]["embedding_model"] == {"name": "m", "sha256": "a" * 64}
