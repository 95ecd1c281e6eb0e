"""kill -9 at random moments while questions come in: nothing is lost, nothing is doubled."""

from __future__ import annotations

import asyncio
import json
import random
import re
import threading
import time
from pathlib import Path
from typing import Any

import httpx
import pytest
from system.conftest import GUIDELINES
from system.in_process import whole
from system.kept import check_ledger
from system.served import Served

from plumbline import topics
from plumbline_provenance.verify import verify

pytestmark = [pytest.mark.slow, pytest.mark.timeout(600)]

QUESTIONS = 200
KILLS = 20
FORMS = ["What is {} in CLL?", "What does {} mean in CLL?", "Explain {} in CLL", "{} meaning, CLL"]


def questions(count: int = QUESTIONS) -> list[str]:
    """So many distinct questions about what the corpus defines and has headings for."""
    terms: set[str] = set()
    for document in GUIDELINES.glob("cll-*/*.md"):
        if "2008" in document.parent.name:
            continue
        text = document.read_text()
        defined = re.findall(r"^([A-Z][\w -]{3,40}) (?:means|is)\b", text, re.MULTILINE)
        terms |= {t.strip() for t in defined}
        terms |= {t.strip() for t in re.findall(r"^#+ ([A-Z][\w -]{3,30})", text, re.M)}
    made = [form.format(term.lower()) for term in sorted(terms) for form in FORMS]
    pairs = [(a.lower(), b.lower()) for a in sorted(terms) for b in sorted(terms) if a < b]
    made += [f"What is {a} vs {b} in CLL?" for a, b in pairs]
    assert len(made) >= count
    return made[:count]


class Asker(threading.Thread):
    """Asks everything, over and over what was not accepted, while the server comes and goes."""

    def __init__(self, server: Served, texts: list[str]) -> None:
        super().__init__(daemon=True)
        self.server = server
        self.left = list(texts)
        self.accepted: dict[str, str] = {}

    def run(self) -> None:
        while self.left:
            text = self.left[0]
            try:
                reply = httpx.post(
                    f"{self.server.url}/v1/questions", json={"question": text}, timeout=5
                )
            except httpx.HTTPError:
                time.sleep(0.02)
                continue
            if reply.status_code in (200, 202):
                self.accepted[reply.json()["answer_id"]] = text
                self.left.pop(0)
                time.sleep(0.02)


def test_killed_twenty_times_it_loses_and_doubles_nothing(tmp_path: Path) -> None:
    rng = random.Random(20)
    texts = questions()
    assert len(set(texts)) == QUESTIONS
    server = Served(tmp_path / "home", GUIDELINES).start()
    asker = Asker(server, texts)
    asker.start()
    for _ in range(KILLS):
        time.sleep(rng.uniform(0.05, 0.6))
        server.kill()
        server.start()
    asker.join(120)
    assert not asker.left
    endings = _endings(server, asker.accepted)
    published = [a for a in endings.values() if a["status"] == "published"]
    assert {a["status"] for a in endings.values()} <= {"published", "not_covered", "withheld"}
    assert len(published) >= 120
    trust = tuple((tmp_path / "home" / "keys" / "trust.txt").read_text().split())
    leaves = set()
    for answer in published:
        receipt = server.receipt(answer["answer_id"])
        assert verify(receipt, trust).exit_code == 0
        leaves.add(json.loads(receipt)["leaf_index"])
    assert len(leaves) == len(published)
    assert server.stop() == 0
    asyncio.run(_one_of_each(tmp_path / "home", len(published)))


def _endings(server: Served, accepted: dict[str, str]) -> dict[str, dict[str, Any]]:
    found = {}
    for answer_id in accepted:
        reply = server.get(f"/v1/answers/{answer_id}", headers={"Prefer": "wait=30"})
        assert reply.status_code == 200
        found[answer_id] = reply.json()
        assert found[answer_id]["status"] != "pending"
    return found


async def _one_of_each(home: Path, published: int) -> None:
    async with whole(home, None) as plumbline:
        contents: dict[tuple[str, int], set[bytes]] = {}
        for rendered in await plumbline.messages(topics.ANSWER_RENDERED):
            key = (rendered.run.answer_id, rendered.run.revision)
            contents.setdefault(key, set()).add(rendered.content)
        assert all(len(found) == 1 for found in contents.values())
        leaves: dict[tuple[str, int], set[int]] = {}
        for sealed in await plumbline.messages(topics.ANSWER_SEALED):
            leaves.setdefault((sealed.answer_id, sealed.revision), set()).add(sealed.leaf_index)
        assert all(len(found) == 1 for found in leaves.values())
        assert len(leaves) >= published
    check_ledger(home / "provenance" / "ledger", home / "keys" / "trust.txt")
