"""Counts the points of an index that nobody has open: edition → how many, as JSON on stdout."""

from __future__ import annotations

import asyncio
import json
import sys
from pathlib import Path

from plumbline_retrieval.edge_index import open_edge_index


def main(folder: Path) -> None:
    """Print the counts; whatever the engine raises ends this process."""
    with open_edge_index(folder, 0) as index:
        print(json.dumps(asyncio.run(index.counts())))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
