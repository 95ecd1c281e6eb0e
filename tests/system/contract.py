"""What anyone may assert of a published answer (the contract for machines), in one place."""

from __future__ import annotations

import hashlib
import re
from typing import Any

from plumbline_clinical.quantities import numbers
from plumbline_pages import claim_texts, collapse, visible_text

ROLES = {
    "key_points",
    "answer",
    "definition",
    "comparison",
    "why",
    "context",
    "questions",
    "own_case",
    "gaps",
}


def check_published(answer: dict[str, Any]) -> None:
    """Assert every promise that needs the object alone."""
    assert answer["schema"] == "plumbline.answer/1"
    assert answer["status"] == "published"
    assert re.fullmatch(r"[0-9a-f]{32}", answer["answer_id"])
    assert answer["claims"]
    passages = {p["id"]: p for p in answer["passages"]}
    for passage in passages.values():
        _check_passage(passage)
    for claim in answer["claims"]:
        _check_claim(claim, passages)
    _check_sections(answer)
    cited = {c["passage"] for claim in answer["claims"] for c in _all_citations(claim)}
    assert cited == set(passages), "passages lists exactly what is cited"


def _all_citations(claim: dict[str, Any]) -> list[dict[str, Any]]:
    return [*claim["citations"], *claim.get("also", [])]


def _check_passage(passage: dict[str, Any]) -> None:
    text = passage["text"]
    assert hashlib.sha256(text.encode()).hexdigest() == passage["text_sha256"]
    assert passage["end"] - passage["start"] == len(text)
    assert passage["edition_status"] == "current"


def _check_claim(claim: dict[str, Any], passages: dict[str, dict[str, Any]]) -> None:
    assert claim["citations"], claim["id"]
    for citation in _all_citations(claim):
        text = passages[citation["passage"]]["text"]
        assert text[citation["start"] : citation["end"]] == citation["quote"]
    quotes = [c["quote"] for c in claim["citations"]]
    if claim["kind"] == "verbatim":
        assert claim["text"] == " ".join(quotes)
    stated = {n for quote in quotes for n in numbers(quote)}
    assert set(numbers(claim["text"])) <= stated


def _check_sections(answer: dict[str, Any]) -> None:
    used: set[str] = set()
    for section in answer["sections"]:
        assert section["role"] in ROLES
        for block in section["blocks"]:
            assert block["kind"] in ("claims", "table", "template")
            used |= set(block.get("claims", []))
            for row in block.get("rows", []):
                assert len(row["cells"]) == len(block["columns"])
                for cell in row["cells"]:
                    assert cell.get("claims") or cell.get("not_stated") is True
                    used |= set(cell.get("claims", []))
    assert used == {c["id"] for c in answer["claims"]}


def check_page(page: bytes, answer: dict[str, Any]) -> None:
    """Assert that the page says every claim, in the words that were reviewed."""
    reviewed = {c["id"]: collapse(c["text"]) for c in answer["claims"]}
    shown = claim_texts(page)
    assert {claim_id for claim_id, _ in shown} == set(reviewed)
    assert all(reviewed[claim_id] == text for claim_id, text in shown)
    seen = visible_text(page)
    # Between a claim's words stand its markers, so whole claims are looked for without them.
    assert all(text.split()[0] in seen for text in reviewed.values())


def same_answer(one: dict[str, Any], other: dict[str, Any]) -> bool:
    """Whether two objects are the same but for addresses, the question and how it was made."""
    return bool(_stripped(one) == _stripped(other))


def _stripped(thing: Any) -> Any:
    if isinstance(thing, dict):
        left = {"url", "question", "provenance", "links"}
        return {k: _stripped(v) for k, v in thing.items() if k not in left}
    return [_stripped(part) for part in thing] if isinstance(thing, list) else thing
