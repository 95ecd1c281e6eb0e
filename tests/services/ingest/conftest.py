"""Guidelines to ingest, made for tests: an invented disease that no lexicon knows."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterator

import pytest

from plumbline_ingest.documents import Document
from plumbline_ingest.edition import Edition, make_edition
from plumbline_ingest.manifest import parse_manifest
from plumbline_ingest.store import Store, open_store

MANIFEST = """
id = "zorvic-response"
title = "Zorvic syndrome: judging response"
publisher = "Demonstration"
version = "2026"
effective_date = 2026-01-31
licence = "CC-BY-4.0"
files = ["response.md"]
[scope]
disease = "zorvic syndrome"
audience = "patient"
"""

RESPONSE = """# Zorvic syndrome: judging response

## Full answer

Full answer means that no glorps are left.

These findings are listed for a full answer:

- Glorps: none measures ≥1.5 zorks.
- Blood: the count is ≥100 × 10<sup>9</sup>/L.
"""

MakeEdition = Callable[..., Edition]
CheckRanges = Callable[[Edition], None]


@pytest.fixture
def manifest_toml() -> str:
    return MANIFEST


@pytest.fixture
def response_md() -> str:
    return RESPONSE


@pytest.fixture
def edition_of(manifest_toml: str) -> MakeEdition:
    """An edition of this text under the test manifest; `changes` are (old, new) in the manifest."""

    def make(text: str | bytes = RESPONSE, *changes: tuple[str, str]) -> Edition:
        toml = manifest_toml
        for old, new in changes:
            assert old in toml
            toml = toml.replace(old, new)
        content = text.encode() if isinstance(text, str) else text
        return make_edition(parse_manifest(toml), [Document("response.md", content)])

    return make


@pytest.fixture
def check_ranges() -> CheckRanges:
    """What holds for every edition whatsoever."""

    def check(edition: Edition) -> None:
        assert unicodedata.is_normalized("NFC", edition.text)
        end = 0
        for passage in edition.passages:
            assert end <= passage.start < passage.end  # in order, none overlapping
            end = passage.end
            assert edition.text[passage.start : passage.end] == passage.text
            assert passage.spans
            for number, span in enumerate(passage.spans, start=1):
                words = passage.text[span.start : span.end]
                assert words
                assert words == words.strip()
                assert span.lead_in < number  # what it hangs on comes first
                assert span.row_header < number
                assert span.column_header < number

    return check


@pytest.fixture
def store() -> Iterator[Store]:
    with open_store(":memory:") as opened:
        yield opened
