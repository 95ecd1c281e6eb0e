"""The store: what is in it never changes."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from pathlib import Path

import pytest

from plumbline_ingest.edition import Edition
from plumbline_ingest.errors import Refused
from plumbline_ingest.store import Store, open_store

MakeEdition = Callable[..., Edition]


def test_an_edition_is_kept_once(edition_of: MakeEdition, store: Store) -> None:
    assert store.add(edition_of())
    assert not store.add(edition_of())
    assert [kept.edition_id for kept in store.editions()] == ["zorvic-response@2026"]


def test_the_same_version_with_other_words_is_refused(
    edition_of: MakeEdition, store: Store, response_md: str
) -> None:
    store.add(edition_of())
    with pytest.raises(Refused) as refused:
        store.add(edition_of(response_md.replace("1.5", "2.5")))
    assert "raise the version" in refused.value.reason
    assert store.add(edition_of(response_md.replace("1.5", "2.5"), ('"2026"', '"2027"')))


def test_the_parts_come_back_as_they_were_made(edition_of: MakeEdition, store: Store) -> None:
    edition = edition_of()
    store.add(edition)
    assert store.parts(edition.edition_id) == list(edition.parts())


def test_an_edition_is_unpublished_until_it_is_marked(
    edition_of: MakeEdition, store: Store
) -> None:
    store.add(edition_of())
    assert [kept.edition_id for kept in store.unpublished()] == ["zorvic-response@2026"]
    store.mark_published("zorvic-response@2026")
    assert store.unpublished() == []
    kept = store.find("zorvic-response@2026")
    assert kept
    assert kept.published


def test_the_database_itself_refuses_a_change(edition_of: MakeEdition, tmp_path: Path) -> None:
    with open_store(tmp_path / "ingest.sqlite") as store:
        store.add(edition_of())
    with sqlite3.connect(tmp_path / "ingest.sqlite") as connection:
        for change in (
            "UPDATE editions SET text = 'x'",
            "UPDATE edition_parts SET message = x'00'",
        ):
            with pytest.raises(sqlite3.IntegrityError):
                connection.execute(change)


def test_the_store_opens_again_with_what_it_had(edition_of: MakeEdition, tmp_path: Path) -> None:
    with open_store(tmp_path / "in" / "ingest.sqlite") as store:
        store.add(edition_of())
    with open_store(tmp_path / "in" / "ingest.sqlite") as store:
        assert not store.add(edition_of())
