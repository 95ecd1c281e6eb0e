"""How much a page sends: HTML, style and script, compressed as the server compresses them."""

from __future__ import annotations

import re
from pathlib import Path
from urllib.parse import urlsplit

import httpx
import pytest
from system.conftest import GUIDELINES, SEED
from system.served import Served, served

pytestmark = [pytest.mark.bench, pytest.mark.timeout(120)]

LIMIT_BYTES = 60_000  # the stated limit
LOADED = re.compile(r'(?:href|src)="(/s/[^"]+\.(?:css|js))"')


def sent(server: Served, path: str) -> tuple[int, str]:
    """Bytes of one reply as they cross the wire, and its text."""
    with httpx.stream("GET", server.url + path) as reply:
        reply.read()
        return reply.num_bytes_downloaded, reply.text


def weight(server: Served, path: str) -> int:
    """A page and everything it loads before it can be read and used."""
    page, html = sent(server, path)
    return page + sum(sent(server, file)[0] for file in sorted(set(LOADED.findall(html))))


def test_what_a_page_sends(tmp_path: Path) -> None:
    with served(tmp_path / "home", GUIDELINES) as server:
        answer = urlsplit(server.ask(SEED)["url"]).path
        pages = ("/", answer, f"{answer}/provenance", "/library")
        weights = {path.replace(answer, "the seed answer"): weight(server, path) for path in pages}
    print()
    for name, size in weights.items():
        print(f"{name}: {size / 1000:.1f} kB (limit ÷ this = {LIMIT_BYTES / size:.1f})")
    assert max(weights.values()) <= LIMIT_BYTES
