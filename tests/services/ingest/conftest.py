"""Guidelines to ingest, made for tests: an invented disease that no lexicon knows."""

from __future__ import annotations

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
def store() -> Iterator[Store]:
    with open_store(":memory:") as opened:
        yield opened
