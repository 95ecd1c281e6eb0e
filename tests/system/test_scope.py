"""The same rows however it is asked; nothing from another disease; nothing outside the corpus."""

import shutil
from pathlib import Path

import pytest
from system.conftest import GUIDELINES, SEED
from system.contract import check_published
from system.served import Served, served, table_of

pytestmark = pytest.mark.slow

PHRASINGS = [
    "What is complete response vs partial response in CLL treatment?",
    "CR vs PR in CLL",
    "PR versus CR chronic lymphocytic leukaemia",
    "difference between a partial and a complete remission in CLL",
    "Whats the diffrence between partial respones and complete response in CLL",
    "How does partial remission differ from complete remission in chronic lymphocytic leukemia?",
    "compare complete response with partial response, CLL",
    "In CLL, is a partial response the same as a complete response?",
    "partial or complete response in CLL: what do they mean?",
    "What is the difference between complete and partial response in CLL treatment?",
]

OUTSIDE = [
    "What is the best treatment for breast cancer?",
    "What is complete response vs partial response in Hodgkin lymphoma?",
    "What is complete response in lung cancer?",
    "Is car insurance more expensive with CLL?",
    "What is frobnicatinib?",
    "What is complete response in blorpitis?",
    "How is CLL treated in dogs?",
    "Who won the football world cup?",
    "What does a kidney transplant involve?",
    "What is the difference between aspirin and paracetamol?",
]


@pytest.mark.parametrize("question", PHRASINGS)
def test_ten_phrasings_fill_the_same_rows(plumbline: Served, question: str) -> None:
    wanted = {
        slot: {_side(c): t for c, t in row.items()}
        for slot, row in table_of(plumbline.ask(SEED)).items()
    }
    answer = plumbline.ask(question)
    assert answer["status"] == "published", answer["reason"]
    found = {slot: {_side(c): t for c, t in row.items()} for slot, row in table_of(answer).items()}
    assert found == wanted


def _side(column: str) -> str:
    (side,) = [side for side in ("complete", "partial") if side in column.lower()]
    return side


@pytest.mark.parametrize(
    "question",
    ["What is complete response in multiple myeloma?", "complete remission in myeloma meaning"],
)
def test_a_response_in_myeloma_never_rests_on_cll(plumbline: Served, question: str) -> None:
    answer = plumbline.ask(question)
    check_published(answer)
    assert {p["guideline_id"] for p in answer["passages"]} == {"myeloma-response"}


@pytest.mark.parametrize("question", OUTSIDE)
def test_a_question_outside_the_corpus_is_never_answered(plumbline: Served, question: str) -> None:
    answer = plumbline.ask(question)
    assert answer["status"] == "not_covered"
    assert answer["reason"]["what_to_do"]
    assert not answer["claims"]
    page = plumbline.get(answer["url"].removeprefix(plumbline.url))
    assert page.status_code == 200
    assert question not in page.text


def test_a_line_taken_out_of_the_corpus_is_named_as_not_stated(tmp_path: Path) -> None:
    copy = tmp_path / "guidelines"
    shutil.copytree(GUIDELINES, copy)
    for document in copy.rglob("*.md"):
        lines = document.read_text().splitlines(keepends=True)
        document.write_text(
            "".join(line for line in lines if "≥100 × 10<sup>9</sup>/L." not in line)
        )
    with served(tmp_path / "home", copy) as server:
        answer = server.ask(SEED)
        check_published(answer)
        row = table_of(answer)["platelets"]
        assert [texts for column, texts in row.items() if "omplete" in column] == [[]]
        assert any("latelets" in gap for gap in answer["not_stated"])
        page = server.get(answer["url"].removeprefix(server.url)).text
        assert "ot in our sources" in page or "ot stated in our sources" in page
