"""Which of several held subjects a question names, when their names share words."""

from __future__ import annotations

import pytest
from services.retrieval.corpus import Desk, cll, edition

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
