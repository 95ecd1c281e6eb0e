"""Thousands of documents taken in while questions are asked, and the server killed on the way."""

from __future__ import annotations

import json
import os
import random
import sqlite3
import statistics
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
import pytest
from bench.multiplied import SEED, Made, multiplied
from system.served import Served, served
from tqdm import tqdm

from plumbline_clinical.lexicon import disease_of

DATA = os.environ.get("PLUMBLINE_EVAL_DATA", "")
pytestmark = [
    pytest.mark.bench,
    pytest.mark.timeout(7200),
    pytest.mark.skipif(not DATA, reason="PLUMBLINE_EVAL_DATA names no folder of documents"),
]
DOCUMENTS = int(os.environ.get("PLUMBLINE_BENCH_DOCUMENTS", "5000"))  # fewer for a quick look
AT_ONCE = 100
KILLED_AT = DOCUMENTS // 2 // AT_ONCE * AT_ONCE
WAIT_SECONDS = 60
BETWEEN_SECONDS = 1.0  # between two questions: a reader, not a load test
MOST_GROWTH = 2.0  # of memory, from the first documents to the last


@dataclass(eq=False)  # a thread is itself and no other
class Reader(threading.Thread):
    """Asks about what is held, all the time; a question cut off by the kill is asked again."""

    server: Served
    asked: Counter[str] = field(default_factory=Counter)
    wrong: list[str] = field(default_factory=list)
    took_ms: list[float] = field(default_factory=list)
    cut_off: int = 0  # by the kill

    def __post_init__(self) -> None:
        super().__init__(daemon=True)
        self.held: list[Made] = []
        self.enough = threading.Event()
        self._chance = random.Random(SEED)

    def run(self) -> None:
        while not self.enough.wait(BETWEEN_SECONDS):
            if self.held:
                self._ask(self._chance.choice(self.held))

    def _ask(self, made: Made) -> None:
        started = time.perf_counter()
        try:
            answer = self.server.ask(made.question, wait=WAIT_SECONDS)
        except (httpx.HTTPError, ValueError):  # not JSON: it was going down
            self.cut_off += 1
            return
        self.took_ms.append((time.perf_counter() - started) * 1000)
        reason = answer["reason"]["code"] if answer["reason"] else ""
        self.asked[f"{answer['status']} {reason}".strip()] += 1
        cited = {passage["scope"]["disease"] for passage in answer["passages"]}
        if answer["status"] == "published" and cited != {disease(made)}:
            self.wrong.append(made.name)


def disease(made: Made) -> str:
    """What ingest guesses a document to be about: some of them share a disease of the lexicon."""
    known = disease_of(made.title)
    return known.id if known else made.title


def test_thousands_of_documents_while_questions_are_asked(tmp_path: Path) -> None:
    made = written(tmp_path / "documents")
    figures: list[tuple[int, int]] = []
    started = time.monotonic()
    with served(tmp_path / "home", None) as server:
        reader = Reader(server)
        reader.start()
        bar = tqdm(total=len(made), desc="documents", unit="", mininterval=5)
        for first in range(0, len(made), AT_ONCE):
            some = made[first : first + AT_ONCE]
            folder = tmp_path / "documents" / f"{first:05d}"
            if first == KILLED_AT:
                killed_in_the_middle(server, folder)
            results = taken_in(server, folder)
            kinds = Counter(result["status"] for result in results)
            assert kinds.total() == len(some)
            assert set(kinds) <= {"ingested", "unchanged"}, results[0]["reason"]
            if first == KILLED_AT:
                print(f"\nafter kill -9: {dict(kinds)}")
                assert kinds["unchanged"], "killed before anything of this folder was held"
            reader.held += some
            bar.update(len(some))
            figures.append((first + len(some), resident_mib(server)))
            print(f"\n{figures[-1][0]} documents: {figures[-1][1]} MiB resident", flush=True)
        bar.close()
        seconds = time.monotonic() - started
        reader.enough.set()
        reader.join(2 * WAIT_SECONDS)
        known = {result["status"] for result in taken_in(server, tmp_path / "documents" / "00000")}
        assert known == {"unchanged"}
        assert server.stop() == 0
    passages = nothing_twice(tmp_path / "home", len(made))
    report(reader, figures, passages, seconds)
    assert reader.asked["published"]
    assert not reader.wrong
    assert figures[-1][1] <= MOST_GROWTH * figures[0][1]


