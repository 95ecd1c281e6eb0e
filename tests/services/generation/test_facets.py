"""Questions on treatment, side effects, tests, symptoms, … of a disease that nobody wrote for."""

from __future__ import annotations

import asyncio

import pytest
from services.generation.guidelines import Guideline, retrieved, section_texts

from plumbline.generation.v1.events_pb2 import Draft
from plumbline_generation.composer import Refusal
from plumbline_generation.extractive import ExtractiveComposer

COMPOSER = ExtractiveComposer()

ZORVIC = """# Zorvic syndrome: a guide

## What zorvic syndrome is

Zorvic syndrome is a rare illness of the skin.

## Symptoms of zorvic syndrome

These symptoms are listed for zorvic syndrome:

- Skin: the skin turns green.
- Breath: the breath smells of tar.

## Risk factors

Old age raises the risk of zorvic syndrome.

## What causes zorvic syndrome

Zorvic syndrome is caused by the vell bug.

## Treatment options

These treatments are listed as options for zorvic syndrome:

- Glimtinib: one tablet is taken each day.
- Brumab with quell: treatment is given for 6 cycles.

## People with the tarn mark

Brumab is preferred for people with the tarn mark.

## People without the tarn mark

Glimtinib is preferred for people without the tarn mark.

## How the treatments work

Glimtinib blocks the vell bug.
Brumab kills the cells of zorvic syndrome.
Glimtinib and brumab are vellkillers.

## Glimtinib: common side effects

Common side effects of glimtinib are hiccups and blue nails.

## Glimtinib: serious side effects

Glimtinib can cause severe loss of smell.

## Glimtinib: when to call

People who take glimtinib are asked to report a green tongue at once.

## Brumab: common side effects

Hiccups were seen in 12 % of people who took brumab.

## The lumen test

The lumen test shows how many cells of zorvic syndrome are left.
The lumen test uses a sample of spit.
The results of the lumen test help doctors plan the treatment.
A positive lumen test means that cells of zorvic syndrome are left.

## Other names

See also our booklet on zorvic syndrome.
You should stop glimtinib when hiccups start.
"""


def composed(question: str, text: str = ZORVIC) -> Draft | Refusal:
    return asyncio.run(COMPOSER.compose(retrieved(question, Guideline(text))))


def drafted(question: str) -> Draft:
    found = composed(question)
    assert isinstance(found, Draft), found
    return found


def headings(draft: Draft) -> list[str]:
    return [section.heading for section in draft.sections if section.role == "answer"]


@pytest.mark.parametrize(
    ("question", "kind", "first"),
    [
        ("How is zorvic syndrome treated?", "treatment", "These treatments are listed"),
        ("tretment options zorvic syndrome", "treatment", "These treatments are listed"),
        ("What are the side effects of glimtinib?", "side_effects", "Common side effects of glim"),
        ("glimtinib side efects", "side_effects", "Common side effects of glim"),
        ("Is glimtinib safe?", "side_effects", "Common side effects of glim"),
        ("What are the symptoms of zorvic syndrome?", "symptoms", "These symptoms are listed"),
        ("Who is at risk of zorvic syndrome?", "risk", "Old age raises the risk"),
        ("Is zorvic syndrome dangerous?", "definition", "Zorvic syndrome is a rare illness"),
        ("What is zorvic syndrome?", "definition", "Zorvic syndrome is a rare illness"),
        ("What causes zorvic syndrome?", "causes", "Zorvic syndrome is caused by"),
        ("How is the lumen test done?", "procedure", "The lumen test shows how many"),
        ("How does glimtinib work?", "general", "Glimtinib blocks the vell bug."),
        ("Why does the lumen test matter?", "general", "The results of the lumen test help"),
    ],
)
def test_the_first_key_point_answers(question: str, kind: str, first: str) -> None:
    draft = drafted(question)
    assert draft.question_type == kind
    assert section_texts(draft, "key_points")[0].startswith(first)


