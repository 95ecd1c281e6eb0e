"""A thousand answers are made again while readers ask new questions: how much slower are those?"""

from __future__ import annotations

import os
import random
import statistics
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from bench.test_question_latency import percentile
from eval.resting import FORMS, questions_about
from eval.test_alignment import documents
from system.conftest import GUIDELINES
from system.levels import DISEASE, outcomes, take_in, terms, write_edition
from system.served import Served, served
from tqdm import tqdm

pytestmark = [pytest.mark.bench, pytest.mark.timeout(3600)]
SEED = 20261128
REMADE = int(os.environ.get("BENCH_REMADE", "1000"))  # fewer for a quick look
ASKED = min(200, REMADE // 6)  # new questions in each of the three spells
WARM = 10
AT_ONCE = 20  # asked before it is looked at whether they are enough
BETWEEN_SECONDS = 0.2  # a reader thinks; what is idle then is what the campaign may have
MOST = 1.5  # the stated limit: times as slow as idle


def test_readers_hardly_notice_a_campaign(tmp_path: Path) -> None:
    fresh = iter(questions_about(list(documents()), SEED))
    with served(tmp_path / "home", GUIDELINES) as server:
        names = terms(2 * REMADE // len(FORMS))  # not every form of a question is answered
        take_in(server, write_edition(tmp_path / "1", 1, names))
        answers = publish(server, names)
        spell(server, fresh, WARM)
        before = spell(server, fresh, ASKED)
        take_in(server, write_edition(tmp_path / "2", 2, names))
        began, done_before = time.monotonic(), done(server)
        during = spell(server, fresh, ASKED)
        seconds, made = time.monotonic() - began, done(server) - done_before
        left = answers - done(server)
        while done(server) < answers:
            time.sleep(0.5)
        whole = time.monotonic() - began
        after = spell(server, fresh, ASKED)
    idle = [*before, *after]
    print(f"\n{answers} answers made again in {whole:.0f} s; {ASKED} questions in {seconds:.0f} s, "
          f"while {made} of them were, {left} were left then")  # fmt: skip
    for what, share in (("p50", 0.5), ("p99", 0.99)):
        calm, busy = percentile(idle, share), percentile(during, share)
        print(f"{what}: {busy:.0f} ms, idle {calm:.0f} ms "
              f"(before {percentile(before, share):.0f}, after {percentile(after, share):.0f}): "
              f"{busy / calm:.2f} × (limit {MOST})")  # fmt: skip
    print(f"mean: {statistics.mean(during):.0f} ms, idle {statistics.mean(idle):.0f} ms")
    assert left > 0, "the campaign ended before it could be measured"
    assert made > 0, "the campaign stood still"


def publish(server: Served, names: Sequence[str]) -> int:
    """Ask about the terms in every form until enough were answered; how many were."""
    questions = [form.format(term.lower(), DISEASE) for term in names for form in FORMS]
    random.Random(SEED).shuffle(questions)
    published = 0
    with ThreadPoolExecutor(4) as readers, tqdm(total=REMADE, mininterval=5) as bar:
        for first in range(0, len(questions), AT_ONCE):
            some = questions[first : first + AT_ONCE]
            asked = readers.map(lambda question: server.ask(question, wait=60), some)
            count = sum(answer["status"] == "published" for answer in asked)
            published += count
            bar.update(count)
            if published >= REMADE:
                break
    assert published >= REMADE, f"only {published} of {len(questions)} questions were answered"
    return published


def spell(server: Served, fresh: Iterator[str], count: int) -> list[float]:
    """New questions, one at a time with a pause between them: milliseconds until each ended."""
    took = []
    for _ in range(count):
        time.sleep(BETWEEN_SECONDS)
        started = time.perf_counter()
        ended = server.ask(next(fresh), wait=60)
        took.append((time.perf_counter() - started) * 1000)
        assert ended["status"] != "pending"
    return took


def done(server: Served) -> int:
    """How many answers of the campaign are made again."""
    return len(outcomes(server))
