"""Plumbline as it is deployed: one process per service on a broker, each with a folder of its own.

    with deployed(tmp_path, kafka) as site:            # a process per service, all ready
        site.ingest(GUIDELINES)                         # through the ingest service's upload API
        site.gateway().ask("…")                         # any gateway: see served.Site
        site["generation-0"].kill()                     # -9; .stop() is SIGTERM; .start() again
        site.add("generation").wait()                   # one replica more

All of it ends with the test, and with the thread that started it, however that dies.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx
from kafka.cluster import end_with_parent, free_ports
from libs.bus.apart import delete_topics
from system.served import ROOT, Site, command

from plumbline.topics import Topic
from plumbline_bus import Record, open_log
from plumbline_bus.errors import Undecodable
from plumbline_bus.event import parse
from plumbline_bus.kafka_look import look_at_brokers
from plumbline_embedded.assembly import NAMES
from plumbline_embedded.documents import MANIFEST
from plumbline_kit.keys import load_or_create

POLICY = ROOT / "deploy" / "policy"
READY_SECONDS = 150  # a dozen processes start at once
STOP_SECONDS = 30  # what a cluster gives before it kills


class Replica:
    """One process of one service. It may be killed or stopped, and started again."""

    def __init__(self, service: str, name: str, environ: dict[str, str], log: Path) -> None:
        self.service = service
        self.name = name
        self.environ = environ
        self.log = log
        self.program = ["-m", f"plumbline_{service}"]  # for Python
        self.process: subprocess.Popen[bytes] | None = None
        self._began = 0  # where the log of this start begins

    def start(self) -> Replica:
        """Start it, without waiting until it is ready."""
        self._began = self.log.stat().st_size if self.log.exists() else 0
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                [sys.executable, *self.program],
                env=self.environ,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                preexec_fn=end_with_parent,
            )
        return self

    def wait(self, seconds: float = READY_SECONDS) -> Replica:
        """Until it is ready; AssertionError with the end of its log when it ends instead."""
        deadline = time.monotonic() + seconds
        while not self.ready():
            assert self.alive, f"{self.name} ended with {self.code}:\n{self.said()[-2000:]}"
            assert time.monotonic() < deadline, f"{self.name} is not ready: {self.why()}"
            time.sleep(0.05)
        return self

    @property
    def alive(self) -> bool:
        """Whether the process is there."""
        return self.process is not None and self.process.poll() is None

    @property
    def code(self) -> int | None:
        """How it ended; None while it has not."""
        return self.process.poll() if self.process is not None else None

    @property
    def health(self) -> str:
        """Where it tells how it is; "" before it has said."""
        for line in self.said().splitlines():
            if '"health"' in line:
                return str(json.loads(line)["health"])
        return ""

    def ready(self) -> bool:
        """What /ready says."""
        return self.why() == {}

    def why(self) -> dict[str, str] | None:
        """Why it is not ready; None when it does not answer."""
        try:
            reply = httpx.get(f"{self.health}/ready", timeout=10) if self.health else None
        except httpx.HTTPError:
            return None
        return None if reply is None else dict(reply.json().get("reasons", {}))

    def said(self) -> str:
        """Its log since it was last started."""
        if not self.log.exists():
            return ""
        return self.log.read_bytes()[self._began :].decode("utf-8", "replace")

    def ending(self) -> str:
        """How it ended by itself, and the last thing it said."""
        return f"ended with {self.code}: {(self.said().splitlines() or [''])[-1][:300]}"

    def kill(self) -> None:
        """kill -9."""
        self.send(signal.SIGKILL)
        assert self.process is not None
        self.process.wait()

    def stop(self) -> int:
        """SIGTERM; its exit code."""
        self.send(signal.SIGTERM)
        return self.ended()

    def ended(self) -> int:
        """The exit code, waited for."""
        assert self.process is not None
        return self.process.wait(STOP_SECONDS)

    def send(self, number: signal.Signals) -> None:
        """A signal: SIGSTOP freezes it, SIGCONT lets it go on."""
        assert self.process is not None
        self.process.send_signal(number)


class Gateway(Site):
    """A gateway's site, and the process that serves it."""

    def __init__(self, replica: Replica) -> None:
        environ = replica.environ
        host, port = environ["PLUMBLINE_GATEWAY_HOST"], environ["PLUMBLINE_GATEWAY_PORT"]
        super().__init__(f"http://{host}:{port}")
        self.replica = replica


