"""Real documents in: how many are read, how much of their structure is found, what is refused."""

from __future__ import annotations

import json
import os
import re
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date
from html import escape
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest

from plumbline.ingest.v1.events_pb2 import PASSAGE_KIND_PROSE, Passage
from plumbline_bus import create_topics, open_local
from plumbline_ingest.documents import Document
from plumbline_ingest.edition import Edition, make_edition
from plumbline_ingest.intake import Intake, Upload
from plumbline_ingest.manifest import parse_manifest
from plumbline_ingest.publisher import Publisher
from plumbline_ingest.store import open_store

DATA = os.environ.get("PLUMBLINE_EVAL_DATA", "")
pytestmark = [
    pytest.mark.eval,
    pytest.mark.timeout(600),
    pytest.mark.skipif(not DATA, reason="PLUMBLINE_EVAL_DATA names no folder of documents"),
]
TODAY = date(2026, 11, 24)
LEAST_HEADINGS = 0.98
LITERATURE = "References"
NAVIGATION = re.compile(r"(?:Go to \w.* Version|Enlarge)\n?")  # links, left out as such
SENTENCE_END = re.compile(r"[.!?…:]['\"”’)]*(?:\s?\[[^\[\]]*\])*\s*$")


@dataclass
class Figures:
    """One row of the table."""

    documents: int = 0
    ingested: int = 0
    refused: Counter[str] = field(default_factory=Counter)
    headings: int = 0
    recovered: int = 0
    lost: list[str] = field(default_factory=list)
    sections: int = 0
    placed: int = 0
    misplaced: list[str] = field(default_factory=list)
    passages: int = 0
    mid_sentence: list[str] = field(default_factory=list)
    cpu_seconds: float = 0.0

    def row(self, name: str) -> str:
        headings = f"{100 * self.recovered / self.headings:.1f}" if self.headings else "–"
        placed = f"{100 * self.placed / self.sections:.1f}" if self.sections else "–"
        return (
            f"{name:16} {self.documents:9} {self.ingested:8} {sum(self.refused.values()):7} "
            f"{headings:>10} {placed:>10} {self.passages:8} {len(self.mid_sentence):12} "
            f"{self.cpu_seconds:5.1f}"
        )


Look = Callable[[Path, Edition, Figures], None]


async def ingest(files: Iterable[Path], look: Look) -> Figures:
    """Take every file as `plumbline ingest` does: guessed, read, kept, published."""
    figures = Figures()
    async with open_local(":memory:") as log:
        await create_topics(log)
        with open_store(":memory:") as store:
            intake = Intake(store, Publisher(log, store), today=lambda: TODAY)
            for file in files:
                document = Document(file.name, file.read_bytes())
                started = time.process_time()
                outcome = await intake.take(Upload(None, [document], "LicenseRef-evaluation"))
                figures.cpu_seconds += time.process_time() - started
                figures.documents += 1
                if outcome.status != "ingested":
                    assert outcome.reason, file.name
                    figures.refused[outcome.reason.replace(file.name, "…")] += 1
                    continue
                figures.ingested += 1
                edition = make_edition(parse_manifest(outcome.manifest), [document])
                check(edition, figures)
                look(file, edition, figures)
    return figures


def check(edition: Edition, figures: Figures) -> None:
    """What holds for any edition: exact ranges, and passages that begin where a sentence does."""
    for passage in edition.passages:
        assert edition.text[passage.start : passage.end] == passage.text
        assert (
            passage.text.encode()
            == edition.text.encode()[_bytes_before(edition, passage) :][
                : len(passage.text.encode())
            ]
        )
        if starts_mid_sentence(edition.text, passage):
            figures.mid_sentence.append(f"{edition.edition_id}: {passage.text[:70]!r}")
    figures.passages += len(edition.passages)


def _bytes_before(edition: Edition, passage: Passage) -> int:
    return len(edition.text[: passage.start].encode())


def starts_mid_sentence(text: str, passage: Passage) -> bool:
    """Whether what stands before it leaves a sentence open: in its line; or in the line before, a
    heading aside, when it goes on with a small letter (of a word without capitals, unlike iwCLL).
    """
    before = text[: passage.start]
    line_so_far = before.rpartition("\n")[2]
    if line_so_far.strip():
        return not SENTENCE_END.search(line_so_far)
    line_before = before.rstrip().rpartition("\n")[2]
    first_word = passage.text.split(maxsplit=1)[0]
    goes_on = passage.kind == PASSAGE_KIND_PROSE and first_word.islower()
    return goes_on and line_before not in passage.section and not SENTENCE_END.search(line_before)


class HeadingsOfPage(HTMLParser):
    """The headings of a page in order, read without anything of ours."""

    def __init__(self, source: str) -> None:
        super().__init__()
        self.found: list[str] = []
        self._inside = ""
        self.feed(source)

    def handle_starttag(self, tag: str, attrs: Any) -> None:
        if re.fullmatch("h[1-6]", tag):
            self._inside = tag
            self.found.append("")

    def handle_endtag(self, tag: str) -> None:
        if tag == self._inside:
            self._inside = ""

    def handle_data(self, data: str) -> None:
        if self._inside:
            self.found[-1] += data


