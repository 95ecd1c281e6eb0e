"""The hot path: pages built once and sent as bytes, before any framework sees the request."""

from __future__ import annotations

import gzip
import hashlib
from collections import OrderedDict, defaultdict
from collections.abc import Awaitable, Callable, MutableMapping
from dataclasses import dataclass
from typing import Any

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]
App = Callable[[Scope, Receive, Send], Awaitable[None]]

EVERY = "*"  # owner of a page that lists answers: forgotten whenever one of them changes
MAX_PAGES = 5_000  # about 60 MB compressed; the rest is made again from the store

SECURITY_HEADERS = (
    (
        b"content-security-policy",
        b"default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self';"
        b" connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
    ),
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"no-referrer"),
    (b"cross-origin-opener-policy", b"same-origin"),
    (b"permissions-policy", b"camera=(), microphone=(), geolocation=()"),
)


@dataclass(frozen=True)
class Page:
    """One response, built: both encodings of the body share an ETag."""

    answer_id: str
    headers: tuple[tuple[bytes, bytes], ...]
    etag: bytes
    zipped: bytes
    plain: bytes


def build(body: bytes, media_type: str, *, answer_id: str = "", cache: str = "no-cache") -> Page:
    """Build a page. `no-cache` means: keep it, and ask whether it still stands."""
    etag = b'"' + hashlib.sha256(body).hexdigest()[:32].encode() + b'"'
    headers = (
        (b"content-type", media_type.encode()),
        (b"etag", etag),
        (b"cache-control", cache.encode()),
        (b"vary", b"accept-encoding"),
        *SECURITY_HEADERS,
    )
    return Page(answer_id, headers, etag, gzip.compress(body, 6, mtime=0), body)


class Prebuilt:
    """An ASGI app in front of another: what it holds it sends, everything else it passes on."""

    def __init__(self) -> None:
        self._app: App | None = None
        self._pages: OrderedDict[str, Page] = OrderedDict()
        self._of_answer: defaultdict[str, set[str]] = defaultdict(set)
        self._served: defaultdict[str, int] = defaultdict(int)  # by owner, whoever that is

    def serve_through(self, app: App) -> None:
        """Name the app that answers what is not held. Once, before the first request."""
        self._app = app

    def put(self, path: str, page: Page) -> None:
        """Hold a page under its path; the one held longest goes when there are too many."""
        self._pages[path] = page
        if page.answer_id:
            self._of_answer[page.answer_id].add(path)
        if len(self._pages) > MAX_PAGES:
            gone, old = self._pages.popitem(last=False)
            self._of_answer[old.answer_id].discard(gone)

    def forget(self, answer_id: str | None) -> None:
        """Drop an answer's pages and those that list answers; None drops those of all answers."""
        for owner in list(self._of_answer) if answer_id is None else (answer_id, EVERY):
            for path in self._of_answer.pop(owner, ()):
                self._pages.pop(path, None)

    def count(self, answer_id: str) -> None:
        """An answer's page is served that was not held."""
        self._served[answer_id] += 1

    def take_served(self) -> dict[str, int]:
        """answer id → how often its page was asked for and served, since this was last called."""
        served, self._served = self._served, defaultdict(int)
        return {owner: times for owner, times in served.items() if owner not in ("", EVERY)}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        page = self._pages.get(scope["path"]) if scope["type"] == "http" else None
        if page is None or scope["method"] not in ("GET", "HEAD"):
            assert self._app is not None
            await self._app(scope, receive, send)
            return
        if scope["method"] == "GET":
            self._served[page.answer_id] += 1
        await respond(page, scope, send)


async def respond(page: Page, scope: Scope, send: Send, status: int = 200) -> None:
    """Send a built page: 304 when the reader has it, compressed when the reader can."""
    asked = dict(scope["headers"])
    if status == 200 and page.etag in asked.get(b"if-none-match", b""):
        await send({"type": "http.response.start", "status": 304, "headers": list(page.headers)})
        await send({"type": "http.response.body", "body": b""})
        return
    zipped = b"gzip" in asked.get(b"accept-encoding", b"")
    body = page.zipped if zipped else page.plain
    headers = [*page.headers, (b"content-length", str(len(body)).encode())]
    if zipped:
        headers.append((b"content-encoding", b"gzip"))
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": b"" if scope["method"] == "HEAD" else body})
