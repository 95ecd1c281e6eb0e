"""Doctor finds each fault that is planted, says what to do, and finds nothing wrong with a home."""

from __future__ import annotations

import json
import os
import shutil
import socket
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from system.conftest import GUIDELINES, SEED
from system.served import Served, served

from plumbline_embedded.check import FAIL, OK, WARN
from plumbline_embedded.doctor import Report, examine
from plumbline_embedded.home import Home
from plumbline_tlog.note import new_signer

pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]

OTHER = "What is minimal residual disease in CLL?"


@dataclass(frozen=True)
class Stopped:
    """A home that nobody serves, its older copies, and a way to look at it."""

    path: Path
    younger: Path  # provenance's folder when it had fewer leaves
    environ: dict[str, str]

    def examined(self, min_free_mib: int = 1) -> Report:
        return examine(Home(self.path), self.environ, min_free_mib=min_free_mib)


@pytest.fixture(scope="module")
def stopped(tmp_path_factory: pytest.TempPathFactory) -> Stopped:
    """A home with the demonstration corpus and two answers, one of them sealed after a copy."""
    folder = tmp_path_factory.mktemp("doctor")
    lexical = {"PLUMBLINE_RETRIEVAL_MODEL": ""}  # its index is made quickly
    with served(folder / "home", GUIDELINES, **lexical) as server:
        server.receipt(server.ask(SEED)["answer_id"])
        server.stop()
        shutil.copytree(folder / "home" / "provenance", folder / "younger")
        server.start()
        server.receipt(server.ask(OTHER)["answer_id"])
        server.stop()
    return Stopped(folder / "home", folder / "younger", {"PORT": str(free_port()), **lexical})


@pytest.fixture
def kept(stopped: Stopped, tmp_path: Path) -> Iterator[Callable[[str], Path]]:
    """Gives a path of the home that the test may change: it is put back as it was afterwards."""
    changed: list[tuple[Path, Path]] = []

    def keep(name: str) -> Path:
        path, copy = stopped.path / name, tmp_path / str(len(changed))
        if path.exists():
            subprocess.run(["cp", "-a", str(path), str(copy)], check=True)  # sparse stays sparse
        changed.append((path, copy))
        return path

    yield keep
    for path, copy in reversed(changed):
        shutil.rmtree(path) if path.is_dir() else path.unlink(missing_ok=True)
        if copy.exists():
            copy.rename(path)


def free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


def failing(report: Report) -> dict[str, str]:
    """What failed → what to do."""
    assert report.ok == all(check.status != FAIL for check in report.checks)
    return {check.name: str(check.what_to_do) for check in report.checks if check.status == FAIL}


def overwritten(path: Path, at: int, data: bytes) -> None:
    with path.open("r+b") as file:
        file.seek(at)
        file.write(data)


def changed(path: Path, *statements: str) -> None:
    with closing(sqlite3.connect(path)) as database, database:
        for statement in statements:
            assert database.execute(statement).rowcount > 0


Keep = Callable[[str], Path]


def others_can_read_a_key(keep: Keep) -> None:
    keep("keys/log.pem").chmod(0o644)


def a_key_is_gone(keep: Keep) -> None:
    keep("keys/question.key").unlink()


def somebody_elses_key_is_trusted(keep: Keep) -> None:
    with keep("keys/trust.txt").open("a") as trust:
        trust.write(new_signer("plumbline/review").vkey + "\n")


def words_of_an_edition_are_changed_in_the_log(keep: Keep) -> None:
    """SQLite cannot notice: the page is as sound as before."""
    log = keep("log.sqlite")
    with closing(sqlite3.connect(log)) as database, database:
        place, value = database.execute(
            "select place, value from records where key like '%/passages/%' limit 1"
        ).fetchone()
        other = value.replace(b"the", b"teh", 1)
        assert other != value
        database.execute("update records set value = ? where place = ?", (other, place))


def a_page_that_was_signed_is_changed_in_the_log(keep: Keep) -> None:
    log = keep("log.sqlite")
    with closing(sqlite3.connect(log)) as database, database:
        for place, value in database.execute("select place, value from records").fetchall():
            other = value.replace(b"<main", b"<maim", 1)
            if other != value:
                database.execute("update records set value = ? where place = ?", (other, place))


