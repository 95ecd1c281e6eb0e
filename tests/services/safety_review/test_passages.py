"""The copy of the passages: only whole editions are visible, and reading twice changes nothing."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest
from services.safety_review.drafts import Edition, Shelf, edition, event

from plumbline.ingest.v1.events_pb2 import EditionIngested
from plumbline_safety_review.passages import Passages, open_passages


@pytest.fixture
def empty() -> Shelf:
    return Shelf(Passages(sqlite3.connect(":memory:", isolation_level=None)))


def visible(shelf: Shelf, source: Edition) -> int:
    return len(shelf.passages.placed([passage.occurrence_id for passage in source.passages]))


def test_an_edition_is_invisible_until_it_is_closed(empty: Shelf, source: Edition) -> None:
    *before, closed = source.parts()
    for part in before:
        empty.apply(part)
        assert visible(empty, source) == 0
    assert empty.passages.current("cll-response", "2026-01-01") == ""
    empty.apply(closed)
    assert visible(empty, source) == len(source.passages)
    assert empty.passages.current("cll-response", "2026-01-01") == source.edition_id


@pytest.mark.parametrize(("field", "value"), [("count", 5), ("digest", "0" * 64)])
def test_an_edition_that_does_not_add_up_stays_invisible(
    empty: Shelf, source: Edition, field: str, value: object
) -> None:
    *before, closed = source.parts()
    setattr(closed.closed, field, value)
    for part in (*before, closed):
        empty.apply(part)
    assert visible(empty, source) == 0


def test_a_missing_part_keeps_an_edition_invisible(empty: Shelf, source: Edition) -> None:
    parts = source.parts()
    for part in (*parts[:2], *parts[3:]):
        empty.apply(part)
    assert visible(empty, source) == 0


def test_parts_read_twice_change_nothing(empty: Shelf, source: Edition) -> None:
    for part in source.parts():
        empty.apply(part)
        empty.apply(part)
    assert visible(empty, source) == len(source.passages)
    empty.read(source)
    assert visible(empty, source) == len(source.passages)


def test_a_broken_off_listing_starts_again(empty: Shelf, source: Edition) -> None:
    for part in source.parts()[:3]:
        empty.apply(part)
    empty.read(source)
    assert visible(empty, source) == len(source.passages)


def test_a_visible_edition_is_immutable(empty: Shelf, source: Edition) -> None:
    empty.read(source)
    forged = edition([(("Forged",), "Everything is normal.")])
    empty.read(forged)
    assert visible(empty, source) == len(source.passages)
    assert visible(empty, forged) <= 1  # the same place, with its first words
    held = empty.passages.placed([forged.passages[0].occurrence_id])
    assert [one.passage.text for one in held.values()] == [source.passages[0].text]


def test_rows_and_position_are_stored_together(empty: Shelf, source: Edition) -> None:
    part = source.parts()[1]
    broken = EditionIngested(edition_id=source.edition_id, guideline_id=source.guideline_id)
    broken.passages.CopyFrom(part.passages)
    empty.apply(source.parts()[0])
    before = dict(empty.passages.positions())
    with pytest.raises(TypeError):
        empty.passages.apply(event(broken, offset=None))  # type: ignore[arg-type]
    assert dict(empty.passages.positions()) == before
    empty.apply(part)
    assert dict(empty.passages.positions()) == {0: 2}


def test_a_copy_is_found_again_where_it_was_left(tmp_path: Path, source: Edition) -> None:
    with open_passages(tmp_path / "passages.sqlite") as passages:
        Shelf(passages).read(source)
        positions = dict(passages.positions())
    with open_passages(tmp_path / "passages.sqlite") as passages:
        assert dict(passages.positions()) == positions == {0: len(source.parts())}
        assert visible(Shelf(passages), source) == len(source.passages)


def test_the_newest_edition_not_in_the_future_is_in_force(empty: Shelf, source: Edition) -> None:
    older = edition(version="2008", effective_date="2008-06-15")
    coming = edition(version="2030", effective_date="2030-01-01")
    empty.read(coming, source, older)
    assert empty.passages.current("cll-response", "2026-11-24") == source.edition_id
    assert empty.passages.current("cll-response", "2018-06-20") == older.edition_id
    assert empty.passages.current("cll-response", "2030-01-01") == coming.edition_id
    assert empty.passages.current("cll-response", "2000-01-01") == ""
    assert empty.passages.current("other", "2026-11-24") == ""
