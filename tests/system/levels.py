"""An invented guideline of many sections, each with a number that every edition changes."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path

from bench.multiplied import invented_name
from system.served import Served

DISEASE = "zorvic syndrome"


def terms(count: int) -> list[str]:
    """That many names that no dictionary has."""
    return [invented_name(number) for number in range(count)]


def write_edition(folder: Path, version: int, names: Sequence[str]) -> Path:
    """An edition: each name is a level below a number of its own."""
    paragraphs = [
        f"## {name}\n\n{name} means that the level of {other.lower()} in {DISEASE} is below "
        f"{10 * number + version} zorks.\n"
        for number, (name, other) in enumerate(zip(names, [*names[1:], names[0]], strict=True), 1)
    ]
    folder.mkdir(parents=True)
    (folder / "guide.md").write_text("\n".join(["# Zorvic syndrome: levels\n", *paragraphs]))
    (folder / "guideline.toml").write_text(
        f'id = "zorvic"\ntitle = "Zorvic syndrome: levels"\npublisher = "D"\n'
        f'version = "{version}"\neffective_date = {2019 + version}-01-01\n'
        f'licence = "CC-BY-4.0"\nfiles = ["guide.md"]\n[scope]\ndisease = "{DISEASE}"\n'
    )
    return folder


def take_in(server: Served, folder: Path) -> None:
    """Hand an edition in and wait until it can be found."""
    (result,) = server.ingest(folder)
    assert result["status"] == "ingested", result["reason"]


def outcomes(server: Served) -> dict[str, str]:
    """What came of each answer of the campaign so far, from the store itself."""
    path = server.home / "regeneration" / "regeneration.sqlite"
    with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as store:
        return dict(store.execute("SELECT answer_id, outcome FROM outcomes").fetchall())
