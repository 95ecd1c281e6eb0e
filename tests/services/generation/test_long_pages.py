"""Pages as public bodies write them: long, with sentences for headings, lists in lists, stages."""

from __future__ import annotations

import asyncio

import pytest
from services.generation.guidelines import Guideline, retrieved, section_texts

from plumbline.generation.v1.events_pb2 import Draft
from plumbline_generation.composer import Refusal
from plumbline_generation.extractive import ExtractiveComposer
from plumbline_generation.extractive.reading import read_tokens

COMPOSER = ExtractiveComposer()

PAGE = """# General information about zorvic syndrome

## Key points

- Zorvic syndrome is a rare disease of the skin.
- Certain things affect the chance of recovery.

## Old age and dust can affect the risk of zorvic syndrome.

Anything that raises the chance of a disease is called a risk factor.

Risk factors for zorvic syndrome include the following:

- Being older.
- Breathing dust.

## Certain things affect prognosis (chance of recovery).

The prognosis depends on how much skin is green.

# Treatment options by stage

## Stage 0 zorvic syndrome

Treatment of stage 0 zorvic syndrome is usually watching.

## Stage I zorvic syndrome

Treatment of stage I zorvic syndrome may include the following:

- Glimtinib.
- Skin wash.

## Stage II zorvic syndrome

Treatment of stage II zorvic syndrome may include the following:

- Brumab.

# About lumen therapy

Lumen therapy is a treatment that uses light.
Treatment with lumen therapy is given in spring.

# Changes to this summary

Zorvic syndrome was updated in this summary.
"""


def composed(question: str, text: str = PAGE) -> Draft | Refusal:
    return asyncio.run(COMPOSER.compose(retrieved(question, Guideline(text))))


def key_points(question: str, text: str = PAGE) -> list[str]:
    found = composed(question, text)
    assert isinstance(found, Draft), found
    return section_texts(found, "key_points")


@pytest.mark.parametrize(
    ("question", "first"),
    [
        ("What is zorvic syndrome?", "Zorvic syndrome is a rare disease of the skin."),
        ("Who is at risk of zorvic syndrome?", "Risk factors for zorvic syndrome include"),
        ("What is the outlook for zorvic syndrome?", "The prognosis depends on"),
        ("What is lumen therapy?", "Lumen therapy is a treatment that uses light."),
        ("What is lumen therapy and how is it given?", "Lumen therapy is a treatment"),
    ],
)
def test_the_first_key_point_answers(question: str, first: str) -> None:
    assert key_points(question)[0].startswith(first)


@pytest.mark.parametrize(("stage", "treated"), [("0", "watching"), ("I", "Glim"), ("II", "Brumab")])
def test_the_treatment_of_one_stage_is_never_that_of_another(stage: str, treated: str) -> None:
    found = composed(f"How is stage {stage} zorvic syndrome treated?")
    assert isinstance(found, Draft)
    said = " ".join(claim.text for claim in found.claims)
    assert treated in said
    others = {"watching", "Glim", "Brumab"} - {treated}
    assert not any(other in said for other in others)


def test_a_step_of_a_scale_is_no_pronoun() -> None:
    numerals = [word.names for word in read_tokens("stages 0 and I") if word.text == "I"]
    pronouns = [word.names for word in read_tokens("what can I do") if word.text == "I"]
    assert (numerals, pronouns) == ([True], [False])


def test_one_thing_under_two_names_is_not_compared_with_itself() -> None:
    found = composed("What is lumen therapy and why is it used?")
    assert isinstance(found, Draft)
    assert found.question_type == "definition"


def test_a_page_is_read_in_two_minutes_and_its_lists_to_their_end() -> None:
    items = "\n".join(f"- Test {at}: a nurse looks at part {at} of the skin." for at in range(20))
    tests = f"The following tests are done for zorvic syndrome:\n\n{items}\n\n"
    more = " ".join(f"A test of zorvic syndrome also uses lamp number {at}." for at in range(60))
    found = composed(
        "How is zorvic syndrome diagnosed?", f"# Zorvic syndrome\n\n## Tests\n\n{tests}{more}\n"
    )
    assert isinstance(found, Draft)
    answer = " ".join(section_texts(found, "answer"))
    assert 100 < len(answer.split()) < 450
    assert ("part 19" in answer) == ("part 0" in answer)
    assert all(len(text.split()) <= 80 for text in section_texts(found, "key_points"))


def test_what_the_document_says_of_itself_is_not_quoted() -> None:
    found = composed("What is zorvic syndrome?")
    assert isinstance(found, Draft)
    assert not any("updated" in claim.text for claim in found.claims)
