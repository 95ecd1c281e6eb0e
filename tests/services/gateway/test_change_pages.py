"""Old versions, what changed, and the feed, as their addresses give them."""

from __future__ import annotations

from datetime import datetime
from xml.etree import ElementTree

import httpx
import pytest
from services.gateway.rendered import ANSWER
from services.gateway.test_page_routes import TITLE, client  # noqa: F401 (a fixture)

from plumbline_gateway.feed import ATOM, Entry, atom
from plumbline_pages import answer_path, changes_path, version_path


@pytest.mark.parametrize(
    ("path", "status"),
    [
        (changes_path(TITLE, ANSWER), 200),
        (version_path(TITLE, ANSWER, 1), 200),
        (version_path(TITLE, ANSWER, 2), 302),  # the newest is read at its own address
        (version_path(TITLE, ANSWER, 3), 404),
        (changes_path(TITLE, "e" * 32), 404),
        ("/guidelines/zu-guide/editions/2/diff", 404),  # the first of its guideline
        ("/answers/nothing/v/1", 404),
    ],
)
async def test_each_address_of_a_change(
    client: httpx.AsyncClient,  # noqa: F811
    path: str,
    status: int,
) -> None:
    reply = await client.get(path, headers={"accept": "text/html"})
    assert reply.status_code == status


async def test_an_old_version_says_what_it_is_and_is_not_indexed(
    client: httpx.AsyncClient,  # noqa: F811
) -> None:
    reply = await client.get(version_path(TITLE, ANSWER, 1))
    assert reply.headers["x-robots-tag"] == "noindex"
    assert "kept for the record, not for care" in reply.text
    assert f'href="{answer_path(TITLE, ANSWER)}"' in reply.text
    assert "gland" in reply.text


async def test_what_changed_adds_up(client: httpx.AsyncClient) -> None:  # noqa: F811
    page = (await client.get(changes_path(TITLE, ANSWER))).text
    assert "<strong>No sentence changed.</strong>" in page
    assert "1 sentence stayed the same." in page
    assert all(f">Version {n}</a>" in page for n in (1, 2))


def test_a_feed_has_what_the_standard_asks_for() -> None:
    entries = [
        Entry(ANSWER, n, kind, f"<{kind}> & é", "/answers/x", f"2026-11-2{n}T10:00:00Z", "It did.")
        for n, kind in enumerate(("changed", "stale", "rechecked", "withdrawn"), 1)
    ]
    for given in ([], entries[::-1]):
        feed = ElementTree.fromstring(atom("https://host", given))
        assert feed.tag == f"{{{ATOM}}}feed"
        for element in [feed, *feed.iter(f"{{{ATOM}}}entry")]:
            for name in ("id", "title", "updated"):
                (found,) = element.findall(f"{{{ATOM}}}{name}")
                assert found.text
            datetime.fromisoformat(str(element.findtext(f"{{{ATOM}}}updated")))
        (author,) = feed.findall(f"{{{ATOM}}}author")
        assert author.findtext(f"{{{ATOM}}}name")
        links = {link.get("rel"): link.get("href") for link in feed.findall(f"{{{ATOM}}}link")}
        assert links["self"] == "https://host/feed.atom"
        ids = [e.findtext(f"{{{ATOM}}}id") for e in feed.iter(f"{{{ATOM}}}entry")]
        assert len(set(ids)) == len(given)
        assert all(
            link.get("href", "").startswith("https://host/")
            for link in feed.iter(f"{{{ATOM}}}link")
        )


async def test_every_page_names_the_feed(client: httpx.AsyncClient) -> None:  # noqa: F811
    page = (await client.get("/library")).text
    assert '<link rel="alternate" type="application/atom+xml"' in page
    feed = await client.get("/feed.atom")
    assert feed.headers["content-type"].startswith("application/atom+xml")
