"""Whatever stands in a manifest, a passage, an answer or a question is text on every page."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from markup import HOSTILE, SHOWABLE, Tags
from services.gateway.rendered import ANSWER, TEXT, Signers, content, event, rendered

from plumbline.common.v1.common_pb2 import Run
from plumbline.common.v1.status_pb2 import Outcome, QuestionEnded
from plumbline.ingest.v1.events_pb2 import EditionOpened
from plumbline.retrieval.v1.events_pb2 import EditionIndexed
from plumbline_clinical.red_flags import load_policy
from plumbline_gateway import answer_view, page_views, record_view, shelf_views
from plumbline_gateway.asking import Desk, Identity, utc_now
from plumbline_gateway.followers import Arrivals
from plumbline_gateway.front import Front
from plumbline_gateway.prebuilt import Prebuilt
from plumbline_gateway.problems import Problem
from plumbline_gateway.site import Site
from plumbline_gateway.stored import Ended
from plumbline_rendering.content import read
from plumbline_rendering.page import Revision, answer_page

TRIAGE = Path(__file__).resolve().parents[3] / "deploy" / "policy" / "triage.toml"
PLAIN = "words"
TIME = "2026-11-24T10:00:00Z"

# Not words: what binds the parts of an answer together, and what is compared byte for byte.
BINDING = {
    *("id", "role", "kind", "passage", "quote", "claims", "verdict", "schema", "text"),
    *("occurrence_id", "guideline_id", "version", "text_sha256"),
}


def with_words(value: Any, words: str, key: str = "") -> Any:
    """The value with `words` at the end of every text of it that is anybody's own."""
    if isinstance(value, dict):
        return {name: with_words(item, words, name) for name, item in value.items()}
    if isinstance(value, list):
        return [with_words(item, words, key) for item in value]
    return value + words if isinstance(value, str) and key not in BINDING else value


def spoilt(words: str) -> dict[str, Any]:
    """Reviewed content with `words` in every field, bound together as reviewed content is."""
    made: dict[str, Any] = with_words(content(not_stated=["What else"]), words)
    text = TEXT + words
    passage, claim = made["passages"][0], made["claims"][0]
    passage |= {"text": text, "end": 10 + len(text), "version": f"2{words}"}
    passage["text_sha256"] = hashlib.sha256(text.encode()).hexdigest()
    claim["text"] = text
    claim["citations"][0] |= {"end": len(text), "quote": text}
    made["notices"][0]["text"] += words
    return made


def pages_of(folder: Path, words: str) -> dict[str, str]:
    """Every page of a gateway that got `words` in every message that reaches it."""
    signers, made = Signers(), spoilt(words)
    edition = EditionOpened(
        title=f"Zu{words}",
        publisher=f"Zu{words}",
        licence=f"Zu{words}",
        based_on=f"Zu{words}",
        version=f"2{words}",
        effective_date="2026-01-01",
        demonstration=True,
    )
    indexed = EditionIndexed(
        edition_id=f"zu-guide@2{words}", guideline_id="zu-guide", edition=edition, passages=3
    )
    old = Run(answer_id="f" * 32, revision=1)
    ended = QuestionEnded(
        run=old,
        outcome=Outcome.OUTCOME_NOT_COVERED,
        reason_code=words,
        nearest_titles=[f"Zu{words}"],
    )
    page = answer_page(read(json.dumps(made).encode()), Revision(ANSWER, 1, TIME))
    with closing(Site(folder / "site.sqlite")) as site:
        desk = Desk(site, None, Identity(b"k" * 32))  # type: ignore[arg-type]
        policy = load_policy(TRIAGE)
        front = Front(site, desk, policy, signers.trust, utc_now, Prebuilt())
        arrivals = Arrivals(site, desk, signers.trust, lambda _: None)
        arrivals.indexed(event(indexed))
        arrivals.rendered(event(rendered(signers, made, page=page)))
        arrivals.ended(event(ended))
        published, ending = site.runs.latest_published(ANSWER), site.runs.latest_ended("f" * 32)
        assert published
        assert isinstance(ending, Ended)
        passage = shelf_views.passage(front, made["passages"][0]["occurrence_id"])
        assert passage
        problem = Problem(422, "personal-data", {"kinds": [words]})
        return {
            "home": page_views.home(front),
            "home with the asker's words": page_views.home(front, problem, words),
            "refused": page_views.refused(problem),
            "answer": answer_view.answer(front, published).decode(),
            "record": record_view.record(front, published, f"http://{words}", ""),
            "passage": passage,
            "library": shelf_views.library(front),
            "guideline": shelf_views.guideline(front, "zu-guide") or "",
            "ended": page_views.ended(front, ending),
        }


@pytest.fixture(scope="module")
def made_of(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], dict[str, str]]:
    return lambda words: pages_of(tmp_path_factory.mktemp("escaping"), words)


@pytest.fixture(scope="module")
def harmless(made_of: Callable[[str], dict[str, str]]) -> dict[str, Tags]:
    return {name: Tags(html) for name, html in made_of(PLAIN).items()}


def shape(tags: Tags) -> dict[tuple[str, ...], int]:
    """The elements of a page. Where lines may not break depends on the words, so that is left."""
    return {tag: n for tag, n in tags.found.items() if tag != ("span", "class")}


def check(made: dict[str, str], harmless: dict[str, Tags]) -> None:
    for name, html in made.items():
        tags = Tags(html)
        assert shape(tags) == shape(harmless[name]), name
        assert tags.comments == harmless[name].comments, name
        links = [v for n, v in tags.values if n in ("href", "src", "action")]
        assert all(re.match(r"/(?!/)|#|tel:", link) for link in links), name


@pytest.mark.parametrize("words", HOSTILE)
def test_hostile_words_in_every_field_stay_words(
    made_of: Callable[[str], dict[str, str]], harmless: dict[str, Tags], words: str
) -> None:
    made = made_of(words)
    check(made, harmless)
    assert all("<script>alert" not in html for html in made.values())


@settings(
    max_examples=20,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(words=SHOWABLE)
def test_no_words_at_all_become_markup(
    made_of: Callable[[str], dict[str, str]], harmless: dict[str, Tags], words: str
) -> None:
    one_line = " ".join(words.split())  # a fixed text of more lines is more paragraphs
    check(made_of(f"{one_line}<b a='\">"), harmless)
