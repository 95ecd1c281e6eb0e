"""HTML to blocks: what the structure says is kept, what is not the document is left out."""

from __future__ import annotations

import pytest

from plumbline_ingest.blocks import (
    Block,
    Break,
    Heading,
    Item,
    ItemList,
    Paragraph,
    Reference,
)
from plumbline_ingest.documents import Document
from plumbline_ingest.edition import read_blocks
from plumbline_ingest.errors import Refused
from plumbline_ingest.html_page import read_page


def blocks(source: str) -> list[Block]:
    return read_blocks(Document("page.html", source.encode()))


def bullets(*texts: str) -> ItemList:
    return ItemList(tuple(Item(text, 0, "•") for text in texts))


@pytest.mark.parametrize(
    ("source", "text"),
    [
        ("10<sup>9</sup>/L", "10⁹/L"),
        ("10<sup>-4</sup>", "10⁻⁴"),
        ('10<span class="sup">9</span>/L', "10⁹/L"),
        ('10<span style="vertical-align: super">9</span>/L', "10⁹/L"),
        ("CO<sub>2</sub>", "CO₂"),
        ("10<sup>n</sup>", "10ⁿ"),
        ("the 1<sup>st</sup> day", "the 1st day"),
        ("10<math><msup><mi>x</mi><mn>2</mn></msup></math>", "10x²"),
        ("<math><mfrac><mi>a</mi><mi>b</mi></mfrac></math> grows", "[formula] grows"),
        ("Glorps<sup>a</sup>", "Glorps\u202fᵃ"),
        ("<sup>a</sup>Not counted", "ᵃ\u202fNot counted"),
        ("&ge;1.5&nbsp;cm &lt;13 &amp; &#8804;5", "≥1.5\u00a0cm <13 & ≤5"),
        ("100&thinsp;&times;&thinsp;10⁹", "100\u2009×\u200910⁹"),
        ("cafe\u0301 <b>\u0338</b>", "café \u0338"),
        ("fol&shy;low&#8203;ed&#1;", "followed"),
        (" one\n\t two<br>three ", "one two three"),
        ("a<q>b</q> <del>gone</del><ins>c</ins> <wbr>d", "a“b” c d"),
        ("<b>Note</b>: <em>in</em><i>side</i>", "Note: inside"),
        ("a &lt;b&gt; c", "a <b> c"),
    ],
)
def test_numbers_signs_and_letters_survive(source: str, text: str) -> None:
    assert blocks(f"<p>{source}</p>") == [Paragraph(text)]


@pytest.mark.parametrize(
    "source",
    [
        'Glorps grow.[<a href="#r1">1</a>] They do [<a href="#r2">2</a>-<a href="#r4">4</a>], too.',
        'Glorps grow.<sup><a href="#r1">1</a>,<a href="#r2">2</a></sup> They do, too.',
        'Glorps grow.<sup><a href="#n-1">[1]</a></sup><sup><a href="#n-a">[a]</a></sup> They do, '
        "too.",
        'Glorps grow (<a href="/page#r1">1</a>; <a href="/page#r2">2</a>). They do, too.',
        '<a href="#r1"><sup>1</sup></a>Glorps grow. They do, too.',
    ],
)
def test_marks_of_citations_go_and_the_words_close_up(source: str) -> None:
    assert blocks(f"<p>{source}</p>") == [Paragraph("Glorps grow. They do, too.")]


def test_a_number_that_is_not_a_citation_stays() -> None:
    source = 'See step <a href="#s3">3</a> [12] and 10<sup>9</sup> (<a href="/x">4</a>).'
    assert blocks(f"<p>{source}</p>") == [Paragraph("See step 3 [12] and 10⁹ (4).")]


def test_a_note_beside_a_citation_stays_without_what_parted_them() -> None:
    source = 'So.[<a href="#r">1</a>];[<a href="/e">Level I</a>] No.[<a href="#r">2</a>];'
    assert blocks(f"<p>{source}</p>") == [Paragraph("So.[Level I] No.")]


def test_sections_end_where_their_element_ends() -> None:
    source = (
        "<h1>T</h1><h2>A</h2><div><section><h3>B</h3><p>b.</p></section><p>a.</p></div>"
        "<section><h2>C</h2><section><h2>D</h2><p>d.</p></section><p>c.</p></section>"
    )
    assert blocks(source) == [
        Heading(1, "T"),
        Heading(2, "A"),
        Heading(3, "B"),
        Paragraph("b."),
        Heading(3, ""),
        Paragraph("a."),
        Heading(2, "C"),
        Heading(3, "D"),
        Paragraph("d."),
        Heading(3, ""),
        Paragraph("c."),
        Heading(2, ""),
    ]


