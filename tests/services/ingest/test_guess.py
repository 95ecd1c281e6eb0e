"""A manifest for a bare document, as far as it can be guessed."""

from __future__ import annotations

import hashlib
from datetime import date

import pytest

from plumbline_ingest.documents import Document
from plumbline_ingest.guess import document_date, guess_manifest

TODAY = date(2026, 11, 24)


def test_the_stem_the_heading_and_the_date_name_an_edition() -> None:
    document = Document("zorvic.md", b"# Zorvic syndrome\n\nDate: 2026-01-31\n\nGlorps grow.\n")
    manifest = guess_manifest(document, "CC0-1.0", TODAY)
    assert manifest.edition_id == "zorvic@2026-01-31"
    assert manifest.title == manifest.disease == "Zorvic syndrome"
    assert manifest.effective_date == date(2026, 1, 31)
    assert manifest.files == ("zorvic.md",)
    assert manifest.licence == "CC0-1.0"


def test_without_a_date_the_version_is_a_hash_of_the_text_and_today_counts() -> None:
    content = b"# Zorvic syndrome\n\nOn 2020-01-01 glorps grew.\n"
    manifest = guess_manifest(Document("zorvic.md", content), "", TODAY)
    assert manifest.version == hashlib.sha256(content).hexdigest()[:12]
    assert manifest.effective_date == TODAY
    assert manifest.licence == ""  # never guessed


def test_a_disease_of_the_lexicon_is_found_in_the_title() -> None:
    document = Document("Care notes.md", b"# Living with CLL\n\nRest helps.")
    manifest = guess_manifest(document, "", TODAY)
    assert manifest.id == "Care-notes"
    assert manifest.disease == "cll"


def test_a_document_without_headings_is_called_by_its_file() -> None:
    manifest = guess_manifest(Document("glorp-care.txt", b"Glorps need care. They do."), "", TODAY)
    assert manifest.title == "glorp care"


@pytest.mark.parametrize(
    ("line", "found"),
    [
        ("Date: 2026-01-31", date(2026, 1, 31)),
        ("**Last updated:** 31 January 2026", date(2026, 1, 31)),
        ("January 31, 2026", date(2026, 1, 31)),
        ("Version 2026-01-31.", date(2026, 1, 31)),
        ("Updated 2026-13-31", None),
        ("Glorps were first seen on 2026-01-31", None),
        ("1 2 3", None),
    ],
)
def test_only_a_line_that_says_nothing_but_a_date_dates_a_document(
    line: str, found: date | None
) -> None:
    assert document_date(f"# T\n\n{line}\n\nwords") == found
