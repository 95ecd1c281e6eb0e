"""Each service as its own process on a broker: the same answer as in one process, byte for byte."""

from __future__ import annotations

import json
from pathlib import Path

import httpx
import pytest
from system.conftest import SEED
from system.contract import check_page, check_published, same_answer
from system.deployed import Deployed, Replica
from system.served import Served

from plumbline.topics import DEAD_SUFFIX, QUESTION_ASKED

pytestmark = [pytest.mark.slow, pytest.mark.kafka, pytest.mark.timeout(600)]


def test_a_process_per_service_gives_the_answer_that_one_process_gives(
    apart: Deployed, plumbline: Served
) -> None:
    site = apart.gateway()
    answer, whole = site.ask(SEED), plumbline.ask(SEED)
    check_published(answer)
    # With the same keys nothing but the time differs: not the id, and not the review's signature.
    times = {"published_at": None, "checked_at": None}
    assert same_answer({**answer, **times}, {**whole, **times})
    page = site.get(answer["url"].removeprefix(site.url))
    check_page(page.content, answer)


def test_its_receipt_verifies(apart: Deployed, tmp_path: Path) -> None:
    answer = apart.gateway().ask(SEED)
    receipt = tmp_path / "receipt.json"
    receipt.write_bytes(apart.gateway().receipt(answer["answer_id"]))
    done = apart.run("verify", str(receipt), "--trust", str(apart.keys / "trust.txt"), "--json")
    assert (done.returncode, json.loads(done.stdout)["ok"]) == (0, True)


def test_every_process_tells_that_it_is_live_and_ready(apart: Deployed) -> None:
    for replica in apart.replicas.values():
        assert httpx.get(f"{replica.health}/live").status_code == 200
        assert httpx.get(f"{replica.health}/ready").json() == {"status": "ready"}
    for number in (0, 1):
        assert apart.gateway(number).get("/ready").status_code == 200


def test_commands_look_at_the_brokers_and_bring_dead_letters_back(apart: Deployed) -> None:
    apart.gateway().ask(SEED)
    groups = json.loads(apart.run("lag", "--json").stdout)["groups"]
    names = {group["group"].removeprefix(apart.prefix) for group in groups}
    assert "generation.evidence.retrieved.v1" in names
    assert "provenance.answer.rendered.v1" in names

    apart.put_aside(QUESTION_ASKED, b"\xff")
    (letter,) = json.loads(apart.run("dead", "list", "--json").stdout)["letters"]
    assert (letter["topic"], letter["reason"]) == (QUESTION_ASKED.name, "not-parseable")
    assert letter["state"] == "unreadable"
    place = [str(letter[part]) for part in ("topic", "partition", "offset")]
    shown = apart.run("dead", "show", *place)
    assert f"{apart.prefix}{QUESTION_ASKED.name}{DEAD_SUFFIX}" in shown.stdout

    done = apart.run("dead", "replay", QUESTION_ASKED.name, "--json")
    assert done.returncode == 7  # which revision comes next, only a site knows
    assert "PLUMBLINE_URL" in done.stderr
    apart.environ["PLUMBLINE_URL"] = apart.gateway().url
    done = apart.run("dead", "replay", QUESTION_ASKED.name, "--json")
    replayed = json.loads(done.stdout)
    assert (done.returncode, replayed["unreadable"], replayed["appended"]) == (0, 1, 0)


def test_a_service_without_topics_or_brokers_says_what_to_do_and_ends(
    apart: Deployed, tmp_path: Path
) -> None:
    rendering = apart["rendering-0"].environ
    for changed, told in (
        ({"PLUMBLINE_TOPIC_PREFIX": "nobody."}, "plumbline topics apply"),
        ({"PLUMBLINE_LOG_URL": "kafka://127.0.0.1:1"}, "no broker answers at 127.0.0.1:1"),
        ({"PLUMBLINE_LOG_URL": "amqp://127.0.0.1"}, "kafka://host:port"),
        ({"PLUMBLINE_RENDERING_KEY_FILE": str(tmp_path / "none.pem")}, "none.pem"),
    ):
        environ = {**rendering, **changed}
        replica = Replica("rendering", "alone", environ, tmp_path / "alone.log").start()
        assert replica.ended() == 1
        (line,) = [x for x in replica.said().splitlines() if x.startswith("rendering: ")]
        assert told in line
        assert "Traceback" not in replica.said()
