"""Ways of writing that once were read wrongly."""

from __future__ import annotations

import asyncio

import pytest
from services.generation.guidelines import Guideline, retrieved, section_texts, table_of

from plumbline.generation.v1.events_pb2 import Draft
from plumbline_generation.extractive import ExtractiveComposer

COMPOSER = ExtractiveComposer()


def drafted(question: str, text: str) -> Draft:
    found = asyncio.run(COMPOSER.compose(retrieved(question, Guideline(text))))
    assert isinstance(found, Draft), found
    return found


UNLED = """# Zorvic: judging

## Full response (FR)

- Glim count: below 4 zu/L
- Mood: cheerful

## Half response (HR)

- Glim count: down by 30 % or more
- Mood: mixed

## No response (NR)

- Glim count: unchanged
"""


@pytest.mark.parametrize("question", ["FR vs HR", "fr versus hr in zorvic"])
def test_a_list_without_lead_in_is_about_its_heading(question: str) -> None:
    draft = drafted(question, UNLED)
    assert table_of(draft) == {
        "Glim count": [["below 4 zu/L"], ["down by 30 % or more"]],
        "Mood": [["cheerful"], ["mixed"]],
    }
    assert section_texts(draft, "key_points") == [
        "Glim count: below 4 zu/L Mood: cheerful",
        "Glim count: down by 30 % or more Mood: mixed",
    ]


def test_no_response_is_a_category_of_its_own() -> None:
    draft = drafted("half response vs no response", UNLED)
    assert table_of(draft)["Mood"] == [["mixed"], []]
    assert "“Mood” for “no response”" in draft.not_stated


GRADES = """# Zorvic grades

| What | Grade 1 | Grade 2 | Grade 3 |
| --- | --- | --- | --- |
| Glim count | < 4 | 4–9 | > 9 |
| Vell width | 2 cm | 3 cm | — |
"""


def test_numbered_categories_are_told_apart() -> None:
    draft = drafted("What is the difference between grade 2 and 3?", GRADES)
    assert table_of(draft) == {"Glim count": [["4–9"], ["> 9"]], "Vell width": [["3 cm"], []]}
    assert draft.not_stated[0] == "“Vell width” for each thing compared"


TYPES = """# Zorvic types

Type A zorvic means that the glim count is high.
Type B zorvic means that the glim count is low.
People with type A zorvic have 5 to 9 vells.
People with type B zorvic have fewer than 5 vells.
"""


@pytest.mark.parametrize("question", ["type A vs type B zorvic", "difference between type a and b"])
def test_categories_named_by_a_letter_are_told_apart(question: str) -> None:
    draft = drafted(question, TYPES)
    assert table_of(draft) == {
        "Vells": [
            ["People with type A zorvic have 5 to 9 vells."],
            ["People with type B zorvic have fewer than 5 vells."],
        ]
    }
    assert section_texts(draft, "key_points")[:2] == [
        "Type A zorvic means that the glim count is high.",
        "Type B zorvic means that the glim count is low.",
    ]


OUTCOMES = """# Zorvic: outcomes

There are three outcomes: bright, dim and dark.

- Bright outcome: glims are at or below 12 per ml, and the snout is dry.
- Dim outcome: glims are between 13 and 40 per ml, and the snout is damp.
- Dark outcome: glims are above 40 per ml, and the snout is wet.
"""


@pytest.mark.parametrize("question", ["bright outcome vs dim outcome", "bright vs dim in zorvic"])
def test_items_that_begin_with_their_category_are_compared(question: str) -> None:
    (cells,) = table_of(drafted(question, OUTCOMES)).values()
    assert [cell[0].split(":")[0] for cell in cells] == ["Bright outcome", "Dim outcome"]


SEVERAL = """# Zorvic remission

## Deep remission

Deep remission needs a glim level under 3.5 mg/kl for 8 weeks; the vell index must be zero.

## Shallow remission

Shallow remission needs a glim level between 3.5 and 7 mg/kl for 4 weeks.
The vell index must have dropped by one half or more.
"""


def test_a_sentence_with_two_marks_stands_in_two_rows() -> None:
    rows = table_of(drafted("deep vs shallow remission", SEVERAL))
    assert set(rows) == {"Glim level", "Vell index"}
    assert rows["Glim level"][0] == rows["Vell index"][0]
    assert all(cell for cells in rows.values() for cell in cells)
