"""Two of what may be two: gateways that hold the same site, workers that share the work."""

from __future__ import annotations

import json
import shutil
import signal
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from itertools import combinations
from pathlib import Path

import httpx
import pytest
from system.conftest import SEED
from system.deployed import Deployed, Replica
from system.served import Site
from system.test_crash import questions

from plumbline.topics import ANSWER_DRAFTED, ANSWER_RENDERED, ANSWER_SEALED, QUESTION_ASKED

pytestmark = [pytest.mark.slow, pytest.mark.kafka, pytest.mark.timeout(600)]

WORKERS = ("retrieval", "generation", "safety_review", "rendering")


def events(site: Site, answer: str, last: str = "") -> Iterator[tuple[str, str]]:
    """(id, name) of the events of a run, after the last one that was seen, until it is over."""
    headers = {"Last-Event-ID": last} if last else {}
    with httpx.stream("GET", f"{site.url}/v1/answers/{answer}/events", headers=headers) as reply:
        mark = ""
        for line in reply.iter_lines():
            name, _, value = line.partition(": ")
            if name == "id":
                mark = value
            elif name == "event":
                yield mark, value
                if value in ("sealed", "ended"):
                    return


def test_a_gateway_that_lost_everything_holds_the_whole_site_again(apart: Deployed) -> None:
    answer = apart.gateway(0).ask(SEED)
    path = answer["url"].removeprefix(apart.gateway(0).url)
    receipts = [apart.gateway(n).receipt(answer["answer_id"]) for n in (0, 1)]
    assert receipts[0] == receipts[1]
    pages = [apart.gateway(n).get(path).content for n in (0, 1)]
    assert pages[0] == pages[1]
    lost = apart["gateway-1"]
    assert lost.stop() == 0
    shutil.rmtree(Path(lost.environ["PLUMBLINE_GATEWAY_DIRECTORY"]))
    lost.start().wait()
    assert apart.gateway(1).get(path).content == pages[0]


def test_a_stream_that_breaks_with_its_gateway_goes_on_at_the_other(apart: Deployed) -> None:
    apart["generation-0"].send(signal.SIGSTOP)
    try:
        asked = apart.gateway(0).ask("What does undetectable MRD mean in CLL?", wait=0)
        stream = events(apart.gateway(0), asked["answer_id"])
        seen = [next(stream), next(stream)]
        assert [name for _, name in seen] == ["stage", "stage"]  # received, found
        apart["gateway-0"].kill()
        with pytest.raises(httpx.HTTPError):
            list(stream)
    finally:
        apart["generation-0"].send(signal.SIGCONT)
    rest = list(events(apart.gateway(1), asked["answer_id"], last=seen[-1][0]))
    apart["gateway-0"].start().wait()
    marks = [mark for mark, _ in [*seen, *rest]]
    assert len(set(marks)) == len(marks)
    assert marks == sorted(marks)
    assert rest[-1][1] in ("sealed", "ended")
    # And the one that comes back tells the same story from the beginning. It may know more of it:
    # a stage that reaches a gateway after a later one (another topic brought it) is not told.
    told = [mark for mark, _ in events(apart.gateway(0), asked["answer_id"])]
    assert told == sorted(set(told))
    assert (set(marks) <= set(told), told[-1]) == (True, marks[-1])


def test_two_gateways_asked_at_once_make_one_run(apart: Deployed) -> None:
    texts = questions()[:20]
    with ThreadPoolExecutor(2) as both:
        for text in texts:
            answers = list(both.map(lambda n, t=text: apart.gateway(n).ask(t), (0, 1)))
            assert len({(a["answer_id"], a["revision"], a["status"]) for a in answers}) == 1
    asked = Counter((m.run.answer_id, m.run.revision) for m in apart.messages(QUESTION_ASKED))
    assert max(asked.values()) == 2  # the race was run
    one_of_each(apart)


def one_of_each(apart: Deployed) -> None:
    """One content of each revision, and one leaf."""
    contents: dict[tuple[str, int], set[bytes]] = {}
    for rendered in apart.messages(ANSWER_RENDERED):
        run = (rendered.run.answer_id, rendered.run.revision)
        contents.setdefault(run, set()).add(rendered.content)
    assert {len(found) for found in contents.values()} == {1}
    leaves: dict[tuple[str, int], set[int]] = {}
    deadline = time.monotonic() + 20
    while set(leaves) != set(contents) and time.monotonic() < deadline:
        for sealed in apart.messages(ANSWER_SEALED):
            run = (sealed.answer_id, sealed.revision)
            leaves.setdefault(run, set()).add(sealed.leaf_index)
    assert set(leaves) == set(contents)
    assert {len(found) for found in leaves.values()} == {1}
    assert not [1 for one, other in combinations(leaves.values(), 2) if one & other]


def partitions(replica: Replica) -> set[int]:
    """Which partitions of the drafts' topic (or whatever it reads first) it was given last."""
    given: dict[str, list[int]] = {}
    for line in replica.said().splitlines():
        if '"partitions assigned"' in line:
            told = json.loads(line)
            given[told["member"]] = told["partitions"]
    return set(given[sorted(given)[0]]) if given else set()


def test_two_of_each_worker_share_and_one_takes_over_what_the_other_had_in_hand(
    apart: Deployed,
) -> None:
    # Without a name: those that are killed are not waited for by it.
    seconds = [apart.add(service, PLUMBLINE_INSTANCE="") for service in WORKERS]
    for replica in seconds:
        replica.wait()
    review = apart.of("safety_review")
    deadline = time.monotonic() + 30
    while not (partitions(review[0]) and partitions(review[1])):
        assert time.monotonic() < deadline
        time.sleep(0.1)
    assert partitions(review[0]) | partitions(review[1]) == set(range(ANSWER_DRAFTED.partitions))
    assert not partitions(review[0]) & partitions(review[1])

    accepted = []
    texts = questions()[20:80]
    for number, text in enumerate(texts):
        accepted.append(apart.gateway(number % 2).ask(text, wait=0)["answer_id"])
        if number == len(texts) // 2:
            for replica in seconds:
                replica.kill()
    for answer in accepted:
        ended = apart.gateway(0).get(f"/v1/answers/{answer}", headers={"Prefer": "wait=60"}).json()
        assert ended["status"] in ("published", "not_covered", "withheld")
    one_of_each(apart)