def a_record_is_lost_from_the_log(keep: Keep) -> None:
    changed(
        keep("log.sqlite"),
        "delete from records where place = (select place from records where key like"
        " '%/passages/%' order by place limit 1)",
    )


def the_log_is_older_than_its_readers(keep: Keep) -> None:
    changed(keep("gateway/site.sqlite"), "update positions set position = position + 5")


def a_tile_is_tampered_with(keep: Keep) -> None:
    (tile,) = (keep("provenance/ledger") / "tile" / "0").rglob("2")
    overwritten(tile, 3, b"\x00\x01\x02")


def the_checkpoint_is_edited(keep: Keep) -> None:
    checkpoint = keep("provenance/ledger/checkpoint")
    origin, size, rest = checkpoint.read_text().split("\n", 2)
    checkpoint.write_text("\n".join((origin, str(int(size) - 1), rest)))


def an_edition_is_missing_from_the_index(keep: Keep) -> None:
    changed(
        keep("retrieval/editions.sqlite"),
        "delete from editions where edition_id = (select min(edition_id) from editions)",
    )


def the_index_cannot_be_read(keep: Keep) -> None:
    (segment,) = (keep("retrieval/index") / "segments").iterdir()
    (segment / "segment.json").unlink()


def the_home_is_of_a_newer_version(keep: Keep) -> None:
    keep("home.json").write_text('{"format": 99, "version": "9.9.9"}')


def a_restore_was_not_finished(keep: Keep) -> None:
    keep(".restoring").mkdir()


def the_server_was_killed(keep: Keep) -> None:
    gone = subprocess.Popen([sys.executable, "-c", ""])
    gone.wait()
    say_serving(keep, gone.pid)


def its_process_number_is_another_programs(keep: Keep) -> None:
    say_serving(keep, os.getpid())


def say_serving(keep: Keep, pid: int) -> None:
    serving = {
        "pid": pid,
        "url": f"http://127.0.0.1:{free_port()}",
        "version": "",
        "started_at": "",
    }
    keep("run/server.json").write_text(json.dumps(serving))


Fault = tuple[Callable[[Keep], None], set[str], str]
"""What is planted, the checks that must fail, and what to do."""

RESTORE = "plumbline restore --force"
TOGETHER: dict[str, list[Fault]] = {  # of one home at once: no fault hides another
    "first": [
        (others_can_read_a_key, {"key log.pem"}, "chmod 600"),
        (somebody_elses_key_is_trusted, {"trust"}, "find out who changed it"),
        (the_log_is_older_than_its_readers, {"followers"}, RESTORE),
        (a_tile_is_tampered_with, {"ledger"}, RESTORE),
        (the_index_cannot_be_read, {"index"}, "move retrieval/index"),
        (the_home_is_of_a_newer_version, {"home"}, "upgrade Plumbline"),
        (the_server_was_killed, {"server"}, "plumbline run"),
    ],
    "second": [
        (a_key_is_gone, {"key question.key"}, "backup"),
        (words_of_an_edition_are_changed_in_the_log, {"records"}, RESTORE),
        (the_checkpoint_is_edited, {"ledger"}, RESTORE),
        (an_edition_is_missing_from_the_index, {"index"}, "move retrieval/index"),
        (a_restore_was_not_finished, {"home"}, RESTORE),
    ],
    "lost record": [(a_record_is_lost_from_the_log, {"log", "records"}, RESTORE)],
    "changed page": [(a_page_that_was_signed_is_changed_in_the_log, {"records"}, RESTORE)],
}


def test_a_home_that_was_stopped_is_well(stopped: Stopped) -> None:
    report = stopped.examined()
    (only,) = (check for check in report.checks if check.status != OK)
    assert (only.name, only.status) == ("model", WARN)  # and it has none
    assert {check.what_to_do for check in report.checks if check.status == OK} == {None}


