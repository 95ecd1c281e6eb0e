"""Sets of documents, and of questions whose answering section is known."""

from __future__ import annotations

import bisect
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from eval.test_ingest import page_of, rows

from plumbline_ingest.documents import Document
from plumbline_ingest.edition import Edition, make_edition
from plumbline_ingest.guess import guess_manifest

LICENCE = "LicenseRef-public-domain"
TODAY = datetime.now(UTC).date()  # as ingest guesses the date of a page that says none


@dataclass(frozen=True)
class Question:
    """A question, and the sections and documents that answer it."""

    text: str
    sections: frozenset[str]
    documents: frozenset[str]


@dataclass
class Set:
    """Editions as ingest makes them, and questions. `section_of` goes by occurrence id."""

    name: str
    questions: list[Question]
    editions: list[Edition] = field(default_factory=list)
    section_of: dict[str, str] = field(default_factory=dict)
    document_of: dict[str, str] = field(default_factory=dict)

    def add(self, edition: Edition, row: dict[str, Any]) -> None:
        """An edition, and where each section of its document is in it."""
        self.editions.append(edition)
        starts = list(section_starts(edition.text, row["sections"]))
        offsets = [start for start, _ in starts]
        for passage in edition.passages:
            self.document_of[passage.occurrence_id] = row["id"]
            place = bisect.bisect_right(offsets, passage.start) - 1
            if place >= 0:
                self.section_of[passage.occurrence_id] = starts[place][1]


def section_starts(text: str, sections: Iterable[dict[str, Any]]) -> Iterator[tuple[int, str]]:
    """Where each section's heading stands on a line of its own, in order."""
    lines = f"\n{text}\n"
    at = 0
    for section in sections:
        heading = " ".join(section["heading"].rpartition(" > ")[2].split())
        found = lines.find(f"\n{heading}\n", at)
        if found >= 0:
            at = found + 1
            yield found, section["id"]


def pages(data: Path, name: str) -> Iterator[tuple[dict[str, Any], str]]:
    """Each document of a set with its page: as published, or made from its headed sections."""
    published = data / name / "html"
    for row in rows(data / name / "documents.jsonl"):
        page = published / f"{row['id']}.html"
        yield row, page.read_text("utf-8") if page.is_file() else page_of(row)


def questions_of(data: Path, name: str) -> list[Question]:
    """The questions of a set; one text that is asked of several sections is one question."""
    sections: dict[str, set[str]] = defaultdict(set)
    documents: dict[str, set[str]] = defaultdict(set)
    for row in rows(data / name / "questions.jsonl"):
        sections[row["question"]] |= {relevant["section_id"] for relevant in row["relevant"]}
        documents[row["question"]] |= set(row["relevant_doc_ids"])
    return [Question(t, frozenset(sections[t]), frozenset(documents[t])) for t in sections]


def read_set(data: Path, name: str) -> Set:
    """A set, its documents guessed and read as `plumbline ingest` does."""
    made = Set(name, questions_of(data, name))
    for row, page in pages(data, name):
        document = Document(f"{row['id']}.html", page.encode())
        made.add(make_edition(guess_manifest(document, LICENCE, TODAY), [document]), row)
    return made


def write_pages(data: Path, name: str, folder: Path) -> None:
    """The pages of a set as files."""
    folder.mkdir(parents=True)
    for row, page in pages(data, name):
        (folder / f"{row['id']}.html").write_text(page, encoding="utf-8")
