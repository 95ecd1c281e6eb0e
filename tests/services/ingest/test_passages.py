"""Passages: one thought each, exact ranges, quotable parts that know what they hang on."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from plumbline.ingest.v1 import events_pb2 as wire
from plumbline.ingest.v1.events_pb2 import Passage
from plumbline_ingest.edition import Edition
from plumbline_ingest.errors import Refused

MakeEdition = Callable[..., Edition]
CheckRanges = Callable[[Edition], None]


SENTENCE = "The glorp count is one of the things that are measured here. "  # 12 words


def spans(passage: Passage) -> list[tuple[int, str]]:
    return [(span.kind, passage.text[span.start : span.end]) for span in passage.spans]


def test_a_list_is_one_passage_with_its_lead_in(edition_of: MakeEdition) -> None:
    prose, listed = edition_of().passages
    assert prose.kind == wire.PASSAGE_KIND_PROSE
    assert spans(prose) == [(wire.SPAN_KIND_SENTENCE, "Full answer means that no glorps are left.")]
    assert listed.kind == wire.PASSAGE_KIND_LIST
    assert listed.section == ["Zorvic syndrome: judging response", "Full answer"]
    assert spans(listed) == [
        (wire.SPAN_KIND_LEAD_IN, "These findings are listed for a full answer:"),
        (wire.SPAN_KIND_ITEM, "Glorps: none measures ≥1.5 zorks."),
        (wire.SPAN_KIND_ITEM, "Blood: the count is ≥100 × 10⁹/L."),
    ]
    assert [span.lead_in for span in listed.spans] == [0, 1, 1]


def test_only_the_last_sentence_of_a_paragraph_leads_in(edition_of: MakeEdition) -> None:
    (passage,) = edition_of("Glorps matter. Bring these things:\n\n- a cup\n- a map").passages
    assert [kind for kind, _ in spans(passage)] == [
        wire.SPAN_KIND_SENTENCE,
        wire.SPAN_KIND_LEAD_IN,
        wire.SPAN_KIND_ITEM,
        wire.SPAN_KIND_ITEM,
    ]
    assert [span.lead_in for span in passage.spans] == [0, 0, 2, 2]


def test_a_whole_statement_before_a_list_does_not_lead_in(edition_of: MakeEdition) -> None:
    passages = edition_of("Glorps matter.\n\n- a cup\n- a map").passages
    assert [passage.kind for passage in passages] == [
        wire.PASSAGE_KIND_PROSE,
        wire.PASSAGE_KIND_LIST,
    ]
    assert [span.lead_in for span in passages[1].spans] == [0, 0]


def test_a_nested_item_hangs_on_the_item_above_it(edition_of: MakeEdition) -> None:
    (passage,) = edition_of(
        "Ask:\n\n- about glorps:\n  - how many\n  - how big\n- anything"
    ).passages
    assert [(span.kind, span.lead_in) for span in passage.spans] == [
        (wire.SPAN_KIND_LEAD_IN, 0),
        (wire.SPAN_KIND_LEAD_IN, 1),
        (wire.SPAN_KIND_ITEM, 2),
        (wire.SPAN_KIND_ITEM, 2),
        (wire.SPAN_KIND_ITEM, 1),
    ]


def test_a_title_and_what_leads_in_stand_with_their_list(edition_of: MakeEdition) -> None:
    (passage,) = edition_of("Glorps (late)\n\nBring these:\n\n- a cup\n- a map").passages
    assert spans(passage)[:2] == [
        (wire.SPAN_KIND_SENTENCE, "Glorps (late)"),
        (wire.SPAN_KIND_LEAD_IN, "Bring these:"),
    ]
    assert [span.lead_in for span in passage.spans] == [0, 0, 2, 2]


def test_of_a_long_paragraph_only_the_last_sentences_stand_above_a_long_list(
    edition_of: MakeEdition, check_ranges: CheckRanges
) -> None:
    edition = edition_of(SENTENCE * 10 + "Bring these:\n\n" + f"- {SENTENCE}\n" * 20)
    prose, listed = edition.passages
    assert prose.text == (SENTENCE * 6).strip()
    assert listed.text.startswith(f"{SENTENCE * 4}Bring these:\n\n• The glorp")
    assert listed.spans[4].kind == wire.SPAN_KIND_LEAD_IN
    assert {span.lead_in for span in listed.spans[5:]} == {5}
    check_ranges(edition)


def test_a_line_that_leads_in_is_not_parted_from_the_paragraph_below_it(
    edition_of: MakeEdition, check_ranges: CheckRanges
) -> None:
    long = SENTENCE * 6
    edition = edition_of(f"{long}\n\nZorks\n\nThey are of two kinds:\n\n{long}\n\nRest of it.")
    first, second = edition.passages
    assert first.text == long.strip()
    assert second.text.startswith("Zorks\n\nThey are of two kinds:\n\nThe glorp")
    kinds = [(span.kind, span.lead_in) for span in second.spans]
    sentence, lead_in = wire.SPAN_KIND_SENTENCE, wire.SPAN_KIND_LEAD_IN
    assert kinds == [(sentence, 0), (lead_in, 0), (sentence, 2), *[(sentence, 0)] * 6]
    check_ranges(edition)


def test_a_cell_knows_its_row_and_its_column(edition_of: MakeEdition) -> None:
    source = (
        "Criteria:\n\n| Thing | FA | PA |\n|---|---|---|\n| Glorps | none | <4 |\n| Blood | | any |"
    )
    (passage,) = edition_of(source).passages
    assert passage.kind == wire.PASSAGE_KIND_TABLE
    assert passage.text == "Criteria:\n\nThing | FA | PA\nGlorps | none | <4\nBlood |  | any"
    cells = {passage.text[s.start : s.end]: s for s in passage.spans}

    def named(index: int) -> str:
        span = passage.spans[index - 1]
        return str(passage.text[span.start : span.end])

    for cell, row, column in (
        ("none", "Glorps", "FA"),
        ("<4", "Glorps", "PA"),
        ("any", "Blood", "PA"),
    ):
        assert cells[cell].kind == wire.SPAN_KIND_CELL
        assert named(cells[cell].row_header) == row
        assert named(cells[cell].column_header) == column
        assert named(cells[cell].lead_in) == "Criteria:"
    assert cells["Glorps"].kind == wire.SPAN_KIND_ROW_HEADER
    assert cells["FA"].kind == wire.SPAN_KIND_COLUMN_HEADER


def test_a_long_table_is_cut_between_rows_and_every_part_has_its_header(
    edition_of: MakeEdition, check_ranges: CheckRanges
) -> None:
    rows = "".join(f"| row {n} | {SENTENCE}|\n" for n in range(60))
    edition = edition_of(f"Criteria:\n\n| Thing | Finding |\n|---|---|\n{rows}")
    assert len(edition.passages) > 1
    for passage in edition.passages:
        assert len(passage.text.replace("|", " ").split()) <= 250 + 1
        assert passage.text.startswith("Criteria:\n\nThing | Finding\n")
        cells = [span for span in passage.spans if span.kind == wire.SPAN_KIND_CELL]
        assert all(span.row_header and span.column_header for span in cells)
    check_ranges(edition)


def test_a_note_in_brackets_ends_with_the_sentence_before_it(edition_of: MakeEdition) -> None:
    (passage,) = edition_of("Glorps grow.[Level IV] They shrink. [see 3] [4]\n\nRest.").passages
    assert spans(passage) == [
        (wire.SPAN_KIND_SENTENCE, "Glorps grow.[Level IV]"),
        (wire.SPAN_KIND_SENTENCE, "They shrink. [see 3] [4]"),
        (wire.SPAN_KIND_SENTENCE, "Rest."),
    ]


def test_a_note_in_brackets_does_not_make_a_statement_lead_in(edition_of: MakeEdition) -> None:
    passages = edition_of("Glorps matter.[Level IV]\n\n- a cup\n- a map").passages
    assert [span.lead_in for span in passages[1].spans] == [0, 0]
    (passage,) = edition_of("Glorps need these:[Level IV]\n\n- a cup\n- a map").passages
    assert [span.lead_in for span in passage.spans] == [0, 1, 1]


def test_labels_and_credits_are_in_the_passage_but_cannot_be_quoted(
    edition_of: MakeEdition, check_ranges: CheckRanges
) -> None:
    credit = "Reprinted from Glorp B: On glorps. J Glorp. Published by Zork. All rights reserved."
    text = f"Figure 2. Glorps by age. They grow. {credit}"
    edition = edition_of(f"{text}\n\nQuoll A, Numbat BC et al: On zorks. J Glorp.\n\nRest.")
    (passage,) = edition.passages
    assert passage.text.startswith(text)
    assert [words for _, words in spans(passage)] == ["Glorps by age.", "They grow.", "Rest."]
    check_ranges(edition)


def test_a_literature_list_is_in_the_text_but_in_no_passage(edition_of: MakeEdition) -> None:
    edition = edition_of(
        "# T\n\n## A\n\none.\n\n### References\n\n1. Glorp B: On glorps, 2020.\n\n## B\n\ntwo."
    )
    assert [(list(p.section), p.text) for p in edition.passages] == [
        (["T", "A"], "one."),
        (["T", "B"], "two."),
    ]
    assert "References\n\n1. Glorp B: On glorps, 2020.\n\nB" in edition.text


def test_no_passage_mixes_headings(edition_of: MakeEdition) -> None:
    edition = edition_of(
        "# T\n\none.\n\n## A\n\ntwo.\n\n### B\n\nthree.\n\n## C\n\nfour.\n\n---\n\nfive."
    )
    assert [(list(p.section), p.text) for p in edition.passages] == [
        (["T"], "one."),
        (["T", "A"], "two."),
        (["T", "A", "B"], "three."),
        (["T", "C"], "four."),
        (["T", "C"], "five."),
    ]


def test_short_paragraphs_share_a_passage_and_long_ones_are_cut_at_sentences(
    edition_of: MakeEdition, check_ranges: CheckRanges
) -> None:
    short = "\n\n".join([SENTENCE] * 3)
    assert len(edition_of(short).passages) == 1
    long = edition_of(SENTENCE * 60)
    assert len(long.passages) > 1
    for passage in long.passages:
        assert 60 <= len(passage.text.split()) <= 250
        assert passage.text.endswith(".")
    check_ranges(long)


def test_a_list_stays_whole_up_to_four_hundred_words_and_is_cut_between_items(
    edition_of: MakeEdition, check_ranges: CheckRanges
) -> None:
    whole = edition_of("Needed:\n\n" + f"- {SENTENCE}\n" * 30)
    assert len(whole.passages) == 1
    cut = edition_of("Needed:\n\n" + f"- {SENTENCE}\n" * 60)
    assert len(cut.passages) > 1
    for passage in cut.passages:  # what leads in is said again: no item loses its condition
        assert passage.text.startswith("Needed:\n\n• The glorp")
        assert {span.lead_in for span in passage.spans[1:]} == {1}
    check_ranges(cut)


def test_text_without_words_to_quote_is_refused(edition_of: MakeEdition) -> None:
    with pytest.raises(Refused) as refused:
        edition_of("# Only\n\n## Headings\n")
    assert "nothing could be quoted" in refused.value.reason


LETTERS = st.text(
    st.one_of(
        st.characters(exclude_categories=["Cs", "Cc", "Cn"]),
        st.sampled_from("ab .:⁹⁻⁴≥≤<>|*_`[]()#-\u0301\u2009"),
    ),
    max_size=60,
)
BLOCKS = st.one_of(
    LETTERS,
    LETTERS.map(lambda text: f"## {text}"),
    st.lists(LETTERS, min_size=1, max_size=5).map(lambda items: "\n".join(f"- {i}" for i in items)),
    st.lists(st.tuples(LETTERS, LETTERS), min_size=1, max_size=4).map(
        lambda rows: "|a|b|\n|-|-|\n" + "\n".join(f"|{one}|{two}|" for one, two in rows)
    ),
    st.just("10⁹ and 10⁻⁴ and 10<sup>9</sup> and ≥5:"),
)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(st.lists(BLOCKS, min_size=1, max_size=8))
def test_every_range_of_every_document_reproduces_its_text(
    edition_of: MakeEdition, check_ranges: CheckRanges, blocks: list[str]
) -> None:
    try:
        edition = edition_of("\n\n".join(blocks))
    except Refused:
        return
    check_ranges(edition)
    if "10<sup>9</sup>" in blocks[-1]:
        assert "10⁹ and 10⁻⁴ and 10⁹ and ≥5" in edition.text