def written(folder: Path) -> list[Made]:
    """The documents, on disk in folders of those that are handed in at once."""
    data = Path(DATA) / "medquad"
    made = list(
        multiplied(rows(data / "documents.jsonl"), rows(data / "questions.jsonl"), DOCUMENTS)
    )
    for number, document in enumerate(made):
        below = folder / f"{number - number % AT_ONCE:05d}"
        below.mkdir(parents=True, exist_ok=True)
        (below / document.name).write_text(document.markdown, encoding="utf-8")
    return made


def rows(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text("utf-8").splitlines()]


def hand_in(server: Served, folder: Path) -> subprocess.Popen[str]:
    """plumbline ingest of one folder, begun."""
    arguments = ["ingest", "--licence", "LicenseRef-public-domain", "--json", str(folder)]
    return subprocess.Popen(
        [sys.executable, "-m", "plumbline_embedded", *arguments],
        env=server.environ,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )


def taken_in(server: Served, folder: Path) -> list[dict[str, Any]]:
    """Hand a folder in and wait; what became of each of its documents."""
    printed, _ = hand_in(server, folder).communicate(timeout=1800)
    return list(json.loads(printed)["results"])


def killed_in_the_middle(server: Served, folder: Path) -> None:
    """kill -9 of the server while it takes a folder in; then it is started again."""
    enough = editions_held(server.home) + len(list(folder.iterdir())) // 3
    begun = hand_in(server, folder)
    while editions_held(server.home) < enough:
        assert begun.poll() is None, "it was done before it could be killed"
        time.sleep(0.1)
    server.kill()
    begun.communicate(timeout=120)
    assert begun.returncode != 0
    server.start()


def count(database: Path, query: str) -> int:
    with sqlite3.connect(f"file:{database}?mode=ro", uri=True) as connection:
        return int(connection.execute(query).fetchone()[0])


def editions_held(home: Path) -> int:
    return count(home / "retrieval" / "editions.sqlite", "SELECT count(*) FROM editions")


def resident_mib(server: Served) -> int:
    """Resident memory of the server process, in MiB."""
    assert server.process is not None
    told = subprocess.run(
        ["ps", "-o", "rss=", "-p", str(server.process.pid)],
        capture_output=True,
        text=True,
        check=True,
    )
    return int(told.stdout) // 1024


def nothing_twice(home: Path, documents: int) -> int:
    """One edition for each document, and each place in it once; how many passages there are."""
    editions = home / "retrieval" / "editions.sqlite"
    passages = count(editions, "SELECT count(*) FROM passages")
    places = "SELECT count(*) FROM (SELECT DISTINCT edition_id, start FROM passages)"
    assert count(editions, "SELECT count(DISTINCT guideline_id) FROM editions") == documents
    assert editions_held(home) == documents
    assert count(editions, places) == passages
    assert count(editions, "SELECT sum(passages) FROM editions") == passages
    assert not count(editions, "SELECT count(*) FROM listed")
    return passages


def report(
    reader: Reader, figures: Sequence[tuple[int, int]], passages: int, seconds: float
) -> None:
    print(f"\n{DOCUMENTS} documents, {passages} passages in {seconds:.0f} s: "
          f"{DOCUMENTS / seconds:.1f} documents/s")  # fmt: skip
    print("resident MiB: " + ", ".join(f"{mib} at {number}" for number, mib in figures))
    ordered = sorted(reader.took_ms)
    p95 = ordered[int(len(ordered) * 0.95)]
    print(f"asked meanwhile: {dict(reader.asked)}, {reader.cut_off} cut off by the kill; "
          f"p50 {statistics.median(ordered):.0f} ms, p95 {p95:.0f} ms, "
          f"max {ordered[-1]:.0f} ms")  # fmt: skip
