"""A browser is told in pages, a program in problem objects; lists name each answer once."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest
from services.gateway.rendered import ANSWER, Signers, content, event, rendered

from plumbline.ingest.v1.events_pb2 import EditionOpened
from plumbline.retrieval.v1.events_pb2 import EditionIndexed
from plumbline_bus import Health
from plumbline_clinical.red_flags import load_policy
from plumbline_gateway.app import build_app
from plumbline_gateway.asking import Desk, Identity, utc_now
from plumbline_gateway.followers import Arrivals
from plumbline_gateway.front import Front
from plumbline_gateway.prebuilt import Prebuilt
from plumbline_gateway.site import Site

TRIAGE = Path(__file__).resolve().parents[3] / "deploy" / "policy" / "triage.toml"
BROWSER = {"accept": "text/html,application/xhtml+xml,*/*;q=0.8"}
TITLE = content()["title"]


@pytest.fixture
async def client(tmp_path: Path) -> AsyncIterator[httpx.AsyncClient]:
    """A gateway with one edition and two revisions of one answer."""
    signers, site = Signers(), Site(tmp_path / "site.sqlite")
    desk = Desk(site, None, Identity(b"k" * 32))  # type: ignore[arg-type]
    front = Front(site, desk, load_policy(TRIAGE), signers.trust, utc_now, Prebuilt())
    arrivals = Arrivals(site, desk, signers.trust, front.pages.forget)
    edition = EditionOpened(title="Zu guide", version="2", effective_date="2026-01-01")
    arrivals.indexed(
        event(
            EditionIndexed(
                edition_id="zu-guide@2", guideline_id="zu-guide", edition=edition, passages=3
            )
        )
    )
    for revision in (1, 2):
        arrivals.rendered(event(rendered(signers, revision=revision), offset=revision))
    front.pages.serve_through(build_app(front, Health()))
    transport = httpx.ASGITransport(app=front.pages)
    async with httpx.AsyncClient(transport=transport, base_url="http://site") as made:
        yield made
    site.close()


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/nothing/here", 404),
        ("GET", f"/answers/{'e' * 32}", 404),
        ("POST", "/library", 405),
    ],
)
async def test_a_refusal_is_a_page_for_a_browser(
    client: httpx.AsyncClient, method: str, path: str, status: int
) -> None:
    reply = await client.request(method, path, headers=BROWSER)
    assert reply.status_code == status
    assert reply.headers["content-type"].startswith("text/html")
    assert "default-src 'none'" in reply.headers["content-security-policy"]
    assert "<h1>" in reply.text


async def test_a_refusal_is_a_problem_for_a_program(client: httpx.AsyncClient) -> None:
    for path, accept in (("/nothing/here", "*/*"), (f"/v1/answers/{'e' * 32}", BROWSER["accept"])):
        reply = await client.get(path, headers={"accept": accept})
        assert reply.status_code == 404
        assert reply.headers["content-type"] == "application/problem+json"
        assert reply.json()["what_to_do"]


async def test_the_address_of_a_refused_form_leads_to_the_form(client: httpx.AsyncClient) -> None:
    reply = await client.get("/ask", headers=BROWSER)
    assert (reply.status_code, reply.headers["location"]) == (303, "/#ask")


async def test_a_guideline_has_a_page_of_its_own(client: httpx.AsyncClient) -> None:
    home = (await client.get("/")).text
    assert "1 guideline, 3 passages." in home
    assert 'href="/library/of/zu-guide"' in home
    assert "<h1>Zu guide</h1>" in (await client.get("/library/of/zu-guide")).text
    for path, status in (("/library/1", 200), ("/library/2", 404), ("/library/0", 404)):
        assert (await client.get(path, headers=BROWSER)).status_code == status
    assert (await client.get("/library/of/other")).status_code == 404


async def test_home_and_library_name_each_answer_once_in_its_newest_revision(
    client: httpx.AsyncClient,
) -> None:
    home, library = (await client.get("/")).text, (await client.get("/library")).text
    assert home.count(f">{TITLE}</a>") == 1
    assert "1 answer</span>" in home
    assert library.count(f">{TITLE}</a>") == 1
    assert "1 rests on it" in library
    assert f"-{ANSWER}" in library
