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


@pytest.mark.parametrize(
    ("title", "audience"),
    [
        ("Zorvic Syndrome Treatment (PDQ®)–Patient Version", "patient"),
        ("Zorvic syndrome: information for patients", "patient"),
        ("Zorvic Syndrome Treatment–Health Professional Version", "clinician"),
        ("Zorvic syndrome, guidance for healthcare professionals", "clinician"),
        ("Zorvic syndrome in patients over 60", ""),
    ],
)
def test_a_title_says_for_whom_it_is_written(title: str, audience: str) -> None:
    document = Document("zorvic.md", f"# {title}\n\nGlorps grow.\n".encode())
    assert guess_manifest(document, "", TODAY).audience == audience


def test_a_document_without_headings_is_called_by_its_file() -> None:
    manifest = guess_manifest(Document("glorp-care.txt", b"Glorps need care. They do."), "", TODAY)
    assert manifest.title == "glorp care"


def page(head: str, body: str = "<h1>Zorvic syndrome</h1><p>Glorps grow.</p>") -> Document:
    return Document("zorvic.html", f"<!doctype html><head>{head}</head><body>{body}".encode())


@pytest.mark.parametrize(
    "head",
    [
        '<meta property="article:modified_time" content="2026-01-31T08:00:00Z">'
        '<meta property="article:published_time" content="2020-01-01">',
        '<meta name="DCTERMS.modified" content="2026-01-31">',
        '<meta itemprop="dateModified" content="2026-01-31">',
        '<script type="application/ld+json">{"@graph": [{"datePublished": "2020-01-01",'
        '"dateModified": "2026-01-31T08:00"}]}</script>',
    ],
)
def test_a_page_is_dated_by_what_its_head_says_it_was_last_changed(head: str) -> None:
    manifest = guess_manifest(page(head), "CC0-1.0", TODAY)
    assert manifest.edition_id == "zorvic@2026-01-31"
    assert manifest.effective_date == date(2026, 1, 31)
    assert manifest.title == "Zorvic syndrome"


@pytest.mark.parametrize(
    "body",
    [
        "<p>Page last reviewed: 31 January 2026</p><p>Glorps grow.</p>",
        "<p>Glorps grow.</p>" * 100 + "<p>Updated: January 31, 2026</p>",
        '<p>Glorps grow.</p><time itemprop="dateModified" datetime="2026-01-31">soon</time>',
    ],
)
def test_a_page_is_dated_by_a_line_that_says_so(body: str) -> None:
    assert guess_manifest(page("", body), "", TODAY).version == "2026-01-31"


@pytest.mark.parametrize(
    "body",
    ["<p>Glorps grow.</p>" * 100 + "<p>31 January 2026</p>" + "<p>They do.</p>", "<p>Glorps.</p>"],
)
def test_a_page_without_a_date_of_its_own_is_versioned_by_its_text(body: str) -> None:
    document = page('<script type="application/ld+json">{not json</script>', body)
    manifest = guess_manifest(document, "", TODAY)
    assert manifest.version == hashlib.sha256(document.text.encode()).hexdigest()[:12]
    assert manifest.effective_date == TODAY


def test_a_page_is_called_by_its_heading_else_by_its_title() -> None:
    titled = '<title>Zorvic &amp; you</title><meta property="og:site_name" content="Glorp House">'
    assert guess_manifest(page(titled), "", TODAY).title == "Zorvic syndrome"
    without = guess_manifest(page(titled, "<h2>Care</h2><p>Glorps.</p>"), "", TODAY)
    assert (without.title, without.publisher) == ("Zorvic & you", "Glorp House")
    assert guess_manifest(page("", "<h2>Care</h2><p>Glorps.</p>"), "", TODAY).title == "Care"
    assert guess_manifest(page("", "<p>Glorps.</p>"), "", TODAY).title == "zorvic"


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