@pytest.mark.parametrize("faults", TOGETHER.values(), ids=TOGETHER)
def test_each_fault_is_found_and_said_what_to_do(
    stopped: Stopped, kept: Keep, faults: list[Fault]
) -> None:
    for plant, _, _ in faults:
        plant(kept)
    found = failing(stopped.examined())
    for _, names, what in faults:
        assert all(what in found[name] for name in names)
    assert set(found) == set().union(*(names for _, names, _ in faults))


def test_a_broken_page_of_the_log_is_found(stopped: Stopped, kept: Keep) -> None:
    """However many other checks stumble over it."""
    overwritten(kept("log.sqlite"), 4 * 4096, os.urandom(4096))
    found = failing(stopped.examined())
    assert RESTORE in found["store log.sqlite"]


def test_a_ledger_that_was_rolled_back_is_found(stopped: Stopped, kept: Keep) -> None:
    """First its published checkpoint alone, validly signed and smaller; then all of it."""
    folder = kept("provenance")
    shutil.copy(stopped.younger / "ledger" / "checkpoint", folder / "ledger" / "checkpoint")
    assert "rolled back" in str([c for c in stopped.examined().checks if c.status == FAIL])
    shutil.rmtree(folder)
    shutil.copytree(stopped.younger, folder)
    assert set(failing(stopped.examined())) == {"sealed"}


def test_passages_that_are_missing_from_the_index_itself_are_found(
    stopped: Stopped, kept: Keep
) -> None:
    (segment,) = (kept("retrieval/index") / "segments").iterdir()
    mappings = segment / "mutable_id_tracker.mappings"
    os.truncate(mappings, mappings.stat().st_size // 2)
    found = failing(stopped.examined())
    assert set(found) == {"index"}
    assert "restart the server" in found["index"]


def test_a_process_number_that_another_program_has_now_is_not_told_to_be_killed(
    stopped: Stopped, kept: Keep
) -> None:
    its_process_number_is_another_programs(kept)
    found = failing(stopped.examined())
    assert "server" in found
    assert "kill" not in found["server"]


def test_a_busy_port_and_a_full_disk_are_found(stopped: Stopped) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", int(stopped.environ["PORT"])))
        other.listen()
        assert set(failing(stopped.examined())) == {"server"}
    too_much = shutil.disk_usage(stopped.path).total // 2**20 + 1
    assert "make room" in failing(stopped.examined(too_much))["disk"]


def test_an_altered_model_is_found(
    stopped: Stopped, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    model = tmp_path / "altered_model" / "model"
    model.mkdir(parents=True)
    (tmp_path / "altered_model" / "__init__.py").touch()
    (model / "model.safetensors").write_bytes(b"other weights")
    (model / "vocab.txt").touch()
    monkeypatch.syspath_prepend(tmp_path)
    environ = stopped.environ | {"PLUMBLINE_RETRIEVAL_MODEL": "altered_model"}
    found = failing(examine(Home(stopped.path), environ, min_free_mib=1))
    assert set(found) == {"model"}
    assert "reinstall" in found["model"]


def test_a_home_that_is_served_is_well_and_a_fault_of_it_is_found(plumbline: Served) -> None:
    checks = report_of(plumbline, 0)
    assert {check["status"] for check in checks.values()} <= {OK, WARN}
    assert plumbline.url in checks["server"]["detail"]
    assert {checks[name]["status"] for name in ("index", "ledger", "services")} == {OK}
    door = plumbline.home / "run" / "admin.sock"
    door.chmod(0o666)
    try:
        assert "chmod 600" in report_of(plumbline, 1)["socket admin.sock"]["what_to_do"]
    finally:
        door.chmod(0o600)


def report_of(server: Served, code: int) -> dict[str, dict[str, Any]]:
    """Check by name, as the command prints them."""
    done = server.run("doctor", "--json", "--min-free-mib", "1")
    assert done.returncode == code, done.stdout + done.stderr
    report = json.loads(done.stdout)
    assert report["schema"] == "plumbline.doctor/1"
    assert report["ok"] == (code == 0)
    return {check["name"]: check for check in report["checks"]}
