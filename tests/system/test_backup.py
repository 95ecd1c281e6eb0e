"""A backup that was taken under load restores to a home that answers, verifies and goes on."""

from __future__ import annotations

import json
import re
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest
from system.conftest import GUIDELINES, SEED
from system.served import Served, served
from system.test_crash import questions

from plumbline_embedded.backup import take_backup
from plumbline_embedded.check import FAIL
from plumbline_embedded.doctor import examine
from plumbline_embedded.home import Home
from plumbline_embedded.restore import restore
from plumbline_embedded.snapshots import BackupError
from plumbline_provenance.verify import verify

pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]

BACKUPS = 2
LEXICAL = {"PLUMBLINE_RETRIEVAL_MODEL": ""}  # the index of a restored home is made quickly
NEW = "What is minimal residual disease in CLL?"  # not among the first of the load
CHANGES = ("question", "provenance")  # of an answer, from one server to the next


class Load(threading.Thread):
    """Asks one question after another until told to stop."""

    def __init__(self, url: str) -> None:
        super().__init__(daemon=True)
        self.url = url
        self.accepted: list[tuple[str, str]] = []
        self.enough = threading.Event()

    def run(self) -> None:
        with httpx.Client(base_url=self.url, timeout=20) as client:
            for text in questions()[:40]:
                if self.enough.is_set():
                    break
                reply = client.post("/v1/questions", json={"question": text})
                self.accepted.append((text, reply.json()["answer_id"]))


@dataclass(frozen=True)
class Taken:
    """A server that was backed up while it was asked; it is still running."""

    server: Served
    backups: list[Path]
    seed: dict[str, Any]
    receipt: bytes
    asked_before: list[tuple[str, str]]  # accepted before the last backup began


@pytest.fixture(scope="module")
def taken(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Taken]:
    """Two backups of one home under load."""
    folder = tmp_path_factory.mktemp("backup")
    with served(folder / "home", GUIDELINES, **LEXICAL) as server:
        seed = server.ask(SEED)
        receipt = server.receipt(str(seed["answer_id"]))
        load = Load(server.url)
        load.start()
        files = [folder / f"{number}.tar.gz" for number in range(BACKUPS)]
        for file in files:
            asked_before = list(load.accepted)
            done = server.run("backup", str(file))
            assert done.returncode == 0, done.stderr
        load.enough.set()
        load.join()
        assert asked_before
        yield Taken(server, files, seed, receipt, asked_before)


def restored(file: Path, home: Path) -> Served:
    """A server for a home that a backup was restored to; not started."""
    restore(Home(home), file, lambda _: lambda _: None)
    return Served(home, None, **LEXICAL)


def test_a_backup_is_the_whole_home_and_doctor_finds_nothing_wrong_with_it(
    taken: Taken, tmp_path: Path
) -> None:
    for number, file in enumerate(taken.backups):
        assert file.stat().st_mode & 0o777 == 0o600
        home = restored(file, tmp_path / str(number)).home
        report = examine(Home(home), {"PORT": "0"}, min_free_mib=1)
        assert not [check for check in report.checks if check.status == FAIL]
        for path in (home / "keys").iterdir():
            assert path.read_bytes() == (taken.server.home / "keys" / path.name).read_bytes()


def test_a_restored_home_answers_verifies_and_continues_the_ledger(
    taken: Taken, tmp_path: Path
) -> None:
    answer_id, receipt_file = str(taken.seed["answer_id"]), tmp_path / "receipt.json"
    server = restored(taken.backups[-1], tmp_path / "home")
    trust = tuple((server.home / "keys" / "trust.txt").read_text().split())
    server.start()
    try:
        assert lasting(server.get(f"/v1/answers/{answer_id}").json()) == lasting(taken.seed)
        assert verify(taken.receipt, trust).exit_code == 0
        assert server.receipt(answer_id) == taken.receipt
        for text, accepted in taken.asked_before:  # none that was in it is lost or stuck
            ended = server.get(f"/v1/answers/{accepted}", headers={"Prefer": "wait=20"}).json()
            assert ended["status"] in ("published", "not_covered", "withheld"), text
        before = leaves(server.home)
        new = server.receipt(server.ask(NEW)["answer_id"])
        assert json.loads(new)["leaf_index"] >= before
        receipt_file.write_bytes(taken.receipt)
        online = server.run("verify", str(receipt_file), "--online", "--json")
        assert online.returncode == 0, online.stdout + online.stderr
        assert {c["name"]: c["ok"] for c in json.loads(online.stdout)["checks"]}["consistency"]
        report = examine(Home(server.home), {"PORT": "0"}, min_free_mib=1)
        assert not [check for check in report.checks if check.status == FAIL]
    finally:
        server.kill()


def lasting(answer: Any) -> Any:
    """What an answer says, wherever it is served."""
    if isinstance(answer, dict):
        kept = (k for k in answer if k not in CHANGES and not k.endswith("url"))
        return {key: lasting(answer[key]) for key in kept}
    return [lasting(item) for item in answer] if isinstance(answer, list) else answer


def leaves(home: Path) -> int:
    return int((home / "provenance" / "ledger" / "checkpoint").read_text().split("\n")[1])


def test_what_would_destroy_something_is_refused(taken: Taken, tmp_path: Path) -> None:
    server, file = taken.server, taken.backups[0]
    before = file.read_bytes()
    again = server.run("backup", str(file))
    assert again.returncode == 1
    assert "is there already; give another name" in again.stderr
    assert file.read_bytes() == before
    served_home = server.run("restore", str(file), "--force")
    assert served_home.returncode == 1
    assert re.search(r"in use by process \d+; stop it first", served_home.stderr)
    assert server.get("/ready").status_code == 200
    with pytest.raises(BackupError, match="make it first"):
        take_backup(Home(server.home), tmp_path / "no" / "file", {}, lambda _: lambda _: None)
