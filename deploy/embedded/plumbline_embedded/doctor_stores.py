"""What a doctor looks at in the stores: each file whole, and the ledger as it was signed."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from plumbline_embedded.check import Check, fail, ok, warn
from plumbline_embedded.home import Home
from plumbline_embedded.stores import LEDGER, RESTORE, STORES, TILES, Kind, Store, opened_beside
from plumbline_kit.keys import key_name
from plumbline_provenance.store import Store as LedgerStore
from plumbline_tlog.checkpoint import Checkpoint, open_checkpoint
from plumbline_tlog.errors import BadTiles, TlogError
from plumbline_tlog.fsck import check_tiles, entries
from plumbline_tlog.note import load_signer
from plumbline_tlog.tiles import CHECKPOINT
from plumbline_tlog.tree import root_at

TRIES: Final = 5  # a ledger that grows meanwhile is looked at again
REWRITTEN: Final = "restart the server: it publishes what its store holds; then run this again"


def check_stores(home: Home, *, unused: bool) -> Iterator[Check]:
    """Each store: there, a whole SQLite file, with a write-ahead log.

    `unused` says that the log holds nothing yet: then the first start makes what is missing.
    """
    for store in STORES:
        path = home.path / store.path
        if unused and not path.is_file():
            yield ok(f"store {store.path}", "not there yet, and nothing was ever in it")
            continue
        try:
            yield _check_store(path, store)
        except sqlite3.DatabaseError as error:
            yield fail(f"store {store.path}", f"damaged: {error}", store.if_lost)


def _check_store(path: Path, store: Store) -> Check:
    name = f"store {store.path}"
    if not path.is_file():
        if store.kind is Kind.ONLY_COPY:
            return fail(name, "missing", store.if_lost)
        return warn(name, "missing", "start the server: it is made again from the log")
    with opened_beside(path) as connection:
        ((tables,),) = connection.execute("select count(*) from sqlite_master").fetchall()
        if not tables:
            return fail(name, "empty: it was cut off or replaced", store.if_lost)
        ((found,), *more) = connection.execute("pragma quick_check(20)").fetchall()
        if found != "ok":
            return fail(name, f"damaged: {found} ({1 + len(more)} faults or more)", store.if_lost)
        ((mode,),) = connection.execute("pragma journal_mode").fetchall()
        if mode != "wal":
            what = "restart the server: it sets it"
            return warn(name, f"journal mode {mode}, not wal: readers wait for writers", what)
    return ok(name, f"whole, {store.kind.value}")


def check_ledger(home: Home) -> Check:
    """Files, signed checkpoint and store say the same tree, leaf by leaf."""
    folder = home.path / TILES
    try:
        verifier = load_signer(home.keys / "log.pem", key_name("log")).verifier
        with opened_beside(home.path / LEDGER) as connection:
            for last in [False] * (TRIES - 1) + [True]:
                before = _published(folder)
                connection.execute("begin")
                checkpoint = open_checkpoint(before, verifier)
                found = _compare(LedgerStore(connection), folder, checkpoint)
                connection.execute("rollback")
                if found is None:
                    return ok("ledger", f"{checkpoint.size} leaves, as signed")
                if last or _published(folder) == before:
                    return found
    except (ValueError, OSError) as error:
        if isinstance(error, TlogError):
            said = f"{folder / CHECKPOINT} is not by this home's log key: {error}"
            return fail("ledger", said, f"keys and ledger belong together; {RESTORE}")
        return fail("ledger", f"cannot be read: {error}", RESTORE)
    raise AssertionError("the last try is always taken")


def _compare(store: LedgerStore, folder: Path, checkpoint: Checkpoint) -> Check | None:
    """What is wrong; None when nothing is."""
    signed = int(store.signed.split("\n")[1]) if store.signed else 0
    if checkpoint.size > store.size:
        said = f"the store has {store.size} leaves, and {checkpoint.size} were signed"
        return fail("ledger", said, RESTORE)
    if root_at(store.node, checkpoint.size) != checkpoint.root:
        return fail("ledger", "the store is not the tree that was signed", RESTORE)
    if checkpoint.size < signed:
        said = f"the checkpoint was rolled back to {checkpoint.size} leaves from {signed}"
        return fail("ledger", said, REWRITTEN)

    def read(path: str) -> bytes:
        return (folder / path).read_bytes()

    try:
        check_tiles(read, checkpoint)
        for index, entry in enumerate(entries(read, checkpoint.size)):
            if store.leaf(index) != entry:
                return fail("ledger", f"leaf {index} of the store is not the entry", RESTORE)
    except (BadTiles, LookupError) as error:
        return fail("ledger", str(error), RESTORE)
    return None


def _published(folder: Path) -> str:
    return (folder / CHECKPOINT).read_bytes().decode("utf-8", "replace")
