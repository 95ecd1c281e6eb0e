"""Every page of the library of pages, made from plain words or from hostile ones."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from plumbline_pages import (
    Call,
    Edition,
    FieldError,
    Operation,
    PassageText,
    Proof,
    Record,
    Seal,
    Searched,
    StageTime,
    Stale,
    Topic,
    UrgentCard,
    UsedIn,
    docs,
    failed,
    guideline,
    home,
    library,
    not_covered,
    not_found,
    passage,
    progress,
    record,
    refused,
    stale_banner,
    steps,
    urgent_card,
    withheld,
)

ANSWER_ID = "53e8df32ef6c5f2e8688a91462c32a04"
Pages = Callable[[str], dict[str, str]]


def make_content(words: str) -> dict[str, Any]:
    """Reviewed content with `words` in every field that takes text."""
    w, length = words, len(words)
    passage = {
        **dict.fromkeys(("occurrence_id", "title", "publisher", "version", "licence"), w),
        **dict.fromkeys(("guideline_id", "effective_date", "based_on", "text"), w),
        "id": "p1",
        "demonstration": True,
        "section": [w, w],
        "start": 3,
        "end": 3 + length,
        "text_sha256": w,
    }
    cited = {"passage": "p1", "start": 0, "end": max(1, length // 2), "quote": w}
    claim = {"text": w, "kind": w, "verdict": "repaired", "citations": [cited], "also": [cited]}
    row = {"slot": w, "label": w, "cells": [{"claims": ["c2"]}, {"not_stated": True}]}
    return {
        "title": w,
        "audience": w,
        "locale": w,
        "notices": [{"id": w, "text": w}],
        "sections": [
            {"blocks": [{"kind": "claims", "label": w, "claims": ["c1"]}]},
            {"blocks": [{"kind": "table", "columns": [w, w], "rows": [row]}]},
        ],
        "claims": [{**claim, "id": f"c{n}"} for n in range(1, 11)],
        "passages": [passage],
        "made_by": dict.fromkeys(
            ("kind", "name", "version", "rules_sha256", "model", "prompt_sha256"), w
        ),
        "retrieval": {
            "mode": w,
            "embedding_model": {"name": w, "sha256": w},
            "corpus_digest": w,
        },
        "checks": [{"id": w, "version": w, "verdict": w}],
        "policy": {"version": w, "sha256": w},
    }


def make_record(words: str) -> Record:
    """A record with `words` in every field that takes text."""
    w = words
    return Record(
        **dict.fromkeys(("answer_id", "cause", "base", "published_at", "content_sha256"), w),
        **dict.fromkeys(("keyid", "signature", "trace_id"), w),
        revision=2,
        url=w,
        content=make_content(w),
        stages=[StageTime(w, 0, 2), StageTime(w, 2, 0.1, 7), StageTime("retrieval", 3, 9, 7)],
        current=frozenset(),
        moved=frozenset({"c1"}),
        seal=Seal(0, 2, w, w, [w], [w, w], 900),
    )


def make_pages(words: str) -> dict[str, str]:
    """Every page, with `words` in each field that takes text."""
    w = words
    card = UrgentCard(w, [w, w], [Call(w)], w, [w], [w])
    edition = Edition(w, w, w, w, w, w, demonstration=True, based_on=w, status=w, passages=3)
    held = replace(edition, held_since=w, answers=2)
    searched = Searched(w, 2, 40)
    place = PassageText(w, [w, w], 3, 3 + len(w), w)
    reached: dict[str, tuple[float | None, int | None]] = {"received": (0.0, None), "found": (1, 9)}
    quoted = [(0, max(1, len(w) // 2))] if w else []
    return {
        "home": home(
            [(w, w)],
            FieldError(w, 3, [w], w),
            w,
            [Topic(w, 3, w)],
            proof=Proof(w, w, w, w, w, w),
            urgent=card,
            held=(1, 3),
            demonstration=True,
        ),
        "progress": progress(ANSWER_ID, w, steps(reached), card, demonstration=True),
        "not_covered": not_covered(w, [w, w], card, searched=searched, answer_id=w),
        "withheld": withheld(w, [w], card, answer_id=w),
        "failed": failed(w, card, answer_id=w),
        "urgent": urgent_card(card, w),
        "urgent_refused": urgent_card(card, None),
        "library": library([edition, held]),
        "guideline": guideline([edition, held]),
        "passage": passage(place, edition, quoted, [UsedIn(w, w)]),
        "docs": docs([Operation(w, w, w, w + w, [(w, w)])]),
        "not_found": not_found(),
        "refused": refused(w, w, card),
        "record": record(make_record(w)),
        "state": stale_banner(Stale(w, since=w, by=w, changed=1, total=2, first=w, changes=w)),
    }


@pytest.fixture(scope="session")
def pages() -> Pages:
    return make_pages
