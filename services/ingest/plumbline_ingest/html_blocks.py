"""HTML to blocks: what the structure says is kept, what stands around the document is left out."""

from __future__ import annotations

from dataclasses import dataclass, field

from plumbline_ingest.blocks import BULLET, Block, Break, Heading, ItemList, Paragraph, Reference
from plumbline_ingest.html_boilerplate import is_contents, is_left_out, is_only_links
from plumbline_ingest.html_lists import list_items
from plumbline_ingest.html_tables import cells_of, is_layout, read_table
from plumbline_ingest.html_tree import Element
from plumbline_ingest.html_words import paragraphs_of, words_of
from plumbline_ingest.references import as_references, heads_references

_SECTIONS = frozenset(("section", "article", "details"))
_DOCUMENTS = frozenset(("section", "article", "main"))
_LISTS = frozenset(("ul", "ol", "menu", "dir", "dl"))
_REFERENCE_ROLES = frozenset(("doc-bibliography", "doc-endnotes"))
_REFERENCE_CLASSES = frozenset(("references", "reference-list", "reflist", "ref-list"))


def html_blocks(document: Element) -> list[Block]:
    """The blocks of a document, or of the part of a page that is one."""
    reader = _Reader(in_document=document.tag in _DOCUMENTS)
    reader.flow(document)
    return reader.blocks


@dataclass
class _Reader:
    """Walks elements in reading order. `section_level`: of the heading of the section it is in."""

    in_document: bool = False
    section_level: int = 0
    last_level: int = 0
    blocks: list[Block] = field(default_factory=list)

    def flow(self, element: Element) -> None:
        """Read what is in an element: words that stand together are a paragraph."""
        run: list[Element | str] = []
        before = len(self.blocks)
        reference_level = 0
        for child in element.children:
            if isinstance(child, str) or not child.is_block:
                run.append(child)
                continue
            self._paragraphs(run, element)
            run = []
            self._block(child)
            if child.heading_level and heads_references(words_of(child.children)):
                reference_level, before = self.last_level, len(self.blocks)
        self._paragraphs(run, element)
        if reference_level and len(self.blocks) > before:
            self.blocks.append(Heading(reference_level, ""))  # the list ends with what it stands in

    def _paragraphs(self, run: list[Element | str], parent: Element) -> None:
        if not is_only_links(run, within_page=parent.tag == "p"):
            self.blocks += [Paragraph(line) for line in paragraphs_of(run)]

    def _block(self, element: Element) -> None:
        if is_left_out(element, in_document=self.in_document):
            return
        if element.heading_level:
            self._heading(element.heading_level, words_of(element.children))
        elif element.role in _REFERENCE_ROLES or element.classes & _REFERENCE_CLASSES:
            self.blocks += self._references(element)
        elif element.tag in _SECTIONS:
            self._section(element)
        elif element.tag in _LISTS:
            self._list(element)
        elif element.tag == "table":
            self._table(element)
        elif element.tag == "hr":
            self.blocks.append(Break())
        else:
            self.flow(element)

    def _heading(self, level: int, text: str) -> None:
        if text:
            self.last_level = max(level, self.section_level + 1)
            self.blocks.append(Heading(self.last_level, text))

    def _section(self, element: Element) -> None:
        """What follows a section is no longer under its headings; what is in it is under its own."""
        inside = _Reader(True, self.last_level if self.last_level else 0, self.last_level)
        summaries = [child for child in element.elements if child.tag == "summary"]
        if element.tag == "details" and summaries:
            inside._heading(self.last_level + 1, words_of(summaries[0].children))
            children = [child for child in element.children if child is not summaries[0]]
            element = Element("div", children=children, holds_blocks=True)
        inside.flow(element)
        self.blocks += inside.blocks
        levels = [block.level for block in inside.blocks if isinstance(block, Heading)]
        if levels:
            self.blocks.append(Heading(min(levels), ""))

    def _references(self, element: Element) -> list[Reference]:
        inside = _Reader(self.in_document)
        if element.tag in _LISTS:
            inside._list(element)
        else:
            inside.flow(element)
        return list(as_references(inside.blocks))

    def _list(self, element: Element) -> None:
        if is_contents(element):
            return
        if any(found.heading_level for found in element.walk()):
            for entry in element.elements:  # cards or steps, each with its heading
                self._block(entry)
            return
        for part in list_items(element):
            if isinstance(part, Element):
                self._table(part)
            else:
                self.blocks.append(ItemList(tuple(part)))

    def _table(self, element: Element) -> None:
        if is_layout(element):
            for cell in cells_of(element):
                self.flow(cell)
        elif table := read_table(element):
            self.blocks.append(table)
