"""One home's keys, and a receipt sealed with them."""

from __future__ import annotations

from pathlib import Path

import pytest
from services.provenance.answers import World

from plumbline_provenance.ledger import open_ledger


@pytest.fixture(scope="session")
def world() -> World:
    return World()


@pytest.fixture
async def receipt(world: World, tmp_path: Path) -> bytes:
    """A real receipt, the third of five leaves."""
    async with open_ledger(tmp_path / "provenance", world.log) as ledger:
        for number in (1, 2, 3):
            sealed = await ledger.seal(world.publication(number))
    return sealed.receipt
