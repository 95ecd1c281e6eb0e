"""Concepts are found by all their names, and by no other word."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plumbline_clinical.lexicon import (
    KINDS,
    concept,
    concepts,
    disease_of,
    diseases_of,
    expand,
    load_lexicon,
    mentions,
    within,
)
from plumbline_clinical.readability import fk_grade_masked


def named(text: str) -> list[str]:
    return [mention.concept.id for mention in mentions(text)]


ALL_NAMES = [
    (one.id, name) for one in concepts().values() for name in (one.preferred, *one.synonyms)
]


def test_every_name_is_read_as_the_concept_it_names() -> None:
    wrong = [(one, name, named(name)) for one, name in ALL_NAMES if named(name) != [one]]
    assert wrong == []


def test_every_concept_is_of_a_known_kind_with_a_broader_one_that_exists() -> None:
    for one in concepts().values():
        assert one.kind in KINDS
        assert one.broader == "" or one.broader in concepts()
        assert one.label


def test_every_measured_thing_has_a_label_and_plain_words() -> None:
    for one in concepts().values():
        if one.kind == "slot":
            assert one.label[:1].isupper()
            assert one.plain


def test_plain_words_can_be_read_in_eighth_grade() -> None:
    hard = {
        one.id: fk_grade_masked(f"It is {one.plain}.", [])
        for one in concepts().values()
        if one.plain
    }
    assert [(one, grade) for one, grade in hard.items() if grade > 8] == []


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("What is PR vs CR in CLL?", ["partial-response", "complete-response", "cll"]),
        ("what is cr in cll", ["complete-response", "cll"]),
        ("complete remission", ["complete-response"]),
        (
            "CRi, nPR and PR-L",
            [
                "complete-response-incomplete-marrow",
                "nodular-partial-response",
                "partial-response-lymphocytosis",
            ],
        ),
        ("uMRD or detectable MRD", ["undetectable-mrd", "detectable-mrd"]),
        ("Haemoglobin and hemoglobin", ["haemoglobin", "haemoglobin"]),
        ("Lymph-nodes, swollen lymph nodes", ["lymph-nodes", "lymph-nodes"]),
        ("thrombocytes", ["platelets"]),
        ("circulating lymphocytes", ["blood-lymphocytes"]),
        ("constitutional symptoms", ["symptoms"]),
        ("the liver and spleen", ["spleen-liver"]),
        ("the spleen", ["spleen"]),
        ("unmutated IGHV, mutated IGHV", ["ighv-unmutated", "ighv-mutated"]),
        ("del(17p) or del(11q)", ["del17p", "del11q"]),
        ("17p deletion", ["del17p"]),
        ("Rai III and Rai stage 3", ["rai-3", "rai-3"]),
        ("Binet stage A", ["binet-a"]),
        ("a binet a day", ["binet"]),
        ("CLL-IPI", ["cll-ipi"]),
        ("non-Hodgkin's lymphoma", ["non-hodgkin-lymphoma"]),
        ("non-covalent BTK inhibitors", ["non-covalent-btk-inhibitor"]),
        ("live vaccines and inactivated vaccines", ["live-vaccine", "inactivated-vaccine"]),
        ("biopsies", ["biopsy"]),
        ("fish oil", []),
        ("my pet is in a cat scan", ["ct-scan"]),
        ("pr. cr", ["partial-response", "complete-response"]),
        ("bone. marrow", ["bone-marrow"]),
        ("all people", []),
        ("are ALL of the symptoms gone", ["symptoms"]),
        ("is ALL like AML", ["acute-lymphoblastic-leukaemia", "acute-myeloid-leukaemia"]),
        ("WHAT ARE ALL THE SIDE EFFECTS", []),
        ("approach", []),
    ],
)
def test_names_are_found_and_ordinary_words_are_not(text: str, expected: list[str]) -> None:
    assert named(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("What is CLL?", "cll"),
        ("What is small lymphocytic lymphoma?", "cll"),
        ("Can I get skin cancer with CLL?", "cll"),
        ("What is a complete response in follicular lymphoma?", "follicular-lymphoma"),
        ("Hodgkin lymphoma staging", "hodgkin-lymphoma"),
        ("Is CML treated with tablets?", "chronic-myeloid-leukaemia"),
        ("breast cancer remission", "breast-cancer"),
        ("cancer of the ovary", "ovarian-cancer"),
        ("myeloma drugs", "multiple-myeloma"),
        ("bowel cancer", "colorectal-cancer"),
        ("kidney cancer", "kidney-cancer"),
        ("What is leukaemia?", None),
        ("Does the cancer come back?", None),
        ("What is a partial response?", None),
        ("Are all people treated?", None),
    ],
)
def test_the_disease_of_a_question_is_known(text: str, expected: str | None) -> None:
    disease = disease_of(text)
    assert (disease.id if disease else None) == expected


def test_every_disease_of_a_text_is_listed_once() -> None:
    text = "CLL, melanoma, CLL and cancer"
    assert [disease.id for disease in diseases_of(text)] == ["cll", "melanoma"]


def test_a_kind_of_a_thing_is_within_it() -> None:
    assert within(concept("ibrutinib"), "btk-inhibitor")
    assert within(concept("sll"), "cll")
    assert not within(concept("cll"), "sll")


def test_other_names_of_what_is_mentioned_are_offered() -> None:
    names = expand("What is PR?")
    assert "partial response" in names
    assert "partial remission" in names
    assert "PR" not in names
    assert "Hb" in expand("haemoglobin")


@given(st.lists(st.sampled_from([name for _, name in ALL_NAMES]), max_size=6))
def test_mentions_never_overlap_and_stand_where_they_say(names: list[str]) -> None:
    text = "; ".join(names)
    position = 0
    for mention in mentions(text):
        assert position <= mention.start < mention.end <= len(text)
        position = mention.end


def test_an_id_that_is_there_twice_is_refused(tmp_path: Path) -> None:
    row = '[[block.concept]]\nid = "x"\npreferred = "x"\n'
    path = tmp_path / "lexicon.toml"
    path.write_text(
        'subject = "x"\ngeneric = []\nnumeral_labels = []\nno_direction = []\n'
        f'[[block]]\nkind = "test"\nsource = "none"\n{row}{row}',
        "utf-8",
    )
    with pytest.raises(ValueError, match="twice"):
        load_lexicon(path)
