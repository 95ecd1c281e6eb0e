"""Lists that were written into a line are lists again; what is none stays as it is."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plumbline_ingest.blocks import BULLET, Block, Item, ItemList, Paragraph
from plumbline_ingest.documents import Document
from plumbline_ingest.edition import read_blocks
from plumbline_ingest.flat_lists import unflatten


def items(*texts: str, depth: int = 0) -> ItemList:
    return ItemList(tuple(Item(text, depth, BULLET) for text in texts))


def test_items_end_at_full_stops_and_the_last_one_with_its_first_sentence() -> None:
    line = "Glorps vary. Signs are: - A lump. It may grow. - A zork. Glorps differ."
    assert list(unflatten([Paragraph(line)])) == [
        Paragraph("Glorps vary. Signs are:"),
        items("A lump. It may grow.", "A zork."),
        Paragraph("Glorps differ."),
    ]


def test_items_without_full_stops_are_parted_at_every_mark() -> None:
    line = "Look at: • late glorps • early glorps (type-2)"
    assert list(unflatten([Paragraph(line)])) == [
        Paragraph("Look at:"),
        items("late glorps", "early glorps (type-2)"),
    ]


def test_one_line_can_hold_two_lists() -> None:
    line = "Two kinds: - Round. - Flat. Both grow. Signs are: - Pain. - Heat."
    assert list(unflatten([Paragraph(line)])) == [
        Paragraph("Two kinds:"),
        items("Round.", "Flat."),
        Paragraph("Both grow. Signs are:"),
        items("Pain.", "Heat."),
    ]


@pytest.mark.parametrize(
    "line",
    [
        "The range is: - 5 to - 3 zorks.",  # minus
        "One rule: glorps - all of them - are counted.",
        "One thing: - glorps.",
        "These are used: - Stage one - Also in groups: - Round - Flat",  # a list in a list
        "Signs include - pain - heat Call us.",  # where it ends, nothing says
    ],
)
def test_what_is_no_list_or_has_no_certain_end_stays_as_it_is(line: str) -> None:
    assert list(unflatten([Paragraph(line)])) == [Paragraph(line)]


def test_an_item_of_several_is_parted_and_what_hangs_on_one_is_below_it() -> None:
    flat = ItemList(
        (Item("Glorps grow. - Zorks fall.", 0, "-"), Item("Kinds: - Round. - Flat. Rest.", 0, "-"))
    )
    assert list(unflatten([flat])) == [
        ItemList(
            (
                Item("Glorps grow.", 0, "-"),
                Item("Zorks fall.", 0, "-"),
                Item("Kinds:", 0, "-"),
                Item("Round.", 1, BULLET),
                Item("Flat.", 1, BULLET),
                Item("Rest.", 0, BULLET, continues=True),
            )
        )
    ]


def test_a_paragraph_can_begin_with_its_first_item() -> None:
    line = "- Glorps grow. - Zorks fall. - Kinds are: - Round - Flat"
    assert list(unflatten([Paragraph(line)])) == [
        ItemList(
            (
                Item("Glorps grow.", 0, BULLET),
                Item("Zorks fall.", 0, BULLET),
                Item("Kinds are:", 0, BULLET),
                Item("Round", 1, BULLET),
                Item("Flat", 1, BULLET),
            )
        )
    ]
    assert list(unflatten([Paragraph("• Pain. • Heat. They pass.")])) == [
        items("Pain.", "Heat."),
        Paragraph("They pass."),
    ]
    assert list(unflatten([Paragraph("- 5-zork - quoll (a) - glorp")])) == [
        items("5-zork", "quoll (a)", "glorp")
    ]
    assert list(unflatten([Paragraph("- Said he - and went.")])) == [
        Paragraph("- Said he - and went.")
    ]


@pytest.mark.parametrize("name", ["a.html", "a.md", "a.txt"])
def test_every_kind_of_document_is_read_so(name: str) -> None:
    source = (
        b"<p>Signs are: - Pain. - Heat.</p>" if name == "a.html" else b"Signs are: - Pain. - Heat."
    )
    assert read_blocks(Document(name, source)) == [Paragraph("Signs are:"), items("Pain.", "Heat.")]


@given(st.text(st.sampled_from("ab.: -•(1)\n"), max_size=80))
def test_no_letter_is_lost_or_moved(line: str) -> None:
    blocks = list(unflatten([Paragraph(line)]))
    assert letters("".join(map(words, blocks))) == letters(line)


def words(block: Block) -> str:
    if isinstance(block, Paragraph):
        return block.text
    assert isinstance(block, ItemList)
    return "".join(item.text for item in block.items)


def letters(text: str) -> str:
    return re.sub(r"[\s•-]", "", text)
