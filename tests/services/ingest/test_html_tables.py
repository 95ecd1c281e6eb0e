"""HTML tables: every cell stands in each row and column that it spans, or the table is refused."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from plumbline.ingest.v1 import events_pb2 as wire
from plumbline_ingest.blocks import Block, Heading, Item, ItemList, Paragraph, Table
from plumbline_ingest.documents import Document
from plumbline_ingest.edition import Edition, make_edition, read_blocks
from plumbline_ingest.errors import Refused
from plumbline_ingest.manifest import parse_manifest


def blocks(source: str) -> list[Block]:
    return read_blocks(Document("page.html", source.encode()))


def table(source: str) -> Table:
    (found,) = blocks(source)
    assert isinstance(found, Table)
    return found


def test_caption_head_body_and_foot_are_told_apart_wherever_they_stand() -> None:
    found = table(
        "<table><caption>Table 1. Doses<sup>a</sup></caption><thead><tr><th>Drug<th>Dose</thead>"
        "<tfoot><tr><td colspan=2><sup>a</sup>Per day.</tfoot>"
        "<tbody><tr><td>Zorvumab<td>5 mg<tr><th>Glorpine<td>7 mg</tbody></table>"
    )
    assert found == Table(
        ("Drug", "Dose"),
        (("Zorvumab", "5 mg"), ("Glorpine", "7 mg")),
        "Table 1. Doses\u202fᵃ",
        ("ᵃ\u202fPer day.",),
    )


def test_a_cell_that_spans_rows_or_columns_stands_in_each_of_them() -> None:
    found = table(
        "<table><tr><th>Kind<th>Drug<th>Low<th>High</tr>"
        "<tr><td rowspan=2>First<td>Zorvumab<td colspan=2>5 mg</tr>"
        "<tr><td>Glorpine<td>1 mg<td>2 mg</tr><tr><td rowspan=0>Second<td>X<td>3 mg</tr></table>"
    )
    assert found.rows == (
        ("First", "Zorvumab", "5 mg", "5 mg"),
        ("First", "Glorpine", "1 mg", "2 mg"),
        ("Second", "X", "3 mg", ""),
    )


def test_headers_above_each_other_name_a_column_together() -> None:
    found = table(
        "<table><thead><tr><th rowspan=2>Drug<th colspan=2>Dose<tr><th>mg<th>days</thead>"
        "<tr><td>Zorvumab<td>5<td>7</table>"
    )
    assert found.header == ("Drug", "Dose: mg", "Dose: days")


def test_a_row_of_one_cell_names_the_rows_below_it_and_one_at_the_end_is_a_note() -> None:
    found = table(
        "<table><tr><th>Drug<th>Dose</tr><tr><td colspan=2>Adults</tr><tr><td>Zorvumab<td>5 mg</tr>"
        "<tr><th colspan=2>Children</th></tr><tr><td>Zorvumab<td>1 mg</tr>"
        "<tr><td colspan=2>Not in pregnancy.</tr></table>"
    )
    assert found.rows == (("Adults",), ("Zorvumab", "5 mg"), ("Children",), ("Zorvumab", "1 mg"))
    assert found.notes == ("Not in pregnancy.",)


def test_parts_of_a_cell_do_not_run_together() -> None:
    found = table(
        "<table><tr><th>A<th>B</tr><tr><td>x<td><p>One.</p><p>Two</p><ul><li>y<li>z</ul>"
        "<td>a<br>b</table>"
    )
    assert found.rows == (("x", "One. Two; y; z", "a b"),)


@pytest.mark.parametrize(
    "source",
    [
        '<table role="presentation"><tr><td>One.<td>Two.<tr><td>Three.<td>Four.</table>',
        "<table><tr><td>One.<td>Two.<td>Three.<td>Four.</table>",
        "<table><tr><td>One.<tr><td>Two.<tr><td>Three.<tr><td>Four.</table>",
        "<table><tr><td>One.<td><table><tr><td>Two.</table>Three.<tr><td>Four.</table>",
    ],
)
def test_a_table_that_only_arranges_the_page_is_read_as_text(source: str) -> None:
    assert blocks(source) == [Paragraph(text) for text in ("One.", "Two.", "Three.", "Four.")]


def test_a_table_that_holds_headings_is_a_page() -> None:
    found = blocks("<table><tr><td><h2>A</h2>One.<td>x<tr><td>y<td>z</table>")
    assert found[:2] == [Heading(2, "A"), Paragraph("One.")]


def test_a_table_in_an_item_parts_the_list() -> None:
    found = blocks("<ul><li>a<table><tr><th>H<th>I<tr><td>1<td>2</table>b<li>c</ul>")
    assert [type(block) for block in found] == [ItemList, Table, ItemList]
    assert found[2] == ItemList((Item("b", 0, "•", continues=True), Item("c", 0, "•")))


@pytest.mark.parametrize(
    ("source", "said"),
    [
        (
            "<table><tr><th>A<th>B<tr><td>x<td><table><tr><td>y</table></table>",
            "one after the other",
        ),
        ("<table><tr><th>A<th>B" + "<td>x" * 300 + "<tr><td>y</table>", "split it"),
        (
            "<table><tr><th>A<th>B"
            + f"<tr><td rowspan=900>{'x' * 9000}"
            + "<tr><td>y" * 900
            + "</table>",
            "split it",
        ),
    ],
)
def test_a_table_that_cannot_be_read_truly_is_refused_with_what_to_do(
    source: str, said: str
) -> None:
    with pytest.raises(Refused) as refused:
        blocks(source)
    assert said in refused.value.reason


def test_a_table_without_words_is_nothing_and_spans_may_say_anything() -> None:
    assert blocks("<table><tr><td> <td>&nbsp;</table><p>x</p>") == [Paragraph("x")]
    assert table("<table><tr><th>A<th>B<tr><td colspan=x rowspan=-1>1<td>2</table>").rows


@pytest.fixture
def edition(manifest_toml: str) -> Callable[[str], Edition]:
    def make(source: str) -> Edition:
        manifest = parse_manifest(manifest_toml.replace("response.md", "page.html"))
        return make_edition(manifest, [Document("page.html", source.encode())])

    return make


def test_a_cell_hangs_on_its_headers_its_group_and_its_caption(
    edition: Callable[[str], Edition],
) -> None:
    (passage,) = edition(
        "<p>Doses:</p><table><caption>Table 1. Doses of zorvumab</caption>"
        "<tr><th>Drug<th>Dose<tr><td colspan=2>Children<tr><td>Zorvumab<td>1 mg</table>"
    ).passages
    assert passage.kind == wire.PASSAGE_KIND_TABLE

    def named(index: int) -> str:
        span = passage.spans[index - 1]
        return str(passage.text[span.start : span.end])

    cell = next(span for span in passage.spans if span.kind == wire.SPAN_KIND_CELL)
    assert passage.text[cell.start : cell.end] == "1 mg"
    assert named(cell.row_header) == "Zorvumab"
    assert named(cell.column_header) == "Dose"
    above = [cell.lead_in]
    while passage.spans[above[-1] - 1].lead_in:
        above.append(passage.spans[above[-1] - 1].lead_in)
    assert [named(index) for index in above] == ["Children", "Doses of zorvumab", "Doses:"]


def test_every_part_of_a_long_table_has_its_caption_header_and_group(
    edition: Callable[[str], Edition],
) -> None:
    rows = "".join(f"<tr><td>Drug {n}<td>{'one tablet in the morning ' * 4}" for n in range(60))
    passages = edition(
        "<table><caption>Table 1. Doses</caption><tr><th>Drug<th>Dose"
        f"<tr><td colspan=2>Children{rows}<tr><td colspan=2>Not for adults.</table>"
    ).passages
    assert len(passages) > 3
    for passage in passages:
        assert passage.text.startswith("Table 1. Doses\n\nDrug | Dose\nChildren\nDrug ")
    assert passages[-1].text.endswith("\n\nNot for adults.")