class Deployed:
    """A deployment: replicas by name (`retrieval-0`), one set of keys, one topic prefix."""

    def __init__(
        self, folder: Path, bootstrap: str, prefix: str, keys: Path, environ: Mapping[str, str]
    ) -> None:
        self.folder = folder
        self.bootstrap = bootstrap
        self.prefix = prefix
        self.keys = keys
        self.ingest_socket = folder / "ingest.sock"
        self.campaign_socket = folder / "campaigns.sock"
        self.replicas: dict[str, Replica] = {}
        own = {k: v for k, v in os.environ.items() if not k.startswith("PLUMBLINE_")}
        self.environ = own | {
            "PLUMBLINE_LOG_URL": f"kafka://{bootstrap}",
            "PLUMBLINE_TOPIC_PREFIX": prefix,
            **environ,
        }
        load_or_create(self.keys, may_create=True)

    def __getitem__(self, name: str) -> Replica:
        return self.replicas[name]

    def of(self, service: str) -> list[Replica]:
        """The replicas of a service."""
        return [replica for replica in self.replicas.values() if replica.service == service]

    def gateway(self, number: int = 0) -> Gateway:
        """A gateway."""
        return Gateway(self[f"gateway-{number}"])

    def run(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Run the plumbline command against the brokers, without a home."""
        return command(arguments, self.environ | {"PLUMBLINE_HOME": str(self.folder / "home")})

    def apply_topics(self) -> None:
        """Make every topic."""
        done = self.run("topics", "apply")
        assert done.returncode == 0, done.stderr

    def add(self, service: str, **environ: str) -> Replica:
        """Start one more replica of a service, without waiting for it."""
        name = f"{service}-{len(self.of(service))}"
        own = self.environ | {"PLUMBLINE_INSTANCE": name} | self._settings(service, name) | environ
        self.replicas[name] = Replica(service, name, own, self.folder / f"{name}.log")
        return self.replicas[name].start()

    def _settings(self, service: str, name: str) -> dict[str, str]:
        """What each service needs to be told; see the README of each."""
        trust = {"trust_file": self.keys / "trust.txt"}
        settings: dict[str, dict[str, object]] = {
            "ingest": {"socket": self.ingest_socket},
            "retrieval": {},
            "generation": {},
            "regeneration": {"socket": self.campaign_socket},
            "safety_review": {
                "key_file": self.keys / "review.pem",
                "policy_file": POLICY / "review.toml",
            },
            "rendering": {"key_file": self.keys / "render.pem", **trust},
            "provenance": {"key_file": self.keys / "log.pem", **trust},
            "gateway": {
                "question_key_file": self.keys / "question.key",
                "triage_file": POLICY / "triage.toml",
                "host": "127.0.0.1",
                "port": free_ports(1)[0],  # the same after a restart: readers come back to it
                **trust,
            },
        }
        if service != "rendering":  # it keeps nothing
            settings[service]["directory"] = self.folder / name
        start = f"PLUMBLINE_{service.upper()}_"
        return {start + field.upper(): str(value) for field, value in settings[service].items()}

    def wait(self) -> None:
        """Until everything that runs is ready."""
        for replica in self.replicas.values():
            if replica.alive:
                replica.wait()

    def ingest(self, guidelines: Path) -> list[dict[str, Any]]:
        """Hand in every guideline of a folder and wait until the first gateway can find them."""
        where = {
            "PLUMBLINE_INGEST_SOCKET": str(self.ingest_socket),
            "PLUMBLINE_URL": self.gateway().url,
        }
        folders = sorted(str(manifest.parent) for manifest in guidelines.rglob(MANIFEST))
        done = command(["ingest", *folders, "--json"], self.environ | where)
        assert done.stdout, done.stderr
        return list(json.loads(done.stdout)["results"])

    def messages(self, topic: Topic[Any]) -> list[Any]:
        """Every message of a topic as it stands now, without what tests `put_aside`."""
        found = []
        for record in self.records(topic):
            with contextlib.suppress(Undecodable):
                found.append(parse(record, topic))
        return found

    def records(self, topic: Topic[Any]) -> list[Record]:
        """Every record of a topic as it stands now."""
        with look_at_brokers(self.bootstrap, self.prefix) as look:
            return list(look.records(self.prefix + topic.name))

    def put_aside(self, topic: Topic[Any], value: bytes) -> None:
        """Append a record to a topic and wait until it is among the dead letters."""
        asyncio.run(self._append(topic, value))
        deadline = time.monotonic() + READY_SECONDS
        while not json.loads(self.run("dead", "list", topic.name, "--json").stdout)["letters"]:
            assert time.monotonic() < deadline, "never put aside"

    async def _append(self, topic: Topic[Any], value: bytes) -> None:
        headers = (("ce_type", topic.type_name.encode()), ("ce_id", b"made-up"))
        async with open_log(self.environ["PLUMBLINE_LOG_URL"]) as log:
            await log.append(
                self.prefix + topic.name,
                partition_key="made-up",
                record_key="made-up/1",
                value=value,
                headers=headers,
            )

    def campaigns(self) -> list[dict[str, Any]]:
        """What the regeneration service tells of its campaigns."""
        with httpx.Client(transport=httpx.HTTPTransport(uds=str(self.campaign_socket))) as client:
            return list(client.get("http://regeneration/v1/campaigns").json())

    def stop(self) -> dict[str, int]:
        """SIGTERM to all at once; their exit codes."""
        running = [replica for replica in self.replicas.values() if replica.alive]
        for replica in running:
            replica.send(signal.SIGTERM)
        return {replica.name: replica.ended() for replica in running}

    def end(self) -> None:
        """kill -9 to all that is left."""
        for replica in self.replicas.values():
            if replica.alive:
                replica.kill()


@contextlib.contextmanager
def deployed(
    folder: Path,
    bootstrap: str,
    replicas: Mapping[str, int] | None = None,
    *,
    prefix: str | None = None,
    keys: Path | None = None,
    **environ: str,
) -> Iterator[Deployed]:
    """Every service running and ready on a broker; `replicas` says of which more than one.

    `keys` are those of a home, else new ones. `environ` is for every process.
    Its topics have a prefix of their own, and are deleted at the end unless the prefix was given.
    """
    folder.mkdir(parents=True, exist_ok=True)
    made = Deployed(
        folder, bootstrap, prefix or f"{uuid4().hex[:8]}.", keys or folder / "keys", environ
    )
    try:
        made.apply_topics()
        for service in NAMES:
            for _ in range((replicas or {}).get(service, 1)):
                made.add(service)
        for replica in made.replicas.values():
            replica.wait()
        yield made
    finally:
        made.end()
        if prefix is None:
            asyncio.run(delete_topics(bootstrap, made.prefix))
