"""Our fixed words: plain, calm, and free of facts."""

from __future__ import annotations

import re

from plumbline_clinical.lexicon import mentions
from plumbline_clinical.quantities import numbers
from plumbline_clinical.readability import fk_grade_masked
from plumbline_safety_review.catalogue import load_catalogue

NOTICES = ["general-information", "made-by-software", "not-clinician-read", "demonstration"]
TEMPLATES = {
    "next-step": set(),
    "questions-comparison": {"x", "y"},
    "questions-definition": {"x"},
    "questions-general": set(),
    "questions-treatment": set(),
    "questions-side-effects": set(),
    "questions-procedure": set(),
    "own-case": set(),
    "gaps-lead": set(),
    "gaps-none": set(),
}


def texts() -> list[str]:
    catalogue = load_catalogue()
    return [
        *(notice.text for notice in catalogue.notices.values()),
        *(
            line
            for template in catalogue.templates.values()
            for line in template.filled({"x": "this", "y": "that"}).split("\n")
        ),
    ]


def test_every_notice_and_template_has_its_id_and_places() -> None:
    catalogue = load_catalogue()
    assert list(catalogue.notices) == NOTICES
    assert {one.id: one.places for one in catalogue.templates.values()} == TEMPLATES


def test_our_words_are_easy_to_read() -> None:
    assert fk_grade_masked(" ".join(texts()), []) <= 8


def test_our_words_state_no_clinical_fact() -> None:
    for text in texts():
        assert not numbers(text)
        assert not mentions(text)
        assert "!" not in text


def test_question_templates_are_questions() -> None:
    for template in load_catalogue().templates.values():
        if template.id.startswith("questions-"):
            assert all(re.search(r"\?$", line) for line in template.text.split("\n"))
            assert len(template.text.split("\n")) == 5