def test_a_section_of_nothing_but_a_heading_heads_what_follows_it() -> None:
    source = "<section><h2>A</h2></section><section><p>a.</p></section><p>b.</p>"
    assert blocks(source) == [Heading(2, "A"), Paragraph("a."), Paragraph("b.")]


def test_what_unfolds_is_a_section_under_its_summary() -> None:
    source = "<h1>T</h1><details><summary>Why?</summary>Because.</details><p>So.</p>"
    assert blocks(source) == [
        Heading(1, "T"),
        Heading(2, "Why?"),
        Paragraph("Because."),
        Heading(2, ""),
        Paragraph("So."),
    ]


def test_headings_by_role_and_links_to_themselves() -> None:
    source = (
        '<div role="heading" aria-level="3">One <a href="#one">¶</a></div><p>x.</p>'
        '<a href="/two"><h2>Two<br>more</h2></a><h2> </h2>'
    )
    assert blocks(source) == [Heading(3, "One"), Paragraph("x."), Heading(2, "Two more")]


def test_what_stands_around_the_document_is_left_out() -> None:
    source = """<header><a href="/">House</a></header><nav><ul><li>Menu</li></ul></nav>
    <form><input value=x><label>Find</label></form><script>a()</script><style>b{}</style>
    <noscript>no</noscript><template><p>t</p></template><svg><text>s</text></svg>
    <div role="search">find</div><div hidden>old</div><p>One.</p><span aria-hidden="true">*</span>
    <button>Press</button><aside>Beside</aside><a href="#top">Back to top</a>
    <p><a href="#top">Up</a></p><footer>Foot</footer>"""
    assert blocks(source) == [Paragraph("One.")]


def test_what_only_looks_like_furniture_stays() -> None:
    source = """<form><h2>A page in a form</h2><p>One.</p></form>
    <section><header><h3>Head</h3></header><p>Two.</p></section>
    <div aria-hidden="true"><p>Folded.</p></div><div hidden="until-found">Found.</div>
    <a href="tel:123">Call 123</a>"""
    said = [block.text for block in blocks(source) if isinstance(block, Heading | Paragraph)]
    assert said == ["A page in a form", "One.", "Head", "Two.", "", "Folded.", "Found.", "Call 123"]


def test_a_main_is_the_document_and_its_title_may_stand_outside() -> None:
    source = "<header><h1>T</h1><p>x</p></header><div>Around</div><main><h2>A</h2>One.</main>Foot"
    assert blocks(source) == [Heading(1, "T"), Heading(2, "A"), Paragraph("One.")]


def test_an_article_with_most_of_the_words_is_the_document() -> None:
    article = f"<article><h1>T</h1><p>{'Glorps grow. ' * 5}</p></article>"
    assert Paragraph("Around") not in blocks(f"<div>Around</div>{article}")
    assert Paragraph("Around") in blocks(f"<div>Around</div>{article}<article>Two.</article>")


def test_an_article_in_a_list_is_a_part_among_others() -> None:
    source = f"<ul><li>One.</li><li><article>{'Glorps grow. ' * 5}</article></li></ul>"
    assert "One." in [item.text for item in _items(source)]


def test_a_figure_in_an_item_is_an_item_below_it_without_the_link_that_enlarges_it() -> None:
    source = """<ul><li>Look.<figure><a href="/big">Enlarge</a><img src=x>
    <figcaption>Figure 1. A glorp. <a href="/zork">A zork</a></figcaption></figure></li></ul>"""
    assert _items(source) == (
        Item("Look.", 0, "•"),
        Item("Figure 1. A glorp. A zork", 1, "•"),
    )


def test_lists_keep_their_order_their_depth_and_their_numbers() -> None:
    source = """<p>Bring:</p><ul><li>a cup<ul><li>blue</li></ul>or mug</li><ol start=3 type=a>
    <li>x</li><li value=7>y</li></ol><li><p>One</p><p>Two.</p></li><li></li></ul>"""
    assert blocks(source) == [
        Paragraph("Bring:"),
        ItemList(
            (
                Item("a cup", 0, "•"),
                Item("blue", 1, "•"),
                Item("or mug", 0, "•", continues=True),
                Item("x", 1, "c."),
                Item("y", 1, "g."),
                Item("One; Two.", 0, "•"),
            )
        ),
    ]


def test_words_behind_a_nested_list_go_on_with_their_item_without_its_number() -> None:
    source = "<ol><li>One.<ul><li>Part.</li></ul>Rest of one.</li><li>Two.</li></ol>"
    assert _items(source) == (
        Item("One.", 0, "1."),
        Item("Part.", 1, "•"),
        Item("Rest of one.", 0, "•", continues=True),
        Item("Two.", 0, "2."),
    )


