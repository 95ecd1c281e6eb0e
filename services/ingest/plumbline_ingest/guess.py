"""A manifest for a document that came without one. The licence is never guessed."""

from __future__ import annotations

import hashlib
import re
from datetime import date, datetime
from pathlib import PurePosixPath
from typing import Final

from plumbline_clinical.lexicon import disease_of
from plumbline_ingest.blocks import Heading
from plumbline_ingest.documents import Document
from plumbline_ingest.edition import read_blocks
from plumbline_ingest.manifest import Manifest, check_file_name

UNKNOWN_PUBLISHER: Final = "not stated"
_LINES_READ: Final = 30  # a document says its date at its head; further down it is someone else's
_MONTHS: Final = (
    "January February March April May June July August September October November December"
)
_WRITTEN: Final = (
    r"\d{4}-\d{2}-\d{2}"
    rf"|\d{{1,2}} (?:{'|'.join(_MONTHS.split())}) \d{{4}}"
    rf"|(?:{'|'.join(_MONTHS.split())}) \d{{1,2}},? \d{{4}}"
)
_DATE_LINE: Final = re.compile(
    r"(?:(?:date|version|edition|effective|valid|published|updated|issued|revised|reviewed|last)"
    rf"[\w \-]{{0,30}}:?\s*)?['\"(]?({_WRITTEN})['\")]?\.?",
    re.IGNORECASE,
)
_FORMATS: Final = ("%Y-%m-%d", "%d %B %Y", "%B %d %Y")


def guess_manifest(document: Document, licence: str, today: date) -> Manifest:
    """id = file stem, title = first heading, version = the document's date else a hash of its text.

    `today` is the effective date of a document that does not say one. Refused when it is not text.
    """
    name = check_file_name(document.name)
    text = document.text
    stem = re.sub(r"[^\w.+~-]+", "-", PurePosixPath(name).stem).strip("-._+~") or "document"
    headings = [block.text for block in read_blocks(document) if isinstance(block, Heading)]
    title = next((heading for heading in headings if heading), stem.replace("-", " "))
    said = document_date(text)
    known = disease_of(title)
    return Manifest(
        id=stem[:100],
        title=title,
        publisher=UNKNOWN_PUBLISHER,
        version=said.isoformat() if said else hashlib.sha256(text.encode()).hexdigest()[:12],
        effective_date=said or today,
        licence=licence,
        files=(name,),
        disease=known.id if known else title,
    )


def document_date(text: str) -> date | None:
    """The date a document gives itself: a line near its head that says nothing but a date."""
    for line in text.split("\n")[:_LINES_READ]:
        match = _DATE_LINE.fullmatch(re.sub(r"[*_#>|]", "", line).strip())
        if match and (found := _read(match[1])):
            return found
    return None


def _read(written: str) -> date | None:
    for pattern in _FORMATS:
        try:
            return datetime.strptime(written.replace(",", "").title(), pattern).date()  # noqa: DTZ007
        except ValueError:
            continue
    return None
