"""Documents to blocks: the words stay, the marks go."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plumbline_ingest.blocks import Break, Heading, Item, ItemList, Paragraph, Table
from plumbline_ingest.documents import Document
from plumbline_ingest.errors import Refused
from plumbline_ingest.lines import one_line
from plumbline_ingest.markdown import markdown_blocks
from plumbline_ingest.plain_text import plain_blocks

TROUBLE = [
    "e",
    "\u0301",
    "\u0338",
    "\u00ad",
    "<sup>",
    "</sup>",
    "<",
    ">",
    "9",
    " ",
    "\u00a0",
    "\x01",
]


def test_inline_marks_are_removed_and_links_keep_their_words() -> None:
    source = 'A **bold** [link](http://example.org "t") and `code`, ![picture](x.png)\nnext line.'
    assert markdown_blocks(source) == [Paragraph("A bold link and code, picture next line.")]


@pytest.mark.parametrize(
    ("source", "text"),
    [
        ("10<sup>9</sup>/L", "10⁹/L"),
        ("10<SUP>9</SUP>/L", "10⁹/L"),
        ("10<sup>-4</sup>", "10⁻⁴"),
        ("10⁹ and 10⁻⁴", "10⁹ and 10⁻⁴"),
        ("CO<sub>2</sub>", "CO₂"),
        ("&ge;1.5 cm, &lt;13 cm, ≥50 %", "≥1.5 cm, <13 cm, ≥50 %"),
        ("platelets <100 or x<y and z>2", "platelets <100 or x<y and z>2"),
        ("5\u00a0mg, 100\u2009×\u200910⁹", "5\u00a0mg, 100\u2009×\u200910⁹"),
        ("the 1<sup>st</sup> day", "the 1st day"),
        ("cafe\u0301", "café"),
        ("one<br>two", "one two"),
        ("a \\* b \\_ c", "a * b _ c"),
        ('<span class="x">in</span> <!-- gone --> out', "in out"),
        ("fol\u00adlow", "follow"),
    ],
)
def test_numbers_signs_and_letters_survive(source: str, text: str) -> None:
    blocks = markdown_blocks(Document("x.md", source.encode()).text)
    assert blocks == [Paragraph(text)]


def test_headings_lists_tables_and_rules_are_told_apart() -> None:
    source = "# T\n\nlead:\n\n- a\n  more\n  1. deep\n- b\n\n---\n\n| h | i |\n|-|-|\n| 1 | |\n"
    assert markdown_blocks(source) == [
        Heading(1, "T"),
        Paragraph("lead:"),
        ItemList((Item("a more", 0, "•"), Item("deep", 1, "1."), Item("b", 0, "•"))),
        Break(),
        Table(("h", "i"), (("1", ""),)),
    ]


def test_front_matter_comments_and_scripts_leave_no_words() -> None:
    source = "---\ntitle: x\n---\n<!-- a\n\nb -->\n\n<script>\nc()\n</script>\n\nwords\n"
    assert markdown_blocks(source) == [Paragraph("words")]


def test_a_table_written_in_html_is_refused_rather_than_mashed() -> None:
    with pytest.raises(Refused) as refused:
        markdown_blocks("<table><tr><td>1</td><td>2</td></tr></table>")
    assert "Markdown table" in refused.value.reason


def test_plain_text_has_headings_paragraphs_and_lists() -> None:
    source = (
        "Zorvic notes\n============\n\nFirst line\nsecond line.\n\n"
        "Care\n\nBring:\n- one\n  more\n2) two\n"
    )
    assert plain_blocks(source) == [
        Heading(1, "Zorvic notes"),
        Paragraph("First line second line."),
        Heading(2, "Care"),
        Paragraph("Bring:"),
        ItemList((Item("one more", 0, "•"), Item("two", 0, "2."))),
    ]


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "empty"),
        (b" \n\t\n", "empty"),
        (b"\xff\xfe\x00", "UTF-8"),
        (b"caf\xe9", "UTF-8"),
        (b"%PDF-1.7\x00\x01", "not text"),
    ],
)
def test_what_is_not_text_is_refused_by_name(content: bytes, said: str) -> None:
    with pytest.raises(Refused) as refused:
        _ = Document("notes.md", content).text
    assert said in refused.value.reason
    assert "notes.md" in refused.value.reason


@given(st.lists(st.one_of(st.text(max_size=5), st.sampled_from(TROUBLE))).map("".join))
def test_one_line_is_one_line_and_changes_nothing_the_second_time(text: str) -> None:
    line = one_line(text)
    assert "\n" not in line
    assert one_line(line) == line