def test_a_term_leads_in_to_its_definitions() -> None:
    source = (
        "<dl><dt>Glorp</dt><dd>A thing.</dd><dd>A sign.</dd><div><dt>Zork</dt><dd>So</dd></div>"
    )
    depths = [(item.text, item.depth) for item in _items(source)]
    assert depths == [("Glorp", 0), ("A thing.", 1), ("A sign.", 1), ("Zork", 0), ("So", 1)]


def _items(source: str) -> tuple[Item, ...]:
    (found,) = blocks(source)
    assert isinstance(found, ItemList)
    return found.items


def test_bulleted_lists_that_follow_each_other_are_one() -> None:
    assert blocks("<ul><li>a</ul><div><ul><li>b</ul></div>") == [bullets("a", "b")]
    assert len(blocks("<ul><li>a</ul><p>x</p><ul><li>b</ul>")) == 3
    assert len(blocks("<ol><li>a</ol><ol><li>b</ol>")) == 2


def test_a_table_of_contents_is_no_list_but_key_points_are() -> None:
    contents = '<ul><li><a href="#a">Part A</a><ul><li><a href="#b">B</a></li></ul></li></ul>'
    points = '<ul><li><a href="#a">Glorps are a sign.</a></li></ul>'
    related = '<ul><li><a href="/drug">Zorvumab</a></li></ul>'
    assert blocks(contents + "<p>x.</p>") == [Paragraph("x.")]
    assert blocks(points) == [bullets("Glorps are a sign.")]
    assert blocks(related) == [bullets("Zorvumab")]


def test_items_with_headings_are_sections_not_items() -> None:
    source = "<ol><li><h3>Wash</h3><p>With soap.</p></li><li><h3>Dry</h3>Well.</li></ol>"
    assert blocks(source) == [
        Heading(3, "Wash"),
        Paragraph("With soap."),
        Heading(3, "Dry"),
        Paragraph("Well."),
    ]


@pytest.mark.parametrize(
    "listed",
    [
        "<h6>References</h6><ol><li>Glorp B.</li><li>Zork C.</li></ol>",
        '<ol class="references"><li>Glorp B.</li><li>Zork C.</li></ol>',
        '<section role="doc-bibliography"><ol><li>Glorp B.</li><li>Zork C.</li></ol></section>',
        "<h3>2. Selected references:</h3><ol><li>Glorp B.<li>Zork C.</ol>",
    ],
)
def test_literature_is_set_apart_as_far_as_its_list_goes(listed: str) -> None:
    found = blocks(f"<h1>T</h1><h2>A</h2><div><p>a.</p>{listed}</div><p>b.</p><h2>B</h2>")
    references = [block for block in found if isinstance(block, Reference)]
    assert [block.text for block in references][-2:] == ["1. Glorp B.", "2. Zork C."]
    assert [block.text for block in found if isinstance(block, Paragraph)] == ["a.", "b."]
    assert found[-1] == Heading(2, "B")


def test_paragraphs_are_parted_by_blocks_rules_and_empty_lines() -> None:
    source = "<div>one<p>two</div>three<br>more<br><br>four<hr><span><div>five</div></span>"
    assert blocks(source) == [
        Paragraph("one"),
        Paragraph("two"),
        Paragraph("three more"),
        Paragraph("four"),
        Break(),
        Paragraph("five"),
    ]


def test_broken_markup_is_read_as_a_browser_reads_it() -> None:
    source = "<p>one <b>two<p>three</b> four <table><td>x<td>y<tr><td>z</table></i> &bogus; a<b"
    texts = [block.text for block in blocks(source) if isinstance(block, Paragraph)]
    assert texts[:2] == ["one two", "three four"]


def test_a_page_nested_without_end_is_read_and_nothing_is_lost() -> None:
    source = "<div>" * 20_000 + "Deep." + "<ul><li>" * 5_000 + "Deeper."
    assert "Deep." in str(blocks(source))
    assert "Deeper." in str(blocks(source))


@pytest.mark.parametrize(
    ("source", "said"),
    [
        ("<body><div id=app></div><script>draw()</script>", "save it from a browser"),
        ("<frameset><frame src=a.html></frameset>", "set of frames"),
    ],
)
def test_a_page_that_shows_nothing_by_itself_is_refused_with_what_to_do(
    source: str, said: str
) -> None:
    with pytest.raises(Refused) as refused:
        read_page(source)
    assert said in refused.value.reason
