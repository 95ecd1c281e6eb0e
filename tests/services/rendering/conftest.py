"""A reviewed answer such as safety_review signs, and the keys of a home."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from typing import Any

import pytest
import rfc8785

from plumbline.common.v1.common_pb2 import Cause, Run
from plumbline.safety_review.v1.events_pb2 import AnswerReviewed
from plumbline_tlog.dsse import sign
from plumbline_tlog.note import Signer, new_signer

ANSWER_ID = "53e8df32ef6c5f2e8688a91462c32a04"
Json = dict[str, Any]
Reviewed = Callable[..., AnswerReviewed]

SECTIONS = {
    "A": (
        ["Response", "Complete response, group A"],
        "No lymph node measures 1.5 cm or more. The spleen measures less than 13 cm and the liver "
        "is normal in size. There are no constitutional symptoms. The number of lymphocytes in the "
        "blood is normal. Group B, the counts made by the bone marrow, is set out below.",
    ),
    "B": (
        ["Response", "Complete response, group B"],
        "The platelet count is ≥100 × 10⁹/L. Haemoglobin is 11.0 g/dL or more, without a "
        "transfusion or erythropoietin. The bone marrow has a normal number of cells, with no CLL "
        "cells.",
    ),
    "C": (
        ["Response", "Partial response"],
        "Lymph nodes are smaller by 50% or more. Swelling of the spleen and liver is down by 50% "
        "or more. Lymphocytes in the blood are down by 50% or more. Haemoglobin is 11 g/dL or "
        "more, or up by 50% or more.",
    ),
    "D": (
        ["Residual disease"],
        "MRD tests look for CLL cells that the standard checks do not show. They can find one cell "
        "in 10,000, which is written 10⁻⁴. A complete response is not the same as eradication of "
        "the disease. MRD status is distinct from the standard response groups and adds to them.",
    ),
}

ROWS = [
    ("lymph_nodes", "Lymph nodes", ("A", "No lymph node"), ("C", "Lymph nodes")),
    ("spleen", "Spleen and liver", ("A", "The spleen"), ("C", "Swelling")),
    ("symptoms", "General symptoms", ("A", "There are no"), None),
    ("lymphocytes", "Lymphocytes in blood", ("A", "The number"), ("C", "Lymphocytes")),
    ("platelets", "Platelets", ("B", "The platelet"), None),
    ("haemoglobin", "Haemoglobin", ("B", "Haemoglobin"), ("C", "Haemoglobin")),
    ("marrow", "Bone marrow", ("B", "The bone marrow"), None),
]


class Draft:
    """Builds content by naming passages and how a quoted sentence begins."""

    def __init__(self) -> None:
        self.claims: list[Json] = []
        self.passages: dict[str, Json] = {}

    def passage(self, key: str) -> Json:
        section, text = SECTIONS[key]
        if key not in self.passages:
            place = 1000 * (1 + len(self.passages))
            self.passages[key] = {
                "id": f"p{len(self.passages) + 1}",
                "occurrence_id": f"00000000-0000-5000-8000-00000000000{len(self.passages)}",
                "passage_id": hashlib.sha256(text.encode()).hexdigest()[:32],
                "guideline_id": "cll-mrd" if key == "D" else "cll-response",
                "title": "Residual disease in CLL" if key == "D" else "Measuring response in CLL",
                "publisher": "Demonstration",
                "version": "2021" if key == "D" else "2018",
                "effective_date": "2021-11-01" if key == "D" else "2018-06-21",
                "licence": "CC-BY-4.0",
                "demonstration": True,
                "based_on": "the guidance of an expert panel, in our own words",
                "section": section,
                "start": place,
                "end": place + len(text),
                "text": text,
                "text_sha256": hashlib.sha256(text.encode()).hexdigest(),
                "scope": {"disease": "cll"},
            }
        return self.passages[key]

    def claim(self, *quoted: tuple[str, str], text: str = "", verdict: str = "verbatim") -> str:
        citations = []
        for key, beginning in quoted:
            passage = self.passage(key)
            start = passage["text"].index(beginning)
            stop = passage["text"].find(". ", start)
            end = len(passage["text"]) if stop < 0 else stop + 1
            quote = passage["text"][start:end]
            citations.append({"passage": passage["id"], "start": start, "end": end, "quote": quote})
        claim_id = f"c{len(self.claims) + 1}"
        joined = " ".join(c["quote"] for c in citations)
        self.claims.append(
            {
                "id": claim_id,
                "text": text or joined,
                "kind": "composed" if text else "verbatim",
                "verdict": verdict,
                "citations": citations,
            }
        )
        return claim_id


def _section(role: str, heading: str, *blocks: Json) -> Json:
    return {"id": role, "role": role, "heading": heading, "blocks": list(blocks)}


def _claims(*claims: str, label: str = "") -> Json:
    return {"kind": "claims", "claims": list(claims), **({"label": label} if label else {})}


def _template(template_id: str, *lines: str) -> Json:
    return {"kind": "template", "template_id": template_id, "text": "\n".join(lines)}


def _cell(draft: Draft, quoted: tuple[str, str] | None) -> Json:
    return {"claims": [draft.claim(quoted)]} if quoted else {"not_stated": True}


def build_content() -> Json:
    """The whole answer to a comparison, with everything that a page can show."""
    draft = Draft()
    complete = draft.claim(
        *(("A", beginning) for beginning in ("No lymph", "There are no", "The number")),
        text="No lymph node measures 1.5 cm or more, there are no constitutional symptoms, and the "
        "number of lymphocytes in the blood is normal.",
        verdict="supported",
    )
    partial = draft.claim(
        ("C", "Lymph nodes"),
        ("B", "The bone marrow"),
        text="Lymph nodes are smaller by 50% or more; the bone marrow need not have a normal "
        "number of cells.",
        verdict="supported",
    )
    cured = draft.claim(("D", "A complete"))
    look, find, distinct = (draft.claim(("D", b)) for b in ("MRD tests", "They can", "MRD status"))
    sections = [
        _section(
            "key_points",
            "In short",
            _claims(complete, label="Complete response"),
            _claims(partial, label="Partial response"),
            _claims(cured, label="Complete, or cured?"),
            _template("next-step", "A next step: ask your team which tests showed it."),
        ),
        _section(
            "definition",
            "What the words mean",
            _claims(complete, label="Complete response"),
            _claims(partial, label="Partial response"),
        ),
        _section(
            "comparison",
            "Side by side",
            {
                "kind": "table",
                "columns": ["Complete response", "Partial response"],
                "rows": [
                    {"slot": slot, "label": label, "cells": [_cell(draft, a), _cell(draft, b)]}
                    for slot, label, a, b in ROWS
                ],
            },
        ),
        _section("why", "Why it matters", _claims(look, find, distinct, cured)),
        _section(
            "questions",
            "Questions to ask your oncologist",
            _template(
                "questions",
                "Which response do I have now, and which tests showed it?",
                "Which rules did you use, and from which year?",
                "When will this be checked again?",
            ),
        ),
        _section("own_case", "Your own case", _template("own-case", "Guidance on it is planned.")),
        _section(
            "gaps",
            "What our sources do not say",
            _template("gaps-lead", "We looked for these and did not find them. We do not guess."),
        ),
    ]
    checks = [{"id": f"GR-{n}", "version": "1", "verdict": "pass"} for n in range(31)]
    return {
        "schema": "plumbline.content/1",
        "title": "What is partial response vs complete response in CLL?",
        "category": "CLL",
        "question_type": "comparison",
        "audience": "patient",
        "locale": "en",
        "scope": {"disease": "cll", "disease_label": "CLL"},
        "notices": [
            {"id": "general-information", "text": "General information, not advice about you."},
            {"id": "made-by-software", "text": "Written by software from guidelines."},
            {"id": "demonstration", "text": "This is a demonstration. Do not use it for care."},
        ],
        "sections": sections,
        "claims": draft.claims,
        "passages": list(draft.passages.values()),
        "not_stated": ["General symptoms in a partial response", "Platelets in a partial response"],
        "made_by": {
            "kind": "extractive",
            "name": "extractive composer",
            "version": "1",
            "rules_sha256": "0" * 64,
            "model": None,
            "prompt_sha256": None,
        },
        "retrieval": {"mode": "lexical", "embedding_model": None, "corpus_digest": "0" * 64},
        "readability": {"fk_grade_masked": 7.4},
        "checks": checks,
        "policy": {"version": "1", "sha256": "1" * 64},
    }


@pytest.fixture
def content() -> Json:
    return build_content()


@pytest.fixture(scope="session")
def review_signer() -> Signer:
    return new_signer("plumbline/review")


@pytest.fixture(scope="session")
def render_signer() -> Signer:
    return new_signer("plumbline/render")


@pytest.fixture
def reviewed(review_signer: Signer) -> Reviewed:
    """Makes the message for some content; keywords overwrite members of the signed review."""

    def make(content: Json, signer: Signer = review_signer, **signed: Any) -> AnswerReviewed:
        body = rfc8785.dumps(content)
        payload = {
            "answer_id": ANSWER_ID,
            "revision": 2,
            "content_sha256": hashlib.sha256(body).hexdigest(),
            "policy_sha256": content["policy"]["sha256"],
            "checks_sha256": hashlib.sha256(rfc8785.dumps(content["checks"])).hexdigest(),
            "verdict": "pass",
            **signed,
        }
        kind = "application/vnd.plumbline.review+json"
        return AnswerReviewed(
            run=Run(answer_id=ANSWER_ID, revision=2, cause=Cause(kind="asked")),
            content=body,
            review=sign(rfc8785.dumps(payload), kind, signer),
            published_at="2026-11-22T10:00:00Z",
            attempt=1,
        )

    return make


@pytest.fixture
def as_bytes() -> Callable[[Json], bytes]:
    return lambda content: json.dumps(content).encode()
