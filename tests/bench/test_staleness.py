"""From an edition to the pages that say so, at 1,000, 5,000 and 20,000 published answers.

All of them rest on the guideline that changes, which is the worst case; the change hits fifty.
"""

from __future__ import annotations

import random
import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import cast

import httpx
import pytest
from services.gateway.rendered import Signers, content, event
from services.gateway.rendered import rendered as page_rendered
from services.gateway.test_page_routes import TRIAGE
from services.regeneration.world import NUMBER, SAME, World, answer_id, edition, rendered, world
from tqdm import tqdm

from plumbline.ingest.v1.events_pb2 import EditionOpened
from plumbline.regeneration.v1.events_pb2 import AnswerRechecked, AnswerStaled
from plumbline.retrieval.v1.events_pb2 import EditionIndexed
from plumbline_bus import Health
from plumbline_clinical.red_flags import load_policy
from plumbline_gateway.app import build_app
from plumbline_gateway.asking import Desk, Identity, utc_now
from plumbline_gateway.followers import Arrivals
from plumbline_gateway.front import Front
from plumbline_gateway.prebuilt import Prebuilt
from plumbline_gateway.site import Site
from plumbline_gateway.trust import admit

pytestmark = [pytest.mark.bench, pytest.mark.timeout(1800)]

SIZES = (1_000, 5_000, 20_000)
HIT = 50
SENTENCES = 1_000  # of the guideline; each answer rests on three, drawn by chance
FOUND_SECONDS, BANNER_SECONDS = 2.0, 5.0  # the stated limits
CHANGED = SENTENCES  # one more sentence, which only those that are to be hit cite


def name(number: int) -> str:
    return f"{number:05d}f"  # hexadecimal


@dataclass(frozen=True)
class Took:
    """Seconds since the edition could be found: until it is known whom it hits, until all of them
    have been told of (and what that took of a core), until the last of the others is checked again.
    """

    found: float
    told: float
    told_cpu: float
    checked: float


async def test_cost_grows_with_what_is_hit(tmp_path: Path) -> None:
    base = tmp_path / "published.sqlite"
    took: dict[int, Took] = {}
    with world(base) as published:
        published.ingest(1)
        before = 0
        for size in SIZES:
            publish(published, before, size)
            before = size
            with closing(sqlite3.connect(tmp_path / f"{size}.sqlite")) as copy:
                published.reconciler._db.rows.backup(copy)
            with world(tmp_path / f"{size}.sqlite") as w:
                took[size] = await told_of(w, size)
    print(f"\none edition hits {HIT} of the published answers, all of which rest on its guideline")
    for size, one in took.items():
        print(f"{size:6} published: found after {1000 * one.found:.0f} ms "
              f"(limit ÷ this = {FOUND_SECONDS / one.found:.0f}), all told after "
              f"{1000 * one.told:.0f} ms ({1000 * one.told_cpu:.0f} ms of a core), "
              f"the others checked again after {one.checked:.1f} s")  # fmt: skip
    first, last = took[SIZES[0]], took[SIZES[-1]]
    print(f"{SIZES[-1] / SIZES[0]:.0f} × as many published: "
          f"{last.told_cpu / first.told_cpu:.2f} × the work")  # fmt: skip


def publish(w: World, first: int, size: int) -> None:
    """Answers up to that many; the first fifty of all rest on what is going to change."""
    for number in tqdm(range(first, size), desc="published", mininterval=5):
        cited = random.Random(number).sample(range(SENTENCES), 3)
        w.tell(rendered(name(number), [*cited[:2], CHANGED if number < HIT else cited[2]]))


async def told_of(w: World, size: int) -> Took:
    """The newer edition comes in."""
    *parts, indexed = edition(2, [*[SAME] * SENTENCES, NUMBER])
    for part in parts:
        w.tell(part)
    began, cpu = time.perf_counter(), time.process_time()
    w.tell(indexed)
    found = time.perf_counter() - began
    (campaign,) = w.campaigns.all()
    assert w.campaigns.counts(campaign.campaign_id) == {"new": HIT}
    while len(w.of(AnswerStaled)) < HIT:
        await w.runner.work_once()
    told, told_cpu = time.perf_counter() - began, time.process_time() - cpu
    staled = {message.answer_id for message in cast(list[AnswerStaled], w.of(AnswerStaled))}
    assert staled == {answer_id(name(number)) for number in range(HIT)}
    while len(w.said) - HIT < size - HIT:
        await w.runner.work_once()
    rechecked = cast(list[AnswerRechecked], w.of(AnswerRechecked))
    assert not staled & {message.answer_id for message in rechecked}
    return Took(found, told, told_cpu, time.perf_counter() - began)


async def test_a_banner_is_on_the_page_within_seconds(tmp_path: Path) -> None:
    """The same through a gateway that holds all the pages: regeneration says, the page shows."""
    size = SIZES[-1]
    with world(tmp_path / "regeneration.sqlite") as w, site_of(tmp_path, size) as (front, arrivals):
        w.ingest(1)
        publish(w, 0, size)
        *parts, indexed = edition(2, [*[SAME] * SENTENCES, NUMBER])
        for part in parts:
            w.tell(part)
        transport = httpx.ASGITransport(app=front.pages)
        async with httpx.AsyncClient(transport=transport, base_url="http://site") as client:
            began = time.perf_counter()
            arrivals.indexed(event(indexed))
            w.tell(indexed)
            shown: dict[str, float] = {}
            offset = 0
            while len(shown) < HIT:
                await w.runner.work_once()
                for message in w.of(AnswerStaled)[len(shown) :]:
                    offset += 1
                    arrivals.standing(event(message, offset=offset))
                    one = cast(AnswerStaled, message).answer_id
                    page = await client.get(f"/answers/{one}", follow_redirects=True)
                    assert 'class="banner' in page.text
                    answer = (await client.get(f"/v1/answers/{one}")).json()
                    assert answer["stale"]["severity"] == "number_changed"
                    shown[one] = time.perf_counter() - began
    last = max(shown.values())
    print(f"\n{size} published: a banner after {1000 * min(shown.values()):.0f} ms, on all {HIT} "
          f"after {1000 * last:.0f} ms (limit ÷ this = {BANNER_SECONDS / last:.1f})")  # fmt: skip


@contextmanager
def site_of(folder: Path, size: int) -> Iterator[tuple[Front, Arrivals]]:
    """A gateway that holds that many pages, which rest on the first edition of the guideline."""
    signers, site = Signers(), Site(folder / "site.sqlite")
    desk = Desk(site, None, Identity(b"k" * 32))  # type: ignore[arg-type]
    front = Front(site, desk, load_policy(TRIAGE), signers.trust, utc_now, Prebuilt())
    arrivals = Arrivals(site, desk, signers.trust, front.pages.forget)
    first = EditionOpened(title="Zu guide", version="1", effective_date="2001-01-01")
    arrivals.indexed(event(EditionIndexed(edition_id="g@1", guideline_id="g", edition=first)))
    made = content()
    for passage in made["passages"]:
        passage |= {"guideline_id": "g", "version": "1"}
    message = page_rendered(signers, made)
    trusted = admit(message, signers.trust)
    for number in tqdm(range(size), desc="pages", mininterval=5):
        message.run.answer_id = answer_id(name(number))
        site.apply_rendered(event(message, offset=number), trusted)
    front.pages.serve_through(build_app(front, Health()))
    yield front, arrivals
    site.close()
