"""What a page holds, in which order, and what each sentence of it rests on."""

from __future__ import annotations

import asyncio

import pytest
from services.generation.guidelines import (
    Guideline,
    claim_texts,
    retrieved,
    section_texts,
    table_of,
)
from services.generation.invented import BY_MEASURE, LABELLED_LISTS, SECTIONS, TABLE, WAYS

from plumbline.generation.v1.events_pb2 import Draft
from plumbline.ingest.v1.events_pb2 import LicencePolicy
from plumbline.retrieval.v1.events_pb2 import EvidenceRetrieved
from plumbline_generation.composer import Refusal
from plumbline_generation.extractive import ExtractiveComposer
from plumbline_generation.extractive.glue import TEMPLATE_IDS

COMPARISON = "What is the difference between a full response and a half response?"
DEFINITION = "What is a full response?"
GENERAL = "What is the glim count for a half response?"
COMPOSER = ExtractiveComposer()


def drafted(evidence: EvidenceRetrieved) -> Draft:
    found = asyncio.run(COMPOSER.compose(evidence))
    assert isinstance(found, Draft), found
    return found


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("question", [COMPARISON, DEFINITION, GENERAL])
def test_every_claim_is_its_quotes_joined_by_one_space(way: str, question: str) -> None:
    evidence = retrieved(question, Guideline(WAYS[way]))
    texts = {found.passage.occurrence_id: found.passage.text for found in evidence.evidence}
    draft = drafted(evidence)
    used: set[str] = set()
    for section in draft.sections:
        for block in section.blocks:
            used.update(block.claims.claims)
            used.update(claim for row in block.table.rows for c in row.cells for claim in c.claims)
            if block.WhichOneof("block") == "template":
                assert block.template.template_id in TEMPLATE_IDS
    assert used == {claim.id for claim in draft.claims}
    assert [claim.id for claim in draft.claims] == [f"c{n + 1}" for n in range(len(used))]
    for claim in draft.claims:
        quotes = [texts[c.occurrence_id][c.start : c.end] for c in claim.citations]
        assert claim.verbatim
        assert claim.text == " ".join(quotes)


def test_a_comparison_has_its_parts_in_order() -> None:
    draft = drafted(retrieved(COMPARISON, Guideline(SECTIONS)))
    assert [section.role for section in draft.sections] == [
        "key_points",
        "definition",
        "comparison",
        "why",
        "context",
        "questions",
        "own_case",
        "gaps",
    ]
    assert section_texts(draft, "key_points") == [
        "A full response means that no sign of zorvic is left.",
        "A half response means that the zorvic has shrunk but some is left.",
        "A full response does not mean that zorvic is cured.",
    ]
    assert "The lumen test is separate from the response." in section_texts(draft, "context")
    assert section_texts(draft, "why") == ["The result helps the team plan the next step."]
    assert "A full response must last for at least 6 weeks." in section_texts(draft, "definition")
    assert list(draft.not_stated) == ["What it means for how long a person lives"]


def test_a_definition_lists_the_marks_of_its_term_and_of_no_other() -> None:
    draft = drafted(retrieved(DEFINITION, Guideline(SECTIONS)))
    assert section_texts(draft, "answer") == [
        "The glim count is below 4 zu/L.",
        "No vell is wider than 2 cm.",
        "The tarn score is 0.",
    ]
    assert "30 %" not in str(draft)


def test_a_general_question_is_answered_from_its_own_section() -> None:
    draft = drafted(retrieved(GENERAL, Guideline(SECTIONS)))
    assert draft.question_type == "general"
    assert section_texts(draft, "answer") == ["The glim count has fallen by at least 30 %."]


def test_how_long_is_answered_by_a_quantity() -> None:
    draft = drafted(retrieved("How long must a full response last?", Guideline(SECTIONS)))
    assert section_texts(draft, "key_points") == ["A full response must last for at least 6 weeks."]


def test_an_item_carries_a_lead_in_that_holds_a_condition() -> None:
    glim = table_of(drafted(retrieved(COMPARISON, Guideline(LABELLED_LISTS))))["Glim count"]
    assert glim == [
        ["below 4 zu/L"],
        ["A half response means at least two of these: Glim count: fallen by at least 30 %"],
    ]


def test_a_cell_outside_our_table_carries_its_headers() -> None:
    draft = drafted(retrieved(COMPARISON, Guideline(TABLE)))
    assert section_texts(draft, "key_points") == [
        "Full response Glim count below 4 zu/L",
        "Half response Glim count fallen by at least 30 %",
    ]


