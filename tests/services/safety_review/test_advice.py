"""Advice and verdicts about the reader never leave; general sentences and "ask your team" do."""

from __future__ import annotations

import sqlite3

import pytest
from services.safety_review.drafts import (
    RESPONSE,
    Edition,
    Shelf,
    case_of,
    comparison,
    edition,
    policy,
)

from plumbline_safety_review.checks.diagnosis import CHECK as DIAGNOSE
from plumbline_safety_review.checks.directive import CHECK as DIRECTIVE
from plumbline_safety_review.passages import Passages
from plumbline_safety_review.review import Passed, Withheld, review

DIRECTIVES = [
    "You can stop your tablets.",
    "You should start venetoclax now.",
    "Stop taking ibrutinib before the operation.",
    "Do not skip a dose of venetoclax.",
    "It is safe to stop treatment after a complete response.",
    "You may double your dose.",
    "Your dose can be halved.",
    "Never change your medicine.",
]
NO_DIRECTIVES = [
    "Call your team before you stop any tablets.",
    "Ask your team whether your treatment will change.",
    "You should tell your team about any new medicine.",
    "Treatment is stopped when the disease grows.",
    "Venetoclax is started at a low dose.",
    "Take a list of questions with you.",
]
DIAGNOSES = [
    "You have a complete response.",
    "You are in remission.",
    "Your scan shows progressive disease.",
    "Your result means that the leukaemia is back.",
    "You no longer have CLL.",
]
NO_DIAGNOSES = [
    "If you have CLL, the team checks your blood.",
    "People who have CLL may have swollen lymph nodes.",
    "A complete response means that no sign of CLL is found.",
    "When you have a fever, call the ward.",
]


def fires(source: Edition, shelf: Shelf, text: str, check: object) -> bool:
    page = comparison(source)
    page.claims[0].text = text
    case = case_of(page.draft(), shelf.passages)
    return any(finding.claim_id == "c1" for finding in check.examine(case))  # type: ignore[attr-defined]


@pytest.mark.parametrize("text", DIRECTIVES)
def test_a_directive_is_found(source: Edition, shelf: Shelf, text: str) -> None:
    assert fires(source, shelf, text, DIRECTIVE)


@pytest.mark.parametrize("text", NO_DIRECTIVES)
def test_sending_the_reader_to_the_team_is_no_directive(
    source: Edition, shelf: Shelf, text: str
) -> None:
    assert not fires(source, shelf, text, DIRECTIVE)


@pytest.mark.parametrize("text", DIAGNOSES)
def test_a_verdict_about_the_reader_is_found(source: Edition, shelf: Shelf, text: str) -> None:
    assert fires(source, shelf, text, DIAGNOSE)


@pytest.mark.parametrize("text", NO_DIAGNOSES)
def test_a_general_sentence_is_no_verdict(source: Edition, shelf: Shelf, text: str) -> None:
    assert not fires(source, shelf, text, DIAGNOSE)


def test_a_composed_directive_is_repaired_and_a_quoted_one_withheld(
    source: Edition, shelf: Shelf
) -> None:
    page = comparison(source)
    page.claims[0].text, page.claims[0].verbatim = "You can stop your tablets.", False
    outcome = review(case_of(page.draft(), shelf.passages), policy())
    assert isinstance(outcome, Passed)
    assert outcome.case.by_id["c1"].repaired

    telling = "You should stop taking ibrutinib in a complete response."
    quoting = edition([*RESPONSE, (("Complete response",), telling)])
    other = Shelf(Passages(sqlite3.connect(":memory:", isolation_level=None)))
    other.read(quoting)
    page = comparison(quoting)
    page.section("context", "Important context", page.claims_block(page.claim(telling)))
    outcome = review(case_of(page.draft(), other.passages), policy())
    assert isinstance(outcome, Withheld)
    assert outcome.reason_code == "cl-directive"
