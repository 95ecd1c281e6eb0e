"""The ledger: one leaf each, whatever stops when; one history, whoever writes."""

from __future__ import annotations

import asyncio
import json
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from services.provenance.answers import World

from plumbline_provenance.checkpoint_key import CheckpointKey, LedgerRefused, nothing_signed
from plumbline_provenance.folder_lock import LedgerInUse, exclusive
from plumbline_provenance.ledger import open_ledger
from plumbline_provenance.publication import Publication
from plumbline_provenance.sequencer import Sequencer
from plumbline_provenance.store import WrongFormat, open_store
from plumbline_provenance.verify import verify
from plumbline_tlog.checkpoint import open_checkpoint
from plumbline_tlog.disk import Disk, Folder
from plumbline_tlog.fsck import check_tiles, entries
from plumbline_tlog.hashes import leaf_hash
from plumbline_tlog.note import new_signer


def require_sound(directory: Path, world: World) -> list[bytes]:
    """What a stranger finds in the files: a signed checkpoint, whole tiles, no leaf twice."""
    files = Folder(directory / "ledger", Disk())
    checkpoint = open_checkpoint(files.read("checkpoint").decode(), world.log.verifier)
    check_tiles(files.read, checkpoint)
    leaves = list(entries(files.read, checkpoint.size))
    statements = [json.loads(leaf)["statement_sha256"] for leaf in leaves]
    assert len(set(statements)) == len(statements), "a leaf stands twice"
    return leaves


async def test_a_receipt_verifies_and_says_where_its_leaf_is(world: World, tmp_path: Path) -> None:
    async with open_ledger(tmp_path, world.log) as ledger:
        for number in range(5):
            sealed = await ledger.seal(world.publication(number))
            assert sealed.leaf_index == number
            report = verify(sealed.receipt, world.trust)
            assert report.exit_code == 0, report
    leaves = require_sound(tmp_path, world)
    assert json.loads(leaves[0]).keys() == {
        *("schema", "statement_sha256", "answer_commitment", "revision", "kind")
    }
    assert world.publication(0).answer_id.encode() not in b"".join(leaves)


async def test_those_who_wait_together_share_a_checkpoint(world: World, tmp_path: Path) -> None:
    async with open_ledger(tmp_path, world.log) as ledger:
        publications = [world.publication(number) for number in range(40)]
        sealed = await asyncio.gather(*(ledger.seal(item) for item in publications))
    sizes = {json.loads(item.receipt)["tree_size"] for item in sealed}
    assert len(sizes) <= 2, "forty waited; the first may have gone alone"
    assert sorted(item.leaf_index for item in sealed) == list(range(40))
    assert all(verify(item.receipt, world.trust).exit_code == 0 for item in sealed)
    assert len(require_sound(tmp_path, world)) == 40


async def test_one_revision_has_one_leaf_however_often_it_comes(
    world: World, tmp_path: Path
) -> None:
    async with open_ledger(tmp_path, world.log) as ledger:
        first = await asyncio.gather(*(ledger.seal(world.publication(1)) for _ in range(5)))
        await ledger.seal(world.publication(1, revision=2))
        again = await ledger.seal(world.publication(1))
    async with open_ledger(tmp_path, world.log) as ledger:
        reopened = await ledger.seal(world.publication(1))
    assert {item.receipt for item in first} == {again.receipt} == {reopened.receipt}
    assert len(require_sound(tmp_path, world)) == 2


async def test_a_full_tile_replaces_its_narrow_ones(world: World, tmp_path: Path) -> None:
    async with open_ledger(tmp_path, world.log) as ledger:
        for batch in (range(250), range(250, 300)):
            await asyncio.gather(*(ledger.seal(world.publication(number)) for number in batch))
    names = {
        str(path.relative_to(tmp_path / "ledger")) for path in (tmp_path / "ledger").rglob("*")
    }
    assert {"tile/0/000", "tile/entries/000", "tile/1/000.p/1"} <= names
    assert not {"tile/0/000.p", "tile/entries/000.p"} & names
    assert len(require_sound(tmp_path, world)) == 300


class PowerCut(OSError):
    """The step did not happen, and nothing after it does."""