def test_a_sentence_whose_subject_stands_in_a_heading_stays_in_its_row() -> None:
    draft = drafted(retrieved(COMPARISON, Guideline(BY_MEASURE)))
    texts = set(section_texts(draft, "key_points") + section_texts(draft, "context"))
    assert not any(", it " in text for text in texts)


def test_a_pronoun_brings_the_sentence_it_points_at() -> None:
    text = (
        "# Zorvic\n\nA full response is the best result. It must last for at least 6 weeks.\n\n"
        "These are rare.\n"
    )
    draft = drafted(retrieved(DEFINITION, Guideline(text)))
    assert "A full response is the best result. It must last for at least 6 weeks." in (
        claim_texts(draft).values()
    )
    assert "These are rare." not in claim_texts(draft).values()


def test_one_sentence_about_both_stands_in_both_cells() -> None:
    both = (
        "The glim count is below 4 zu/L in a full response and has fallen by at least 30 % in a "
        "half response."
    )
    draft = drafted(retrieved(COMPARISON, Guideline(f"# Zorvic\n\n{both}\n")))
    assert table_of(draft) == {"Glim count": [[both], [both]]}
    (claim,) = draft.claims
    assert claim.text == both


def test_a_longer_name_is_another_category() -> None:
    text = SECTIONS.replace("Stable zorvic", "Near full response").replace(
        "## Near full response\n", "## Near full response\n\nA near full response is rare.\n"
    )
    table = table_of(drafted(retrieved(COMPARISON, Guideline(text))))
    assert not any("changed" in t for cells in table.values() for cell in cells for t in cell)


def test_two_editions_of_one_guideline_never_mix() -> None:
    old = Guideline(SECTIONS.replace("4 zu/L", "9 zu/L"), version="2020")
    old.effective_date = "2020-01-31"
    draft = drafted(retrieved(COMPARISON, old, Guideline(SECTIONS)))
    assert "4 zu/L" in str(draft)
    assert "9 zu/L" not in str(draft)


def test_two_diseases_never_mix() -> None:
    other = Guideline(
        SECTIONS.replace("zorvic", "brumox").replace("4 zu/L", "9 zu/L"),
        id="brumox",
        disease="brumox syndrome",
        disease_label="Brumox syndrome",
    )
    first = drafted(retrieved(COMPARISON, Guideline(SECTIONS), other))
    asked = drafted(retrieved(COMPARISON, Guideline(SECTIONS), other, disease="brumox syndrome"))
    assert first.category == "Zorvic syndrome"
    assert "9 zu/L" not in str(first)
    assert asked.category == "Brumox syndrome"
    assert "4 zu/L" not in str(asked)


def test_a_licence_is_kept() -> None:
    forbidden = Guideline(SECTIONS, policy=LicencePolicy(may_index=True))
    assert asyncio.run(COMPOSER.compose(retrieved(COMPARISON, forbidden))) == Refusal(
        "no-usable-evidence"
    )
    policy = LicencePolicy(may_index=True, may_generate_from=True, may_quote_words=12)
    draft = drafted(retrieved(COMPARISON, Guideline(SECTIONS, policy=policy)))
    words: dict[str, set[tuple[int, int]]] = {}
    for claim in draft.claims:
        for place in claim.citations:
            words.setdefault(place.occurrence_id, set()).add((place.start, place.end))
    texts = {
        found.passage.occurrence_id: found.passage.text for found in Guideline(SECTIONS).evidence()
    }
    for occurrence, ranges in words.items():
        quoted = " ".join(texts[occurrence][start:end] for start, end in ranges)
        assert len(quoted.split()) <= 12


def test_a_demonstration_is_said_to_be_one() -> None:
    always = ["general-information", "made-by-software", "not-clinician-read"]
    shown = drafted(retrieved(DEFINITION, Guideline(SECTIONS)))
    real = drafted(retrieved(DEFINITION, Guideline(SECTIONS, demonstration=False)))
    assert list(shown.notice_ids) == [*always, "demonstration"]
    assert list(real.notice_ids) == always


def test_the_composer_names_itself_and_its_rules() -> None:
    made_by = drafted(retrieved(DEFINITION, Guideline(SECTIONS))).made_by
    assert (made_by.kind, made_by.name) == ("extractive", "composer/extractive")
    assert len(bytes.fromhex(made_by.rules_sha256)) == 32
    assert made_by == ExtractiveComposer().made_by
