"""An answer's page in the words of schema.org, and the feed: true today, data whatever they say."""

from __future__ import annotations

import copy
import json
from typing import Any
from xml.etree import ElementTree

import httpx
import pytest
from fastapi import FastAPI
from hypothesis import given, settings
from hypothesis import strategies as st
from markup import HOSTILE
from services.gateway.rendered import ANSWER, TEXT, Signers, content, event, rendered
from services.gateway.test_asking import Gateway, gateway  # noqa: F401 (a fixture)
from services.gateway.test_escaping import TIME, TRIAGE, with_words

from plumbline.common.v1.common_pb2 import Cause
from plumbline.ingest.v1.events_pb2 import EditionOpened
from plumbline.regeneration.v1 import events_pb2 as wire
from plumbline.regeneration.v1.events_pb2 import (
    AnswerRechecked,
    AnswerStaled,
    AnswerWithdrawn,
    SourceRecalled,
    StaledClaim,
    StandsNow,
)
from plumbline.retrieval.v1.events_pb2 import EditionIndexed
from plumbline_bus import Health
from plumbline_clinical.red_flags import load_policy
from plumbline_gateway import answer_object
from plumbline_gateway.app import build_app
from plumbline_gateway.asking import utc_now
from plumbline_gateway.feed import ATOM, SEVERITY
from plumbline_gateway.front import Front
from plumbline_gateway.linked_data import encode, page_node
from plumbline_gateway.prebuilt import Prebuilt
from plumbline_gateway.standing import Told
from plumbline_gateway.stored import Published
from plumbline_pages import answer_path, version_path
from plumbline_rendering.content import read
from plumbline_rendering.page import Revision, answer_page

ADDRESS = f"/v1/answers/{ANSWER}/jsonld"
EDITION = Cause(kind="edition", ref="zu-guide@3")
PLACE = content()["passages"][0]["occurrence_id"]
RECALL = "cd" * 16


class Read:
    """A gateway that holds two revisions of one answer, the second published a day later."""

    def __init__(self, gateway: Gateway) -> None:  # noqa: F811
        self.arrivals = gateway.arrivals
        policy = load_policy(TRIAGE)
        front = Front(gateway.site, gateway.desk, policy, (), utc_now, Prebuilt())
        self.app: FastAPI = build_app(front, Health())
        self._offset = 10
        self.index("2", "2026-01-01")
        made = content()
        for number, at in ((1, TIME), (2, "2026-11-25T10:00:00Z")):
            page = answer_page(read(json.dumps(made).encode()), Revision(ANSWER, number, at))
            message = rendered(gateway.signers, made, revision=number, page=page)
            message.published_at = at
            self.arrivals.rendered(event(message, offset=number))

    def index(self, version: str, effective_date: str) -> None:
        opened = EditionOpened(title="Zu guide", version=version, effective_date=effective_date)
        indexed = EditionIndexed(
            edition_id=f"zu-guide@{version}", guideline_id="zu-guide", edition=opened
        )
        self._offset += 1
        self.arrivals.indexed(event(indexed, offset=self._offset))

    def stands(self, message: Any) -> None:
        message.answer_id, message.revision = ANSWER, 2
        self._offset += 1
        self.arrivals.standing(event(message, offset=self._offset, time="2026-11-28T10:00:00Z"))

    async def get(self, path: str) -> httpx.Response:
        transport = httpx.ASGITransport(app=self.app)
        async with httpx.AsyncClient(transport=transport, base_url="http://site") as client:
            return await client.get(path)

    async def node(self, status: int = 200) -> dict[str, Any]:
        reply = await self.get(ADDRESS)
        assert reply.status_code == status
        assert reply.headers["content-type"] == "application/ld+json"
        assert reply.headers["x-content-type-options"] == "nosniff"
        return dict(reply.json())


@pytest.fixture
def site(gateway: Gateway) -> Read:  # noqa: F811
    return Read(gateway)


async def test_it_says_what_the_page_is_and_rests_on_with_its_true_dates(site: Read) -> None:
    node, answer = await site.node(), (await site.get(f"/v1/answers/{ANSWER}")).json()
    assert (node["@context"], node["@type"]) == ("https://schema.org", "MedicalWebPage")
    assert node["url"] == answer["url"]
    assert node["about"] == {"@type": "MedicalCondition", "name": "zu"}
    assert (node["datePublished"], node["dateModified"]) == (TIME, "2026-11-25T10:00:00Z")
    assert node["lastReviewed"] == "2026-11-25"
    assert node["digitalSourceType"].endswith("/AlgorithmicMediaDigitalSource")
    assert "reviewedBy" not in node
    assert node["creativeWorkStatus"]["termCode"] == "published"
    assert "correction" not in node
    (edition,) = node["citation"]
    assert "MedicalGuideline" in edition["@type"]
    assert (edition["identifier"], edition["creativeWorkStatus"]) == ("zu-guide@2", "current")
    hashes = {one["identifier"]["value"] for one in node["isBasedOn"]}
    assert hashes == {passage["text_sha256"] for passage in answer["passages"]}
    (claim,) = node["hasPart"]
    assert (claim["@type"], claim["text"]) == ("Claim", TEXT)
    assert [one["@id"] for one in claim["citation"]] == [p["url"] for p in answer["passages"]]