class FaultyDisk(Disk):
    """Works for so many steps, then never again."""

    def __init__(self, steps: int) -> None:
        self.steps = steps

    def _step(self) -> None:
        self.steps -= 1
        if self.steps < 0:
            raise PowerCut("the power went")

    def make_folder(self, folder: Path) -> None:
        self._step()
        super().make_folder(folder)

    def write(self, path: Path, data: bytes) -> None:
        self._step()
        super().write(path, data[: len(data) // 2] if self.steps == 0 else data)
        if self.steps == 0:
            raise PowerCut("half of it was written")

    def rename(self, source: Path, target: Path) -> None:
        self._step()
        super().rename(source, target)

    def sync_folder(self, folder: Path) -> None:
        self._step()
        super().sync_folder(folder)

    def remove_folder(self, folder: Path) -> None:
        self._step()
        super().remove_folder(folder)


@contextmanager
def sequencer(directory: Path, world: World, disk: Disk) -> Iterator[Sequencer]:
    (directory / "ledger").mkdir(parents=True, exist_ok=True)
    with exclusive(directory), open_store(directory / "ledger.sqlite") as store:
        yield Sequencer(store, Folder(directory / "ledger", disk), world.log)


def batches(world: World) -> list[list[Publication]]:
    """Three batches: the second fills a tile, and the third repeats a leaf of the first."""
    return [
        [world.publication(number) for number in range(3)],
        [world.publication(number) for number in range(3, 260)],
        [world.publication(0), world.publication(260)],
    ]


@pytest.mark.slow
@pytest.mark.timeout(240)
def test_wherever_the_power_goes_no_leaf_is_lost_or_stands_twice(
    world: World, tmp_path: Path
) -> None:
    work = batches(world)
    for steps in range(200):
        directory = tmp_path / str(steps)
        acknowledged: dict[tuple[str, int, str], bytes] = {}
        finished = False
        try:
            with sequencer(directory, world, FaultyDisk(steps)) as failing:
                for batch in work:
                    sealed = failing.seal(batch)
                    acknowledged |= {
                        item.identity: done.receipt
                        for item, done in zip(batch, sealed, strict=True)
                    }
            finished = True
        except PowerCut:
            pass
        with sequencer(directory, world, Disk()) as reopened:
            for batch in work:
                for item, done in zip(batch, reopened.seal(batch), strict=True):
                    assert acknowledged.get(item.identity, done.receipt) == done.receipt
                    if item.revision == 1 and int(item.answer_id, 16) in (0, 2, 3, 259, 260):
                        assert verify(done.receipt, world.trust).exit_code == 0
        assert len(require_sound(directory, world)) == 261
        if finished:
            assert steps > 30, "sealing took fewer steps than it must"
            return
    pytest.fail("it never finished")


def test_a_leaf_committed_before_a_crash_gets_its_receipt_at_the_next_start(
    world: World, tmp_path: Path
) -> None:
    item = world.publication(1)
    with sequencer(tmp_path, world, Disk()):
        pass
    for steps in range(20):  # cut the power ever later, until the leaf is committed
        with pytest.raises(PowerCut), sequencer(tmp_path, world, FaultyDisk(steps)) as failing:
            failing.seal([item])
        with open_store(tmp_path / "ledger.sqlite") as store:
            if store.has(item.identity):
                waiting = [leaf.leaf_index for leaf in store.waiting()]
                break
    assert waiting == [0]
    with sequencer(tmp_path, world, Disk()), open_store(tmp_path / "ledger.sqlite") as store:
        assert store.waiting() == []
        assert verify(store.sealed(item.identity).receipt, world.trust).exit_code == 0


SEAL_FOR_EVER = """
import asyncio, sys
from pathlib import Path
from plumbline_provenance.ledger import open_ledger
from plumbline_tlog.note import load_signer
from services.provenance.answers import World

directory, world = Path(sys.argv[1]), World(log=load_signer(Path(sys.argv[2]), "plumbline/log"))

async def main():
    async with open_ledger(directory, world.log) as ledger:
        async def one(number):
            await ledger.seal(world.publication(number))
            print(number, flush=True)
        for start in range(int(sys.argv[3]), 100_000, 3):
            await asyncio.gather(*(one(start + offset) for offset in range(3)))

asyncio.run(main())
"""


@pytest.mark.slow
async def test_kill_9_loses_nothing_that_was_acknowledged(world: World, tmp_path: Path) -> None:
    key = tmp_path / "log.pem"
    key.write_bytes(world.log.pem)
    directory = tmp_path / "provenance"
    acknowledged: set[int] = set()
    tests = str(Path(__file__).parents[2])
    for attempt in range(6):
        with subprocess.Popen(
            [sys.executable, "-c", SEAL_FOR_EVER, directory, key, str(1000 * attempt)],
            stdout=subprocess.PIPE,
            text=True,
            env={"PYTHONPATH": tests},
        ) as process:
            assert process.stdout is not None
            for line in process.stdout:
                acknowledged.add(int(line))
                if len(acknowledged) >= 7 * (attempt + 1) + attempt:
                    break
            process.kill()
            rest = process.stdout.read()
            acknowledged |= {int(line) for line in rest.splitlines(keepends=True) if "\n" in line}
    with sequencer(directory, world, Disk()), open_store(directory / "ledger.sqlite") as store:
        for number in acknowledged:
            store.sealed((f"{number:032x}", 1, "published"))
        assert len(require_sound(directory, world)) == store.size >= len(acknowledged) > 40


async def test_a_second_writer_is_told_who_is_first(world: World, tmp_path: Path) -> None:
    async with open_ledger(tmp_path, world.log):
        with pytest.raises(LedgerInUse, match=r"process \d+"):
            async with open_ledger(tmp_path, world.log):
                pass


async def sealed_twice(world: World, directory: Path) -> None:
    async with open_ledger(directory, world.log) as ledger:
        await ledger.seal(world.publication(1))
        await ledger.seal(world.publication(2))


async def test_an_older_copy_of_the_store_is_refused(world: World, tmp_path: Path) -> None:
    async with open_ledger(tmp_path, world.log) as ledger:
        await ledger.seal(world.publication(1))
    older = (tmp_path / "ledger.sqlite").read_bytes()
    await sealed_twice(world, tmp_path)
    (tmp_path / "ledger.sqlite").write_bytes(older)
    with pytest.raises(LedgerRefused, match="2 were signed"):
        await sealed_twice(world, tmp_path)


async def test_another_history_of_the_same_length_is_refused(world: World, tmp_path: Path) -> None:
    await sealed_twice(world, tmp_path / "a")
    await sealed_twice(world, tmp_path / "b")  # other salts, so other leaves
    checkpoint = (tmp_path / "b" / "ledger" / "checkpoint").read_bytes()
    (tmp_path / "a" / "ledger" / "checkpoint").write_bytes(checkpoint)
    with pytest.raises(LedgerRefused, match="differs"):
        await sealed_twice(world, tmp_path / "a")


@pytest.mark.parametrize(
    "damage",
    [
        "DELETE FROM nodes WHERE level = 0 AND position = 1",
        "UPDATE nodes SET hash = zeroblob(32) WHERE level = 0 AND position = 0",
        "UPDATE nodes SET hash = zeroblob(32) WHERE level = 1",
        "UPDATE tree SET root = zeroblob(32)",
        "UPDATE leaves SET leaf = zeroblob(32) WHERE leaf_index = 0",
        "DELETE FROM leaves WHERE leaf_index = 2",
    ],
)
async def test_a_damaged_store_is_refused(world: World, tmp_path: Path, damage: str) -> None:
    async with open_ledger(tmp_path, world.log) as ledger:
        for number in range(3):
            await ledger.seal(world.publication(number))
    with sqlite3.connect(tmp_path / "ledger.sqlite") as db:
        db.execute(damage)
    db.close()
    with pytest.raises(LedgerRefused):
        await sealed_twice(world, tmp_path)


async def test_another_key_cannot_go_on_with_the_ledger(world: World, tmp_path: Path) -> None:
    await sealed_twice(world, tmp_path)
    with pytest.raises(LedgerRefused, match="key"):
        async with open_ledger(tmp_path, new_signer("plumbline/log")):
            pass


async def test_a_lost_checkpoint_file_is_published_again_byte_for_byte(
    world: World, tmp_path: Path
) -> None:
    await sealed_twice(world, tmp_path)
    path = tmp_path / "ledger" / "checkpoint"
    before = path.read_bytes()
    path.unlink()
    async with open_ledger(tmp_path, world.log):
        assert path.read_bytes() == before


async def test_a_ledger_of_another_format_is_left_alone(world: World, tmp_path: Path) -> None:
    await sealed_twice(world, tmp_path)
    with sqlite3.connect(tmp_path / "ledger.sqlite") as db:
        db.execute("PRAGMA user_version = 9")
    db.close()
    with pytest.raises(WrongFormat):
        await sealed_twice(world, tmp_path)


def test_the_key_refuses_a_smaller_or_another_tree(world: World) -> None:
    one, other = leaf_hash(b"one"), leaf_hash(b"other")
    key = CheckpointKey(world.log, nothing_signed(world.log))
    signed = key.sign(1, one, [])
    assert key.sign(1, one, []) == signed
    with pytest.raises(LedgerRefused):
        key.sign(1, other, [])
    with pytest.raises(LedgerRefused):
        key.sign(2, other, [other])
    with pytest.raises(LedgerRefused):
        key.sign(0, nothing_signed(world.log).root, [])
    assert key.last.size == 1


async def test_one_batch_that_fails_says_so_to_all_who_wait_and_the_next_succeeds(
    world: World, tmp_path: Path
) -> None:
    class FullForAMoment(Disk):
        failures = 1

        def rename(self, source: Path, target: Path) -> None:
            if target.name != "checkpoint" and self.failures:
                self.failures -= 1
                raise OSError(28, "no space left")
            super().rename(source, target)

    async with open_ledger(tmp_path, world.log, FullForAMoment()) as ledger:
        items = [world.publication(number) for number in range(4)]
        results = await asyncio.gather(*map(ledger.seal, items), return_exceptions=True)
        assert any(isinstance(result, OSError) for result in results)
        sealed = await asyncio.gather(*map(ledger.seal, items))
    assert sorted(item.leaf_index for item in sealed) == [0, 1, 2, 3]
    assert len(require_sound(tmp_path, world)) == 4
