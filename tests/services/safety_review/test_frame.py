"""A draft's structure and the words of its frame: no fact may hide where no citation stands."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from services.safety_review.drafts import Edition, Shelf, case_of, comparison, policy

from plumbline.generation.v1.events_pb2 import Block, Cell, ClaimsBlock, Draft, Row, TemplateBlock
from plumbline_safety_review.review import Passed, Withheld, review

Change = Callable[[Draft], object]


def outcome_of(draft: Draft, shelf: Shelf) -> Passed | Withheld:
    return review(case_of(draft, shelf.passages), policy())


def heading(draft: Draft, text: str) -> None:
    draft.sections[2].heading = text


def label(draft: Draft, text: str) -> None:
    draft.sections[0].blocks[0].claims.label = text


def row(draft: Draft) -> Row:
    return draft.sections[1].blocks[0].table.rows[0]


def term(draft: Draft, text: str) -> None:
    draft.sections[3].blocks[0].template.terms["x"] = text


FALSE_FRAMES: list[tuple[str, Change]] = [
    ("st-frame", lambda d: setattr(d, "title", "Complete response means that CLL is cured")),
    ("st-frame", lambda d: setattr(d, "title", "Is a complete response reached at 2.5 cm?")),
    ("st-frame", lambda d: setattr(d, "title", "")),
    ("st-frame", lambda d: setattr(d, "title", "Complete response\u202e in CLL?")),
    ("st-frame", lambda d: setattr(d, "category", "Breast cancer")),
    ("st-frame", lambda d: heading(d, "Complete response is eradication of the disease")),
    ("st-frame", lambda d: heading(d, "A complete response needs 2.5 cm")),
    ("st-frame", lambda d: heading(d, "Why a complete response is a cure")),
    ("st-frame", lambda d: label(d, "Complete response: nodes under 1.5 cm")),
    ("st-frame", lambda d: label(d, "Complete response, always cured")),
    ("st-frame", lambda d: setattr(row(d), "label", "Lymph nodes (none ≥2.5 cm)")),
    ("st-frame", lambda d: term(d, "a cure")),
    ("st-frame", lambda d: d.not_stated.append("Complete response is reached below 2.5 cm")),
    ("st-frame", lambda d: d.not_stated.append("A complete response guarantees recovery")),
    ("st-schema", lambda d: setattr(d.claims[1], "id", "c1")),
    ("st-schema", lambda d: setattr(d.claims[0], "text", " ")),
    ("st-schema", lambda d: setattr(d.claims[0], "text", d.claims[0].text + "\u200b")),
    ("st-schema", lambda d: d.sections[0].blocks[0].claims.claims.append("c99")),
    ("st-schema", lambda d: d.sections[2].blocks[0].claims.claims.pop()),
    ("st-schema", lambda d: setattr(d.sections[0], "role", "advert")),
    ("st-schema", lambda d: setattr(d.sections[0], "id", "Key Points")),
    ("st-schema", lambda d: setattr(d.sections[1], "id", "key_points")),
    ("st-schema", lambda d: d.sections[0].blocks.append(Block())),
    ("st-schema", lambda d: d.sections[0].blocks.append(Block(claims=ClaimsBlock()))),
    (
        "st-schema",
        lambda d: d.sections[0].blocks.append(Block(template=TemplateBlock(template_id="x"))),
    ),
    ("st-schema", lambda d: d.sections[3].blocks[0].template.terms.pop("y")),
    ("st-schema", lambda d: row(d).cells.append(Cell())),
    ("st-schema", lambda d: setattr(row(d), "slot", "Lymph nodes")),
    ("st-schema", lambda d: setattr(d.made_by, "rules_sha256", "")),
    ("st-schema", lambda d: setattr(d, "question_type", "")),
]


@pytest.mark.parametrize(("reason", "change"), FALSE_FRAMES)
def test_a_frame_that_says_more_than_its_evidence_is_withheld(
    source: Edition, shelf: Shelf, reason: str, change: Change
) -> None:
    draft = comparison(source).draft()
    change(draft)
    outcome = outcome_of(draft, shelf)
    assert isinstance(outcome, Withheld)
    assert outcome.reason_code == reason


@pytest.mark.parametrize(
    "change",
    [
        lambda d: setattr(d, "title", "What is the difference between CR and PR in CLL?"),
        lambda d: setattr(d, "title", "CR and PR in CLL: what is the difference?"),
        lambda d: heading(d, "What does an MRD test add?"),
        lambda d: heading(d, "Important context"),
        lambda d: label(d, "CR"),
        lambda d: setattr(d, "category", "chronic lymphocytic leukaemia"),
        lambda d: d.not_stated.append("“Platelets” for “partial response”"),
        lambda d: d.not_stated.append("How many of these findings are needed"),
    ],
)  # fmt: skip
def test_names_questions_and_gaps_pass(source: Edition, shelf: Shelf, change: Change) -> None:
    draft = comparison(source).draft()
    change(draft)
    assert isinstance(outcome_of(draft, shelf), Passed)


def test_an_empty_cell_is_not_stated_and_an_empty_row_is_withheld(
    source: Edition, shelf: Shelf
) -> None:
    draft = comparison(source).draft()
    emptied = row(draft).cells[1]
    gone = emptied.claims.pop()
    kept = [claim for claim in draft.claims if claim.id != gone]
    del draft.claims[:]
    draft.claims.extend(kept)
    assert isinstance(outcome_of(draft, shelf), Passed)
    row(draft).cells[0].ClearField("claims")
    assert isinstance(outcome_of(draft, shelf), Withheld)