def test_side_effects_stand_as_common_serious_and_to_be_told() -> None:
    draft = drafted("What are the side effects of glimtinib?")
    assert headings(draft) == [
        "Which side effects are seen?",
        "Which of them are serious?",
        "When to tell your team?",
    ]
    assert section_texts(draft, "answer") == section_texts(draft, "key_points")
    assert "brumab" not in str(draft).casefold()


def test_asked_of_a_kind_of_drug_the_page_first_says_which_they_are() -> None:
    draft = drafted("What side effects do vellkillers have?")
    assert section_texts(draft, "key_points")[:2] == [
        "Glimtinib and brumab are vellkillers.",
        "Common side effects of glimtinib are hiccups and blue nails.",
    ]
    assert draft.title.startswith("Vellkillers")


def test_who_asks_when_to_call_is_told_that_first() -> None:
    draft = drafted("When should I call the doctor about glimtinib?")
    assert headings(draft)[0] == "When to tell your team?"
    assert "green tongue" in section_texts(draft, "key_points")[0]


def test_treatments_stand_by_option_manner_and_choice() -> None:
    draft = drafted("How is zorvic syndrome treated?")
    assert headings(draft)[:2] == [
        "Which treatments are there?",
        "How do they work, and how are they given?",
    ]
    text = " ".join(section_texts(draft, "answer"))
    assert "Brumab with quell" in text
    assert "hiccups" not in text


def test_people_without_a_mark_are_not_told_of_as_people_with_it() -> None:
    draft = drafted("Which treatment is there for people with the tarn mark?")
    assert section_texts(draft, "answer") == ["Brumab is preferred for people with the tarn mark."]


def test_a_test_is_told_as_what_why_how_and_result() -> None:
    draft = drafted("What is the lumen test?")
    assert headings(draft) == [
        "What is done?",
        "Why is it done?",
        "How is it done?",
        "What can the result mean?",
    ]


def test_a_list_is_told_whole_and_its_lead_in_once() -> None:
    draft = drafted("What are the symptoms of zorvic syndrome?")
    assert section_texts(draft, "answer") == [
        "These symptoms are listed for zorvic syndrome: Skin: the skin turns green.",
        "Breath: the breath smells of tar.",
    ]


def test_a_remark_on_the_text_and_a_directive_are_never_quoted() -> None:
    for question in ("How is zorvic syndrome treated?", "What are the side effects of glimtinib?"):
        draft = drafted(question)
        assert "booklet" not in str(draft)
        assert "should stop" not in str(draft)


@pytest.mark.parametrize(
    "question",
    [
        "What is the outlook for zorvic syndrome?",
        "Can zorvic syndrome be prevented?",
        "What are the stages of zorvic syndrome?",
        "What are the side effects of quell?",
        "What research is there on zorvic syndrome?",
    ],
)
def test_what_is_not_told_is_refused(question: str) -> None:
    assert composed(question) == Refusal("focus-not-in-evidence")


def test_two_things_named_as_one_are_not_compared() -> None:
    text = "# Zorvic\n\nGaze and wait means that nothing is done but looking.\n"
    found = composed("What is gaze and wait?", text)
    assert isinstance(found, Draft)
    assert found.question_type == "definition"


SEEN = """# Glimtinib and brumab

In one trial, glimtinib worked for longer than brumab.

## The first trial

Hiccups were seen in 9 % of people who took glimtinib.
Hiccups were seen in 16 % of people who took brumab.

## The second trial

Rash was seen in 30 % of people who took glimtinib.

## The third trial

Rash was seen in 5 % of people who took brumab.
"""


def test_figures_of_different_groups_never_stand_side_by_side() -> None:
    found = composed("glimtinib vs brumab", SEEN)
    assert isinstance(found, Draft)
    (table,) = [b.table for s in found.sections for b in s.blocks if b.table.rows]
    assert [row.label for row in table.rows] == ["Hiccups"]
    assert section_texts(found, "key_points")[0] == (
        "In one trial, glimtinib worked for longer than brumab."
    )