def look_for_headings(headings: Iterable[str], edition: Edition, figures: Figures) -> None:
    """Each must stand in the text on a line of its own, in this order, and head a passage.

    The heading of a literature list heads none: such lists are in the text, not in passages.
    """
    text = f"\n{edition.text}\n"
    at = 0
    for heading in (" ".join(heading.split()) for heading in headings):
        if not heading:
            continue
        figures.headings += 1
        found = text.find(f"\n{heading}\n", at)
        heads = heading == LITERATURE or any(
            heading in passage.section and passage.start >= found for passage in edition.passages
        )
        if found < 0 or not heads:
            figures.lost.append(f"{edition.edition_id}: {heading}")
            continue
        at = found + 1
        figures.recovered += 1


def look_for_sections(row: dict[str, Any], edition: Edition, figures: Figures) -> None:
    """Where each section begins, a passage must carry exactly its path of headings."""
    for section in row["sections"]:
        path = [" ".join(part.split()) for part in section["heading"].split(" > ")]
        opening = letters(NAVIGATION.sub("", section["text"]).partition("\n")[0])[:40]
        if path[-1] == LITERATURE or not opening:
            continue
        figures.sections += 1
        holding = [p for p in edition.passages if opening in letters(p.text)]
        if any(list(passage.section)[1:] == path for passage in holding):
            figures.placed += 1
        else:
            figures.misplaced.append(f"{edition.edition_id}: {section['heading'][:80]}")


def letters(text: str) -> str:
    """For comparing: letters only, without numbers of citations in brackets."""
    return re.sub(r"[\W\d_]", "", re.sub(r"\[[\d,\s–-]+\]", "", text)).lower()


def rows(path: Path) -> Iterator[dict[str, Any]]:
    for line in path.read_text(encoding="utf-8").splitlines():
        yield json.loads(line)


def page_of(row: dict[str, Any]) -> str:
    """A document of headed sections as the page it was made from, roughly."""
    parts = [f"<!doctype html><title>{escape(row['title'])}</title><h1>{escape(row['title'])}</h1>"]
    for section in row["sections"]:
        parts.append(f"<h{section['level']}>{escape(section['heading'])}</h{section['level']}>")
        for line in section["text"].split("\n"):
            parts.append(f"<p>{escape(line)}</p>")
    return "\n".join(parts)


async def pdq(data: Path) -> Figures:
    """Pages as their publisher made them."""
    summaries = {row["id"]: row for row in rows(data / "nci_pdq" / "documents.jsonl")}

    def look(file: Path, edition: Edition, figures: Figures) -> None:
        look_for_headings(HeadingsOfPage(file.read_text("utf-8")).found, edition, figures)
        look_for_sections(summaries[file.stem], edition, figures)

    return await ingest(sorted((data / "nci_pdq" / "html").iterdir()), look)


async def medquad(data: Path, folder: Path) -> Figures:
    """Headed sections, made into pages in this folder."""
    documents = {row["id"]: row for row in rows(data / "medquad" / "documents.jsonl")}
    for name, row in documents.items():
        (folder / f"{name}.html").write_text(page_of(row), encoding="utf-8")

    def look(file: Path, edition: Edition, figures: Figures) -> None:
        row = documents[file.stem]
        headings = (row["title"], *(section["heading"] for section in row["sections"]))
        look_for_headings(headings, edition, figures)
        look_for_sections(row, edition, figures)

    return await ingest(sorted(folder.iterdir()), look)


def report(table: dict[str, Figures]) -> None:
    """Print the table, every reason, and what was not found."""
    names = "documents ingested refused headings % in place % passages mid-sentence CPU s"
    print(f"\n\n{'':16} {names}")
    for name, figures in table.items():
        print(figures.row(name))
    for name, figures in table.items():
        lines = [f"refused, {count} ×: {reason}" for reason, count in figures.refused.items()]
        for what in ("lost", "misplaced", "mid_sentence"):
            lines += [f"{what}: {found}" for found in getattr(figures, what)[:20]]
        for line in lines:
            print(f"{name}, {line}")


async def test_real_documents_are_ingested_or_refused_with_a_reason(tmp_path: Path) -> None:
    data = Path(DATA)
    texts = sorted((data / "nstg_guidelines" / "txt").iterdir())
    others = sorted(path for path in (data / "document_files").rglob("*/*") if path.is_file())
    table = {
        "nci_pdq": await pdq(data),
        "medquad": await medquad(data, tmp_path),
        "nstg_guidelines": await ingest(texts, lambda *_: None),
        "document_files": await ingest(others, lambda *_: None),
    }
    report(table)
    for figures in table.values():
        assert figures.documents == figures.ingested + sum(figures.refused.values())
    for figures in (table["nci_pdq"], table["medquad"]):
        assert figures.recovered >= LEAST_HEADINGS * figures.headings
        assert not figures.mid_sentence
