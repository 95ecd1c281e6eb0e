"""An invented guideline of many sections, each with a number that every edition changes."""

from __future__ import annotations

import sqlite3
from collections import Counter
from collections.abc import Mapping, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

from bench.multiplied import invented_name
from system.deployed import Deployed
from system.served import Served

from plumbline.topics import (
    ANSWER_RENDERED,
    ANSWER_SEALED,
    ANSWER_STALED,
    REGENERATION_REQUESTED,
    Topic,
)
from plumbline_bus import Record

CAMPAIGN = (ANSWER_RENDERED, REGENERATION_REQUESTED, ANSWER_STALED, ANSWER_SEALED)

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


def take_in(server: Served | Deployed, folder: Path) -> None:
    """Hand an edition in and wait until it can be found."""
    (result,) = server.ingest(folder)
    assert result["status"] == "ingested", result["reason"]


def outcomes(server: Served) -> dict[str, str]:
    """What came of each answer of the campaign so far, from the store itself."""
    return outcomes_in(server.home / "regeneration")


def outcomes_in(directory: Path) -> dict[str, str]:
    """The same, from the folder of a regeneration service."""
    path = directory / "regeneration.sqlite"
    with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as store:
        return dict(store.execute("SELECT answer_id, outcome FROM outcomes").fetchall())


def check_made_again_once(
    records: Mapping[Topic[Any], Sequence[Record]], answers: set[str]
) -> None:
    """Of the records of `CAMPAIGN`: these answers have a second revision and no other has one.

    A record may stand in the log again, but is then the same event with the same content.
    """
    runs = {(answer, revision) for answer in answers for revision in (1, 2)}
    made: dict[tuple[str, int], set[tuple[str | None, bytes]]] = {}
    for record in records[ANSWER_RENDERED]:
        message = ANSWER_RENDERED.message.FromString(record.value)
        run = (message.run.answer_id, message.run.revision)
        if run[0] in answers or run[1] > 1:
            made.setdefault(run, set()).add((record.header("ce_id"), message.content))
    assert made.keys() == runs
    assert all(len(found) == 1 for found in made.values())

    for topic, revision in ((REGENERATION_REQUESTED, 2), (ANSWER_STALED, 1)):
        events = {(record.header("ce_id"), record.key) for record in records[topic]}
        assert sorted(key for _, key in events) == sorted(f"{a}/{revision}" for a in answers)

    leaves = {
        (message.answer_id, message.revision, message.kind, message.leaf_index)
        for record in records[ANSWER_SEALED]
        for message in [ANSWER_SEALED.message.FromString(record.value)]
    }
    assert max(Counter(leaf[:3] for leaf in leaves).values()) == 1
    assert {leaf[:2] for leaf in leaves} >= runs
