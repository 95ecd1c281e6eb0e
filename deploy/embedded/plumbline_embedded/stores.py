"""Every store of a home, in the order in which a backup looks at them, and why in that order.

Whatever is written later is looked at first, so that each store in a backup holds all that those
before it in this table rest on:

1. Followers keep their rows together with how far they have read the log. They may be behind the
   log; ahead of it they would pass over what is appended there next. So they come before the log.
2. Ingest says that an edition is published after the log has all of it, but keeps its documents
   before. It must agree with the log: it is looked at until nothing changed in it meanwhile.
3. The log, which also holds how far each group has come: what a group has passed never comes again.
4. So whatever a handler keeps before its group moves on comes after the log, last stage first: the
   ledger, then the results of review, generation and retrieval. Being ahead of the log is harmless:
   a question that is asked anew finds its stored result and its leaf.

The index is not in a backup: it is made again from the log, with the store of whole editions.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from enum import Enum
from pathlib import Path
from typing import Final
from urllib.parse import quote

LOG: Final = "log.sqlite"
LEDGER: Final = "provenance/ledger.sqlite"
INGEST: Final = "ingest/ingest.sqlite"
SITE: Final = "gateway/site.sqlite"
PASSAGES: Final = "safety_review/passages.sqlite"
REGENERATION: Final = "regeneration/regeneration.sqlite"
RECALLS: Final = "retrieval/recalls.sqlite"
EDITIONS: Final = "retrieval/editions.sqlite"
INDEX: Final = "retrieval/index"
TILES: Final = "provenance/ledger"

RESTORE: Final = "stop the server and put back the last backup: plumbline restore --force FILE"


class Kind(Enum):
    """What a store is to the log."""

    FOLLOWER = "read from the log"
    ONLY_COPY = "the only copy"
    REBUILT = "made again from the log"


@dataclass(frozen=True)
class Store:
    """One SQLite file, by its path within the home."""

    path: str
    kind: Kind

    @property
    def if_lost(self) -> str:
        """What to do when it is missing or damaged."""
        if self.kind is Kind.ONLY_COPY:
            return RESTORE
        lost = f"{EDITIONS} and {INDEX}" if self.kind is Kind.REBUILT else f"{self.path} and -wal"
        return f"stop the server, move {lost} away, start it: they are made again from the log"


STORES: Final = (
    Store(SITE, Kind.FOLLOWER),
    Store(PASSAGES, Kind.FOLLOWER),
    Store(REGENERATION, Kind.FOLLOWER),
    Store(RECALLS, Kind.FOLLOWER),
    Store(INGEST, Kind.ONLY_COPY),
    Store(LOG, Kind.ONLY_COPY),
    Store(LEDGER, Kind.ONLY_COPY),
    Store("safety_review/results.sqlite", Kind.ONLY_COPY),
    Store("generation/results.sqlite", Kind.ONLY_COPY),
    Store("retrieval/results.sqlite", Kind.ONLY_COPY),
    Store("retrieval/questions.sqlite", Kind.ONLY_COPY),
    Store("regeneration/webhooks.sqlite", Kind.ONLY_COPY),
    Store(EDITIONS, Kind.REBUILT),
)


@contextmanager
def opened_beside(path: Path) -> Iterator[sqlite3.Connection]:
    """A store opened to read, beside the process that writes it, which goes on.

    sqlite3.OperationalError when there is none.
    """
    address = f"file:{quote(str(path.absolute()))}?mode=ro"
    with closing(sqlite3.connect(address, uri=True, isolation_level=None)) as connection:
        yield connection
