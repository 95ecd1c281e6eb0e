"""Checkpoints, proofs and tiles, read by the libraries of Go's checksum database."""

import json
import os
import shutil
import subprocess
from pathlib import Path

import pytest

from plumbline_tlog.canonical import base64_encode
from plumbline_tlog.checkpoint import Checkpoint, sign_checkpoint
from plumbline_tlog.disk import Disk, Folder
from plumbline_tlog.hashes import leaf_hash
from plumbline_tlog.note import new_signer
from plumbline_tlog.proofs import consistency_proof, inclusion_proof
from plumbline_tlog.tiles import files_between
from plumbline_tlog.tree import grown, root_at

SOURCE = Path(__file__).parent / "crosscheck"


@pytest.fixture(scope="module")
def checker(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The Go program, built."""
    go = shutil.which("go")
    if go is None:
        pytest.skip("no Go toolchain on the PATH: install Go 1.21 or later to cross-check the log")
    folder = tmp_path_factory.mktemp("crosscheck")
    environment = {**os.environ, "GOFLAGS": "-mod=readonly", "GOTOOLCHAIN": "local"}
    fetched = subprocess.run(
        [go, "mod", "download"], cwd=SOURCE, env=environment, capture_output=True, text=True
    )
    if fetched.returncode:
        pytest.skip("golang.org/x/mod is not in Go's module cache: run `go mod download` once")
    program = folder / "crosscheck"
    subprocess.run([go, "build", "-o", program, "."], cwd=SOURCE, env=environment, check=True)
    return program


def encoded(hashes: list[bytes]) -> list[str]:
    return [base64_encode(value) for value in hashes]


def described(folder: Path, size: int) -> dict[str, object]:
    """A log of that size written to a folder, with proofs to be checked."""
    signer = new_signer("plumbline/log")
    entries = [b"entry %d" % index for index in range(size)]
    nodes = grown(lambda _level, _position: b"", 0, [leaf_hash(entry) for entry in entries])

    def node(level: int, position: int) -> bytes:
        return nodes[level, position]

    Folder(folder, Disk()).write(files_between(node, entries.__getitem__, 0, size))
    indexes = sorted({0, size // 3, size // 2, size - 1})
    return {
        "Vkey": signer.vkey,
        "Checkpoint": sign_checkpoint(Checkpoint(signer.name, size, root_at(node, size)), signer),
        "Folder": str(folder),
        "Inclusions": [
            {
                "Index": index,
                "Leaf": base64_encode(entries[index]),
                "Proof": encoded(inclusion_proof(node, index, size)),
            }
            for index in indexes
        ],
        "Consistencies": [
            {
                "Size": old,
                "Root": base64_encode(root_at(node, old)),
                "Proof": encoded(consistency_proof(node, old, size)),
            }
            for old in sorted({1, size // 2 or 1, size - 1 or 1, size})
        ],
    }


def run(checker: Path, log: dict[str, object]) -> subprocess.CompletedProcess[str]:
    return subprocess.run([checker], input=json.dumps(log), capture_output=True, text=True)


@pytest.mark.slow
@pytest.mark.timeout(300)  # the first build compiles Go's standard library
@pytest.mark.parametrize("size", [1, 2, 255, 256, 257, 1000, 70_000])
def test_another_implementation_reads_our_log(checker: Path, tmp_path: Path, size: int) -> None:
    log = described(tmp_path, size)
    answer = run(checker, log)
    assert (answer.returncode, answer.stdout) == (0, "ok\n")


@pytest.mark.slow
@pytest.mark.timeout(300)
def test_another_implementation_notices_a_damaged_tile(checker: Path, tmp_path: Path) -> None:
    log = described(tmp_path, 300)
    tile = tmp_path / "tile" / "0" / "000"
    tile.write_bytes(bytes([tile.read_bytes()[0] ^ 1]) + tile.read_bytes()[1:])
    assert run(checker, log).returncode == 1