@pytest.mark.parametrize(
    ("severity", "shown"),
    [(wire.SEVERITY_REWORDED, True), (wire.SEVERITY_NUMBER_CHANGED, False)],
)
async def test_a_page_with_a_banner_says_so_and_which_edition_did_it(
    site: Read, severity: wire.Severity.ValueType, shown: bool
) -> None:
    site.index("3", "2026-02-01")
    before = await site.node()  # from the moment an edition is replaced
    assert before["creativeWorkStatus"]["termCode"] == "stale"
    claims = [StaledClaim(claim_id="c1", severity=severity)]
    site.stands(AnswerStaled(severity=severity, cause=EDITION, claims=claims))
    node, name = await site.node(), wire.Severity.Name(severity)[len("SEVERITY_") :].lower()
    assert node["creativeWorkStatus"]["termCode"] == "stale"
    assert node["correction"]["about"]["identifier"] == "zu-guide@3"
    assert node["correction"]["keywords"] == name
    assert node["correction"]["dateCreated"] == "2026-11-28T10:00:00Z"
    (claim,) = node["hasPart"]
    assert claim["creativeWorkStatus"]["termCode"] == name
    assert ("text" in claim) is shown
    assert (TEXT in json.dumps(node, ensure_ascii=False)) is shown
    assert node["citation"][0]["creativeWorkStatus"] == "superseded"


async def test_the_feed_says_so_too(site: Read) -> None:
    site.index("3", "2026-02-01")
    site.stands(AnswerStaled(severity=wire.SEVERITY_MEANING_CHANGED, cause=EDITION))
    feed = ElementTree.fromstring((await site.get("/feed.atom")).text)
    newest = feed.findall(f"{{{ATOM}}}entry")[0]
    categories = [(c.get("scheme"), c.get("term")) for c in newest.iter(f"{{{ATOM}}}category")]
    assert categories == [(None, "stale"), (SEVERITY, "meaning_changed")]
    said = str(newest.findtext(f"{{{ATOM}}}summary"))
    assert "now says something else" in said
    assert "zu-guide@3" in said


async def test_a_recheck_moves_the_day_of_the_last_review_and_no_other(site: Read) -> None:
    site.index("3", "2026-02-01")
    stands = [StandsNow(occurrence_id=PLACE, version="3", now_occurrence_id="there")]
    site.stands(AnswerRechecked(cause=EDITION, passages=stands))
    node = await site.node()
    assert node["lastReviewed"] == "2026-11-28"
    assert node["dateModified"] == "2026-11-25T10:00:00Z"
    assert node["creativeWorkStatus"]["termCode"] == "published"


async def test_a_recall_says_why_and_a_page_that_is_down_what_did_it(site: Read) -> None:
    message = SourceRecalled(
        recall_id=RECALL,
        kind=wire.RECALL_KIND_SOURCE,
        target="zu-guide",
        why="A table was printed wrongly.",
        at=TIME,
    )
    site.arrivals.recalled(event(message, offset=5))
    node = await site.node()
    assert node["correction"]["keywords"] == "recalled"
    assert node["correction"]["about"] == {"@type": "CreativeWork", "identifier": RECALL}
    assert "printed wrongly" in node["correction"]["text"]
    assert "text" not in node["hasPart"][0]
    site.stands(AnswerWithdrawn(cause=EDITION, reason_code="gone"))
    down = await site.node(410)
    assert down["creativeWorkStatus"]["termCode"] == "withdrawn"
    assert down["correction"]["about"]["identifier"] == "zu-guide@3"
    assert "hasPart" not in down


async def test_what_has_no_page_has_none_of_this(site: Read) -> None:
    for path in (f"/v1/answers/{'e' * 32}/jsonld", "/v1/answers/nothing/jsonld"):
        assert (await site.get(path)).status_code == 404


async def test_a_page_names_it_and_an_old_version_does_not(site: Read) -> None:
    link = f'<link rel="alternate" type="application/ld+json" href="{ADDRESS}">'
    title = content()["title"]
    page = await site.get(answer_path(title, ANSWER))
    assert link in page.text
    assert "<script type" not in page.text, "nothing stands inline"
    old = await site.get(version_path(title, ANSWER, 1))
    assert old.status_code == 200
    assert link not in old.text
    site.stands(AnswerWithdrawn(cause=EDITION, reason_code="gone"))
    down = await site.get(answer_path(title, ANSWER))
    assert (down.status_code, link in down.text) == (410, True)


def node_with(words: str) -> tuple[dict[str, Any], bytes]:
    """With these words at the end of every text, of the answer and of what was said of it."""
    made = with_words(content(), words)
    review = {"signatures": [{"keyid": "k", "sig": "s"}]}
    run = rendered(Signers(), content()).run
    published = Published(run, made["title"], TIME, made, "0" * 64, review, b"", "t", ())
    message = AnswerStaled(severity=wire.SEVERITY_REWORDED, cause=Cause(ref=f"zu-guide@3{words}"))
    told = Told(staled=(message, TIME))
    answer = answer_object.published(published, None, told, {"zu-guide": "3"}, "http://x")
    before = copy.deepcopy(answer)
    node = page_node(answer, TIME)
    assert answer == before
    return node, encode(node)


def shape(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: shape(item) for name, item in value.items()}
    return [shape(item) for item in value] if isinstance(value, list) else type(value)


def check(words: str) -> None:
    node, body = node_with(words)
    assert json.loads(body) == node
    assert shape(node) == shape(node_with("plain")[0])
    assert node["citation"][0]["name"] == f"Zu guide{words}"
    assert not {"<", ">", "&", "\u2028", "\u2029"} & set(body.decode())


@pytest.mark.parametrize("words", HOSTILE)
def test_hostile_words_stay_data(words: str) -> None:
    check(words)


@settings(max_examples=50, deadline=None)
@given(words=st.text(st.characters(exclude_categories=["Cs"]), max_size=30))
def test_any_words_stay_data(words: str) -> None:
    check(words)
