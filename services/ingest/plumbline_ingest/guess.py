"""A manifest for a document that came without one. The licence is never guessed."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from plumbline_clinical.lexicon import disease_of
from plumbline_ingest.blocks import Heading, Paragraph
from plumbline_ingest.documents import Document
from plumbline_ingest.edition import read_blocks
from plumbline_ingest.html_page import Page, read_page
from plumbline_ingest.manifest import (
    LONGEST_WORDS,
    Manifest,
    check_file_name,
    guessed_id,
    is_html,
)

UNKNOWN_PUBLISHER: Final = "not stated"
_CLINICIANS: Final = r"health(?:care)? professionals?|clinicians?|physicians?"
_FOR_CLINICIANS: Final = re.compile(
    rf"\bfor (?:{_CLINICIANS})\b|\b(?:{_CLINICIANS}) version\b", re.IGNORECASE
)
_FOR_PATIENTS: Final = re.compile(r"\bfor patients\b|\bpatient version\b", re.IGNORECASE)
_LINES_READ: Final = 30  # a document says its date at its head; further down it is someone else's
_MONTHS: Final = (
    "January February March April May June July August September October November December"
)
_WRITTEN: Final = (
    r"\d{4}-\d{2}-\d{2}"
    rf"|\d{{1,2}} (?:{'|'.join(_MONTHS.split())}) \d{{4}}"
    rf"|(?:{'|'.join(_MONTHS.split())}) \d{{1,2}},? \d{{4}}"
)
_NAMES: Final = (
    r"(?:(?:this )?(?:page|document|guideline|content)\s+)?"
    r"(?:date|version|edition|effective|valid|published|updated|issued|revised|reviewed|last)"
    r"[\w \-]{0,30}:?\s*"
)
_DATE: Final = rf"['\"(]?({_WRITTEN})['\")]?\.?"
_DATE_LINE: Final = re.compile(rf"(?:{_NAMES})?{_DATE}", re.IGNORECASE)
_NAMED_DATE_LINE: Final = re.compile(rf"{_NAMES}{_DATE}", re.IGNORECASE)
_FORMATS: Final = ("%Y-%m-%d", "%d %B %Y", "%B %d %Y")


@dataclass(frozen=True, slots=True)
class _Said:
    """What a document says about itself; "" and None for what it does not."""

    title: str
    date: date | None
    publisher: str = ""


def guess_manifest(document: Document, licence: str, today: date) -> Manifest:
    """id = file stem, title = first heading, version = the document's date else a hash of its text.

    `today` is the effective date of a document that does not say one. Refused when it is not text.
    """
    name = check_file_name(document.name)
    text = document.text
    identity = guessed_id(name)
    said = _page_says(read_page(document.source)) if is_html(name) else _text_says(document)
    title = (said.title or identity.replace("-", " "))[:LONGEST_WORDS]
    known = disease_of(title)
    return Manifest(
        id=identity,
        title=title,
        publisher=said.publisher[:LONGEST_WORDS] or UNKNOWN_PUBLISHER,
        version=said.date.isoformat() if said.date else _sha256(text)[:12],
        effective_date=said.date or today,
        licence=licence,
        files=(name,),
        disease=known.id if known else title,
        audience=title_audience(title),
    )


def title_audience(title: str) -> str:
    """For whom a document says in its title that it is written; "" where it does not say."""
    if _FOR_CLINICIANS.search(title):
        return "clinician"
    return "patient" if _FOR_PATIENTS.search(title) else ""


def _text_says(document: Document) -> _Said:
    headings = [block.text for block in read_blocks(document) if isinstance(block, Heading)]
    return _Said(next(filter(None, headings), ""), document_date(document.text))


def _page_says(page: Page) -> _Said:
    """A page says its date in its head, in a line near its beginning, or, named, near its end."""
    lines = [block.text for block in page.blocks if isinstance(block, Heading | Paragraph)]
    headings = [block.text for block in page.blocks if isinstance(block, Heading)]
    found = _read_iso(page.date) or document_date("\n".join(lines))
    if not found:
        last = [_NAMED_DATE_LINE.fullmatch(line) for line in reversed(lines[-_LINES_READ:])]
        found = next((read for match in last if match and (read := _read(match[1]))), None)
    title = page.title or next(filter(None, headings), "")
    return _Said(title, found, page.publisher)


def document_date(text: str) -> date | None:
    """The date a document gives itself: a line near its head that says nothing but a date."""
    for line in text.split("\n")[:_LINES_READ]:
        match = _DATE_LINE.fullmatch(re.sub(r"[*_#>|]", "", line).strip())
        if match and (found := _read(match[1])):
            return found
    return None


def _sha256(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def _read_iso(written: str) -> date | None:
    """The day of an ISO 8601 date or time, or of a date in words."""
    try:
        return date.fromisoformat(written[:10])
    except ValueError:
        return _read(written.strip())


def _read(written: str) -> date | None:
    for pattern in _FORMATS:
        try:
            return datetime.strptime(written.replace(",", "").title(), pattern).date()  # noqa: DTZ007
        except ValueError:
            continue
    return None
