"""A Plumbline of its own for a test: a process, a home, a free port."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import httpx

READY_SECONDS = 60
ROOT = Path(__file__).resolve().parents[2]


class Site:
    """A site somewhere."""

    def __init__(self, url: str) -> None:
        self.url = url

    def ask(self, question: str, wait: float = 30, **body: Any) -> dict[str, Any]:
        """Ask over HTTP and wait for the end."""
        with httpx.Client(base_url=self.url, timeout=wait + 10) as client:
            reply = client.post(
                "/v1/questions",
                json={"question": question, **body},
                headers={"Prefer": f"wait={wait:.0f}"},
            )
        return dict(reply.json())

    def get(self, path: str, **kwargs: Any) -> httpx.Response:
        """GET a path."""
        return httpx.get(self.url + path, timeout=30, **kwargs)

    def receipt(self, answer_id: str, seconds: float = 10) -> bytes:
        """The receipt of an answer, waited for."""
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            reply = self.get(f"/v1/answers/{answer_id}/receipt")
            if reply.status_code == 200:
                return reply.content
            time.sleep(0.05)
        raise AssertionError("never sealed")


class Served(Site):
    """One server process on one home. It may be killed and started again."""

    def __init__(self, home: Path, guidelines: Path | None, **environ: str) -> None:
        self.home = home
        own = {k: v for k, v in os.environ.items() if not k.startswith("PLUMBLINE_")}
        self.environ = own | {
            "PLUMBLINE_HOME": str(home),
            "PLUMBLINE_GUIDELINES": str(guidelines or ""),
            "PORT": "0",
            "HOST": "127.0.0.1",
            **environ,
        }
        self.process: subprocess.Popen[str] | None = None
        super().__init__("")  # not known before it is ready

    def start(self) -> Served:
        """Start and wait for `ready`."""
        self.log = (self.home.parent / f"{self.home.name}.stderr").open("a")
        self.process = subprocess.Popen(
            [sys.executable, "-m", "plumbline_embedded", "run"],
            env=self.environ,
            stdout=subprocess.PIPE,
            stderr=self.log,
            text=True,
        )
        assert self.process.stdout is not None
        for line in self.process.stdout:
            if line.startswith("ready "):
                self.url = line.split()[1]
                return self
        raise AssertionError(f"ended with {self.process.wait()}: {self.stderr()}")

    def stderr(self) -> str:
        """What it has said on standard error, over all its starts."""
        self.log.flush()
        return Path(self.log.name).read_text()

    def kill(self) -> None:
        """kill -9."""
        assert self.process is not None
        self.process.kill()
        self.process.wait()

    def stop(self) -> int:
        """SIGTERM; its exit code."""
        assert self.process is not None
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(timeout=30)

    def run(self, *arguments: str, **kwargs: Any) -> subprocess.CompletedProcess[str]:
        """Run the plumbline command against this home."""
        return command(arguments, self.environ, **kwargs)

    def ingest(self, *paths: Path, **kwargs: Any) -> list[dict[str, Any]]:
        """plumbline ingest --json."""
        done = self.run("ingest", *map(str, paths), *kwargs.pop("options", ()), "--json")
        return list(json.loads(done.stdout)["results"])


def command(
    arguments: Sequence[str], environ: dict[str, str], **kwargs: Any
) -> subprocess.CompletedProcess[str]:
    """Run the plumbline command and keep what it prints."""
    return subprocess.run(
        [sys.executable, "-m", "plumbline_embedded", *arguments],
        env=environ,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
        **kwargs,
    )


@contextlib.contextmanager
def served(home: Path, guidelines: Path | None, **environ: str) -> Iterator[Served]:
    """A running server; killed at the end if the test did not stop it."""
    server = Served(home, guidelines, **environ)
    try:
        yield server.start()
    finally:
        if server.process is not None and server.process.poll() is None:
            server.kill()
        server.log.close()


def claims_of(answer: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """The claims of an answer by id."""
    return {claim["id"]: claim for claim in answer["claims"]}


def table_of(answer: dict[str, Any]) -> dict[str, dict[str, list[str]]]:
    """slot → column → the texts in that cell ([] when not stated)."""
    claims = claims_of(answer)
    return {
        row["slot"]: {
            column: [claims[c]["text"] for c in cell.get("claims", [])]
            for column, cell in zip(block["columns"], row["cells"], strict=True)
        }
        for section in answer["sections"]
        for block in section["blocks"]
        if block["kind"] == "table"
        for row in block["rows"]
    }
