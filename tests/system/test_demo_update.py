"""The demonstration of a new edition, as a stranger starts it."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = [pytest.mark.slow, pytest.mark.timeout(120)]

COMMAND = [sys.executable, "-m", "plumbline_embedded", "demo-update"]


def test_the_demonstration_goes_from_the_question_to_what_changed_and_leaves_nothing() -> None:
    with subprocess.Popen(
        [*COMMAND, "--yes", "0", "--hold", "0.5"], stdout=subprocess.PIPE, text=True
    ) as shown:
        assert shown.stdout
        told = []
        for line in shown.stdout:
            told.append(line)
            if line.startswith("Ctrl-C"):
                break
        shown.send_signal(signal.SIGINT)
        assert shown.wait(30) == 0
    text = "".join(told)
    assert re.search(r"stale \([a-z ]+\): \d+ of \d+ sentences", text)
    assert "cll-response@2018: done: 1 remade" in text
    assert re.search(r"Version 2 is published: http://127\.0\.0\.1:\d+/answers/\S+", text)
    assert re.search(r"/answers/\S+/changes", text)


def test_it_says_what_it_needs() -> None:
    environment = {**os.environ, "PLUMBLINE_GUIDELINES": str(Path(__file__).parent)}
    done = subprocess.run(
        COMMAND, env=environment, capture_output=True, text=True, check=False, timeout=60
    )
    assert done.returncode == 1
    assert "unset PLUMBLINE_GUIDELINES" in done.stderr
