"""A record that was put aside: seen without its words, brought back when the cause is mended."""

from __future__ import annotations

import json
import time
from pathlib import Path
from typing import Any

import pytest
from system.conftest import GUIDELINES
from system.served import Served, served

from plumbline_embedded.cli import parser
from plumbline_provenance.verify import verify
from plumbline_tlog.note import new_signer

pytestmark = [pytest.mark.slow, pytest.mark.timeout(120)]

QUESTION = "What is minimal residual disease in CLL?"
TOPIC = "answer.reviewed.v1"


class Operator:
    """Types commands; they run in the test's own process, which is quicker."""

    def __init__(self, capsys: pytest.CaptureFixture[str]) -> None:
        self._capsys = capsys

    def types(self, *arguments: str) -> tuple[int, str, str]:
        """Exit code, standard output, standard error."""
        options = parser().parse_args(arguments)
        code = int(options.act(options))
        return (code, *self._capsys.readouterr())

    def reads(self, *arguments: str) -> dict[str, Any]:
        """The object that a command prints."""
        code, out, err = self.types(*arguments, "--json")
        assert code == 0, out + err
        return dict(json.loads(out))


@pytest.fixture
def operator(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Operator:
    """Somebody at a terminal who looks after the home."""
    monkeypatch.setenv("PLUMBLINE_HOME", str(tmp_path / "home"))
    return Operator(capsys)


def published(server: Served, answer_id: str) -> dict[str, Any]:
    for _ in range(200):
        answer = dict(server.get(f"/v1/answers/{answer_id}").json())
        if answer["status"] == "published":
            return answer
        time.sleep(0.1)
    raise AssertionError(answer["status"])


def test_from_the_letter_to_the_published_answer(tmp_path: Path, operator: Operator) -> None:
    others = tmp_path / "trust.txt"
    others.write_text(new_signer("plumbline/review").vkey + "\n")
    trusting = {"PLUMBLINE_RENDERING_TRUST_FILE": str(others)}
    with served(tmp_path / "home", GUIDELINES / "cll-mrd", **trusting) as server:
        failed = server.ask(QUESTION)
        assert failed["status"] == "failed"
        told = letter_is_told(operator)
        assert server.stop() == 0
        code, _, said = operator.types("dead", "replay", TOPIC)
        assert (code, "plumbline run" in said) == (7, True)

        del server.environ["PLUMBLINE_RENDERING_TRUST_FILE"]
        server.start()
        assert operator.reads("dead", "replay", TOPIC)["appended"] == 1
        answer = published(server, failed["answer_id"])
        assert answer["revision"] == failed["revision"]  # rendered wins over ended
        trust = tuple((server.home / "keys" / "trust.txt").read_text().split())
        assert verify(server.receipt(answer["answer_id"]), trust).exit_code == 0

        (again,) = operator.reads("dead", "list")["letters"]
        assert again == told | {"state": "replayed"}
        assert operator.reads("dead", "replay", TOPIC)["appended"] == 0
        checks = operator.reads("doctor", "--min-free-mib", "1")["checks"]
        assert {check["status"] for check in checks} == {"ok"}


def letter_is_told(operator: Operator) -> dict[str, Any]:
    """list, show, doctor and lag tell of it; none of them tells a word of it unless asked to."""
    (letter,) = operator.reads("dead", "list")["letters"]
    told = (letter["topic"], letter["reason"], letter["state"])
    assert told == (TOPIC, "review-signature", "waiting")
    assert operator.reads("dead", "list", "answer.drafted.v1")["letters"] == []
    place = (TOPIC, str(letter["partition"]), str(letter["offset"]))
    _, shown, _ = operator.types("dead", "show", *place)
    assert "kafka_dlt-exception-message: review-signature" in shown
    assert "residual" not in (shown + operator.types("dead", "list")[1]).casefold()
    _, shown, warned = operator.types("dead", "show", *place, "--value")
    assert '"answerId"' in shown
    assert "keep it to yourself" in warned
    checks = operator.reads("doctor", "--min-free-mib", "1")["checks"]
    (check,) = (check for check in checks if check["name"] == "dead-letters")
    assert (check["status"], f"1 of {TOPIC}" in check["detail"]) == ("warn", True)
    assert "dead replay" in check["what_to_do"]
    groups = {group["group"]: group for group in operator.reads("lag")["groups"]}
    assert groups[f"rendering.{TOPIC}"]["lag"] == 0
    code, _, said = operator.types("dead", "show", "answer.reviewd.v1", "0", "0")
    assert (code, TOPIC in said) == (1, True)
    return dict(letter)
