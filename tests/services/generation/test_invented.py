"""A guideline nobody wrote for this program is compared as well as ours."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from services.generation.guidelines import Guideline, retrieved, table_of
from services.generation.invented import ALL_WAYS, WAYS, World, definitions, worlds

from plumbline.generation.v1.events_pb2 import Draft
from plumbline_generation.extractive import ExtractiveComposer

QUESTION = "What is the difference between a full response and a half response in zorvic syndrome?"
COMPOSER = ExtractiveComposer()


def composed(question: str, *guidelines: Guideline) -> Draft:
    found = asyncio.run(COMPOSER.compose(retrieved(question, *guidelines)))
    assert isinstance(found, Draft), found
    return found


def one_cell(cell: list[str]) -> str:
    return " / ".join(cell)


@pytest.mark.parametrize("way", WAYS)
def test_each_way_of_writing_fills_the_same_rows(way: str) -> None:
    table = table_of(composed(QUESTION, Guideline(WAYS[way])))
    glim, vell, tarn = table.values()
    assert [label.split()[0] for label in table] == ["Glim", "Vell", "Tarn"]
    assert "below 4 zu/L" in one_cell(glim[0])
    assert "at least 30 %" in one_cell(glim[1])
    assert "2 cm" in one_cell(vell[0])
    assert "25 %" in one_cell(vell[1])
    assert "0" in one_cell(tarn[0])
    assert "any number" in one_cell(tarn[1])


@pytest.mark.parametrize("way", WAYS)
def test_a_third_category_never_stands_in_a_column(way: str) -> None:
    for cells in table_of(composed(QUESTION, Guideline(WAYS[way]))).values():
        for text in (text for cell in cells for text in cell):
            assert "changed" not in text
            assert "7" not in text
            assert "table" not in text  # "stable"


@pytest.mark.parametrize("way", WAYS)
def test_columns_stand_in_the_order_asked(way: str) -> None:
    asked = composed(QUESTION, Guideline(WAYS[way]))
    turned = composed("half vs full response in zorvic", Guideline(WAYS[way]))
    assert {label: cells[::-1] for label, cells in table_of(asked).items()} == table_of(turned)
    (columns,) = (
        list(block.table.columns)
        for section in turned.sections
        for block in section.blocks
        if block.WhichOneof("block") == "table"
    )
    assert columns == ["Half response", "Full response"]


REMOVED = {
    "sections": "\nThe tarn score may be any number.",
    "labelled lists": "\n- Tarn score: any number",
    "plain lists": "\n- the tarn score is any number",
    "table": "any number",
    "turned table": "any number",
    "sentences": "\nIn a half response, the tarn score is any number.",
    "by measure": "\nIn a half response, it may be any number.",
}


@pytest.mark.parametrize("way", WAYS)
def test_a_removed_line_leaves_an_empty_cell_and_is_named(way: str) -> None:
    text = WAYS[way]
    assert REMOVED[way] in text
    draft = composed(QUESTION, Guideline(text.replace(REMOVED[way], "", 1)))
    table = table_of(draft)
    assert list(table)[-1] == "Tarn score"
    assert table["Tarn score"][0]
    assert table["Tarn score"][1] == []
    assert "“Tarn score” for “half response”" in draft.not_stated


@settings(max_examples=400, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(world=worlds(), way=st.sampled_from(ALL_WAYS), swap=st.booleans())
def test_any_invented_world_is_told_apart(
    world: World, way: Callable[[World], str], swap: bool
) -> None:
    asked = world.categories[1::-1] if swap else world.categories[:2]
    question = f"What is {asked[0]} vs {asked[1]} in {world.disease}?"
    guideline = Guideline(world.write(way), disease=world.disease, disease_label=world.disease)
    table = table_of(composed(question, guideline))
    assert len(table) == len(world.measures)
    for (label, cells), measure in zip(table.items(), world.measures, strict=True):
        assert label.casefold() == measure
        for cell, category in zip(cells, asked, strict=True):
            assert world.marks[category, measure] in one_cell(cell)
            for other, mark in world.marks.items():
                if other != (category, measure):
                    assert f" {mark}" not in f" {one_cell(cell)}"


@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(world=worlds())
def test_definitions_that_state_every_mark_stand_in_every_row(world: World) -> None:
    asked = world.categories[:2]
    guideline = Guideline(
        world.write(definitions), disease=world.disease, disease_label=world.disease
    )
    table = table_of(composed(f"{asked[0]} versus {asked[1]}", guideline))
    assert [label.casefold() for label in table] == list(world.measures)
    for cells, measure in zip(table.values(), world.measures, strict=True):
        for cell, category in zip(cells, asked, strict=True):
            assert world.marks[category, measure] in one_cell(cell)
            assert world.marks[world.categories[2], measure] not in one_cell(cell)
