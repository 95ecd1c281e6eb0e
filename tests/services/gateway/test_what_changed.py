"""What changed from one revision to the next, told claim by claim."""

from __future__ import annotations

from collections import Counter
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plumbline_gateway.what_changed import changes_of


def content(rows: dict[str, str], sentences: list[str]) -> dict[str, Any]:
    """A table of one column and a section of sentences."""
    cited = [{"passage": "p1"}]
    claims: list[dict[str, Any]] = [
        {"id": f"t{i}", "text": text, "citations": cited} for i, text in enumerate(rows.values())
    ]
    claims += [
        {"id": f"s{i}", "text": text, "citations": cited} for i, text in enumerate(sentences)
    ]
    table = {
        "kind": "table",
        "columns": ["Full answer"],
        "rows": [
            {"slot": slot, "label": slot.title(), "cells": [{"claims": [f"t{i}"]}]}
            for i, slot in enumerate(rows)
        ],
    }
    listed = {"kind": "claims", "claims": [f"s{i}" for i in range(len(sentences))]}
    sections = [
        {"role": "comparison", "heading": "Side by side", "blocks": [table]},
        {"role": "context", "heading": "Good to know", "blocks": [listed]},
    ]
    passages = [{"id": "p1", "version": "2008"}]
    return {"claims": claims, "sections": sections, "passages": passages}


@pytest.mark.parametrize(
    ("before", "after", "kind"),
    [
        ("none larger than 1.5 cm", "none is ≥1.5 cm", "boundary_moved"),
        ("<4,000/µL", "normal", "number_removed"),
        ("normal", "<4,000/µL", "number_added"),
        ("≥12 zorks", "≥15 zorks", "number_changed"),
        ("is not enlarged", "has a normal size", "reworded"),
        ("none", "none", "same"),
    ],
)
def test_a_row_says_how_it_changed(before: str, after: str, kind: str) -> None:
    (change,) = changes_of(content({"nodes": before}, []), content({"nodes": after}, []))
    assert (change.kind, change.where, change.before, change.after) == (
        kind,
        "Nodes",
        before,
        after,
    )


def test_a_row_that_went_is_dropped_and_one_that_came_is_new() -> None:
    changes = changes_of(content({"old": "≥5 zorks"}, []), content({"fresh": "none"}, []))
    assert [(c.kind, c.where) for c in changes] == [("dropped", "Old"), ("new", "Fresh")]


def test_a_sentence_finds_its_heir_by_its_words() -> None:
    before = ["Glorps are counted each week.", "Rest helps."]
    after = ["Tea helps most people.", "Glorps are counted each month."]
    kinds = {
        c.before: (c.kind, c.after) for c in changes_of(content({}, before), content({}, after))
    }
    assert kinds[before[0]][1] == after[1]
    assert kinds[before[1]][0] == "dropped"


texts = st.lists(st.sampled_from([f"Glorps measure {n} zorks." for n in range(6)]), unique=True)


@given(texts, texts)
def test_sums_add_up_to_both_revisions(before: list[str], after: list[str]) -> None:
    changes = changes_of(content({}, before), content({}, after))
    assert Counter(c.before for c in changes if c.before) == Counter(before)
    assert Counter(c.after for c in changes if c.after) == Counter(after)
    assert all((c.kind == "same") == (c.before == c.after) for c in changes)
