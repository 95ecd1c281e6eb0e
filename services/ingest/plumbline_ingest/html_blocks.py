"""HTML to blocks: what the structure says is kept, what stands around the document is left out."""

from __future__ import annotations

from dataclasses import dataclass, field

from plumbline_ingest.blocks import BULLET, Block, Break, Heading, Item, ItemList, Paragraph
from plumbline_ingest.html_boilerplate import is_contents, is_left_out, is_only_links
from plumbline_ingest.html_lists import LISTS, list_items
from plumbline_ingest.html_tables import cells_of, is_layout, read_table
from plumbline_ingest.html_tree import Element
from plumbline_ingest.html_words import paragraphs_of, words_of
from plumbline_ingest.references import as_references, heads_references

_SECTIONS = frozenset(("section", "article", "details"))
_DOCUMENTS = frozenset(("section", "article", "main"))
_REFERENCE_ROLES = frozenset(("doc-bibliography", "doc-endnotes"))
_REFERENCE_CLASSES = frozenset(("references", "reference-list", "reflist", "ref-list"))


def html_blocks(document: Element) -> list[Block]:
    """The blocks of a document, or of the part of a page that is one."""
    reader = _Reader(in_document=document.tag in _DOCUMENTS)
    reader.flow(document)
    return reader.blocks


@dataclass
class _Reader:
    """Walks elements in reading order. Headings in it are below `above`, the level around it."""

    in_document: bool = False
    above: int = 0
    level: int = 0  # of the heading that words read now stand under
    blocks: list[Block] = field(default_factory=list)

    def flow(self, element: Element) -> None:
        """Read what is in an element: words that stand together are a paragraph."""
        run: list[Element | str] = []
        listed_from = 0
        for child in element.children:
            if isinstance(child, str) or not child.is_block:
                run.append(child)
                continue
            self.paragraphs(run, element)
            run = []
            self.block(child)
            if child.heading_level and heads_references(words_of(child.children)):
                listed_from = len(self.blocks)
        self.paragraphs(run, element)
        if 0 < listed_from < len(self.blocks):
            self.blocks.append(Heading(self.level, ""))  # the list ends with what it stands in

    def paragraphs(self, run: list[Element | str], parent: Element) -> None:
        """Words that stand together; links and nothing else are a way about the page."""
        if not is_only_links(run, within_page=parent.tag == "p"):
            self.blocks += [Paragraph(line) for line in paragraphs_of(run)]

    def block(self, element: Element) -> None:
        """Read one element that stands by itself."""
        if is_left_out(element, in_document=self.in_document):
            return
        if element.heading_level:
            self.heading(element.heading_level, words_of(element.children))
        elif element.role in _REFERENCE_ROLES or element.classes & _REFERENCE_CLASSES:
            self.references(element)
        elif element.tag in _SECTIONS:
            self.section(element)
        elif element.tag in LISTS:
            self.items(element)
        elif element.tag == "table":
            self.table(element)
        elif element.tag == "hr":
            self.blocks.append(Break())
        else:
            self.flow(element)

    def heading(self, level: int, text: str) -> None:
        """A heading, at least one level below that of the section around."""
        if text:
            self.level = max(level, self.above + 1)
            self.blocks.append(Heading(self.level, text))

    def section(self, element: Element) -> None:
        """What is in a section is under its own heading; what follows it no longer is."""
        inside = _Reader(True, self._own_level())
        rest = element.children
        if element.tag == "details":
            inside.above = self.level
            summary = [child for child in element.elements if child.tag == "summary"][:1]
            inside.heading(1, words_of(summary))
            rest = [child for child in rest if child not in summary]
        inside.flow(Element("section", children=rest))
        self.blocks += inside.blocks
        levels = _levels(inside.blocks)
        if levels and all(isinstance(block, Heading) for block in inside.blocks):
            self.level = inside.level  # a section of a heading alone: it heads what follows
        elif levels:
            self.blocks.append(Heading(min(levels), ""))

    def _own_level(self) -> int:
        """The level of the heading of the section being read. A page without h1 has none."""
        own = min(_levels(self.blocks), default=self.above)
        return own if self.above or own == 1 else 0

    def references(self, element: Element) -> None:
        """A literature list that its role or class tells."""
        inside = _Reader(self.in_document)
        if element.tag in LISTS:
            inside.items(element)
        else:
            inside.flow(element)
        self.blocks += as_references(inside.blocks)

    def items(self, element: Element) -> None:
        """A list; as cards or steps when its items have headings. A table of contents is none."""
        if is_contents(element):
            return
        if any(found.heading_level for found in element.walk()):
            for entry in element.elements:
                self.block(entry)
            return
        for part in list_items(element):
            if isinstance(part, Element):
                self.table(part)
            else:
                self._append_items(tuple(part))

    def _append_items(self, items: tuple[Item, ...]) -> None:
        """Bulleted lists that follow each other are one to a reader, and share what leads in."""
        before = self.blocks[-1] if self.blocks else None
        bulleted = items[0].marker == BULLET
        if isinstance(before, ItemList) and bulleted and before.items[0].marker == BULLET:
            self.blocks[-1] = ItemList((*before.items, *items))
        else:
            self.blocks.append(ItemList(items))

    def table(self, element: Element) -> None:
        """A table, or what one only arranges on the page."""
        if is_layout(element):
            for cell in cells_of(element):
                self.flow(cell)
            return
        table = read_table(element)
        if table.header or table.rows:
            self.blocks.append(table)
        else:
            self.blocks += [Paragraph(note) for note in table.notes]


def _levels(blocks: list[Block]) -> list[int]:
    return [block.level for block in blocks if isinstance(block, Heading) and block.text]
