"""Which of several held subjects a question names, when their names share words."""

from __future__ import annotations

import pytest
from services.retrieval.corpus import TODAY, Desk, cll, edition

from plumbline_retrieval.found import Found
from plumbline_retrieval.intake import edition_digest

GLANDS = {
    "drell gland cancer": {
        "Symptoms": ["Drell gland cancer shows as a lump that does not hurt."],
        "Prognosis": ["The prognosis of drell gland cancer depends on its stage."],
    },
    "drell gland disorders": {
        "Symptoms": ["In drell gland disorders the mouth is dry and the cheek is swollen."],
    },
    "quandlitis": {
        "Etiology": ["Quandlitis is a swelling of the quandle that a virus brings about."],
        "Prevention": ["Washing hands prevents quandlitis."],
    },
    "clinical trials": {
        "How trials work": ["A trial compares a new treatment with the usual one."],
        "Symptoms": ["Trials write down the symptoms of everybody who takes part."],
    },
    "leukemia": {"Overview": ["Leukemia begins in the cells that make blood."]},
}


@pytest.fixture
async def glands(desk: Desk) -> Desk:
    await desk.hold(cll(), *(edition(n.replace(" ", "-"), t, disease=n) for n, t in GLANDS.items()))
    return desk


@pytest.mark.parametrize(
    ("question", "spoken_of"),
    [
        ("What are the symptoms of drell gland cancer?", "drell-gland-cancer"),
        ("What are the symptoms of drell gland disorders?", "drell-gland-disorders"),
        ("What are the symptoms of drell gland cancer in a trial?", ""),
        ("What is the outlook for drell gland cancer?", "drell-gland-cancer"),
        ("What causes quandlitis?", "quandlitis"),
        ("How to prevent quandlitis?", "quandlitis"),
        ("How many people are affected by quandlitis?", "quandlitis"),
        ("How does a trial work?", "clinical-trials"),
        ("What is leukemia?", "leukemia"),
        ("What is a complete response in chronic lymphocytic leukemia?", "cll-response"),
    ],
)
async def test_the_subject_that_is_named_speaks_alone(
    glands: Desk, question: str, spoken_of: str
) -> None:
    if not spoken_of:
        assert (await glands.refused(question)).reason == "not-in-sources"
        return
    found = await glands.found(question)
    assert {evidence.guideline_id for evidence in found.evidence} == {spoken_of}


async def test_two_diseases_in_one_question_are_not_answered_from_one(glands: Desk) -> None:
    refused = await glands.refused("Is drell gland cancer worse than quandlitis?")
    assert refused.reason == "which-disease"


async def test_what_is_written_for_the_reader_speaks_first(desk: Desk) -> None:
    for audience, text in (
        ("patient", "Zorvic syndrome is seen as small grey spots on the skin."),
        ("clinician", "Zorvic syndrome: maculae griseae; histology shows drell cells."),
    ):
        parts = edition(f"for-{audience}", {"Signs": [text]}, disease="zorvic syndrome")
        parts[0].opened.scope.audience = audience
        (closed,) = [part.closed for part in parts if part.HasField("closed")]
        passages = [p for part in parts for p in part.passages.passages]
        closed.digest = edition_digest(parts[0].opened, passages)
        await desk.hold(parts)
    for audience, asked, spoken_of in (
        ("patient", "What are the signs of Zorvic syndrome?", "for-patient"),
        ("clinician", "What are the signs of Zorvic syndrome?", "for-clinician"),
        ("patient", "What does the histology of Zorvic syndrome show?", "for-clinician"),
    ):
        found = await desk.finder.find(asked, TODAY, audience)
        assert isinstance(found, Found)
        assert found.evidence[0].guideline_id == spoken_of


async def test_a_patients_word_finds_the_word_of_the_source(lexical_desk: Desk) -> None:
    sections = {
        "Prognosis": ["How long people live depends on the stage of zorvic syndrome."],
        "Sleep": ["People with zorvic syndrome sleep well, and their stage does not matter."],
    }
    await lexical_desk.hold(edition("zorvic", sections, disease="zorvic syndrome"))
    found = await lexical_desk.found("What is the outlook in zorvic syndrome?")
    assert found.evidence[0].passage.section[-1] == "Prognosis"
