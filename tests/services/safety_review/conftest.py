"""A shelf of passages in memory."""

from __future__ import annotations

import sqlite3

import pytest
from services.safety_review.drafts import Edition, Shelf, edition

from plumbline_safety_review.passages import Passages


@pytest.fixture
def source() -> Edition:
    return edition()


@pytest.fixture
def shelf(source: Edition) -> Shelf:
    shelf = Shelf(Passages(sqlite3.connect(":memory:", isolation_level=None)))
    shelf.read(source)
    return shelf
