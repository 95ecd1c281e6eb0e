"""The ledger as handlers see it: many wait, one thread seals them together."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager, suppress
from pathlib import Path

from plumbline_provenance.folder_lock import exclusive
from plumbline_provenance.publication import Identity, Publication, Sealed
from plumbline_provenance.sequencer import Sequencer
from plumbline_provenance.store import open_store
from plumbline_tlog.disk import Disk, Folder
from plumbline_tlog.note import Signer

MAX_BATCH = 256  # one tile's width: bounds what a batch holds in memory and how long others wait
TILES = "ledger"  # the folder of static files, below the service's own

Waiting = tuple[Publication, asyncio.Future[Sealed]]


class Ledger:
    """Seals publications in batches: whoever waits while a batch is written goes into the next."""

    def __init__(self, sequencer: Sequencer, thread: ThreadPoolExecutor) -> None:
        self._sequencer = sequencer
        self._thread = thread
        self._waiting: asyncio.Queue[Waiting] = asyncio.Queue()

    async def seal(self, publication: Publication) -> Sealed:
        """The leaf and receipt, durable when this returns; the stored ones if it was sealed before.

        OSError or sqlite3.OperationalError when the disk fails: nothing is lost, seal it again.
        LedgerRefused when the ledger contradicts what it signed.
        """
        future = asyncio.get_running_loop().create_future()
        await self._waiting.put((publication, future))
        sealed: Sealed = await future
        return sealed

    async def find(self, identity: Identity) -> Sealed | None:
        """The stored leaf and receipt of an identity; None when there is none."""
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._thread, self._sequencer.find, identity)

    async def run(self) -> None:
        """Seal batches until cancelled."""
        loop = asyncio.get_running_loop()
        while True:
            batch = await self._next_batch()
            publications = [publication for publication, _ in batch]
            job = loop.run_in_executor(self._thread, self._sequencer.seal, publications)
            await asyncio.wait([job])  # does not raise: a failure belongs to those who wait for it
            _answer(batch, job)

    async def _next_batch(self) -> list[Waiting]:
        batch = [await self._waiting.get()]
        while len(batch) < MAX_BATCH and not self._waiting.empty():
            batch.append(self._waiting.get_nowait())
        return batch


def _answer(batch: Sequence[Waiting], job: asyncio.Future[list[Sealed]]) -> None:
    error = job.exception()
    results = [] if error else job.result()
    for position, (_, future) in enumerate(batch):
        if future.done():  # whoever waited was cancelled; the leaf stands, and a repeat finds it
            continue
        if error:
            future.set_exception(error)
        else:
            future.set_result(results[position])


@asynccontextmanager
async def open_ledger(
    directory: Path, signer: Signer, disk: Disk | None = None
) -> AsyncIterator[Ledger]:
    """Open or make the ledger below `directory`, finishing what a crash left undone.

    LedgerInUse when another process has it; LedgerRefused when it contradicts what was signed.
    """
    (directory / TILES).mkdir(parents=True, exist_ok=True)
    files = Folder(directory / TILES, disk or Disk())
    loop = asyncio.get_running_loop()
    with (
        exclusive(directory),
        open_store(directory / "ledger.sqlite") as store,
        ThreadPoolExecutor(1, thread_name_prefix="ledger") as thread,  # closed before the store
    ):
        sequencer = await loop.run_in_executor(thread, Sequencer, store, files, signer)
        ledger = Ledger(sequencer, thread)
        sealing = asyncio.create_task(ledger.run())
        try:
            yield ledger
        finally:
            sealing.cancel()
            with suppress(asyncio.CancelledError):
                await sealing
