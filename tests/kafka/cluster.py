"""A real Apache Kafka for tests: jars by Maven, KRaft nodes on loopback, no container engine.

    with cluster("4.4.0", nodes=3, folder=tmp_path) as kafka:
        ...  kafka.bootstrap, kafka.nodes[1].kill(), kafka.nodes[1].start()

Java 17 and Maven are all it needs. The jars are kept between runs in the user's cache folder.
"""

from __future__ import annotations

import ctypes
import fcntl
import os
import random
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

VERSION = "4.4.0"
OLDER_VERSION = "3.9.2"
HOW_TO_RUN = "no Kafka: install Java 17 and Maven, or set PLUMBLINE_TEST_KAFKA=host:port"
POM = Path(__file__).parent / "pom.xml"
START_SECONDS = 60
HEAP = ("-Xmx384m", "-Xms128m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1")
LOGGING = (
    "-Dorg.slf4j.simpleLogger.defaultLogLevel=warn",
    "-Dorg.slf4j.simpleLogger.log.kafka.server.KafkaRaftServer=info",
)
STARTED = b"Kafka Server started"
PORTS = range(20_000, 32_000)  # below what the kernel hands out to outgoing connections
PR_SET_PDEATHSIG = 1


def can_start() -> bool:
    """Whether this machine has what it takes to start a broker."""
    return all(shutil.which(program) for program in ("java", "mvn"))


def jars(version: str) -> Path:
    """The folder with the jars of a version, resolved by Maven the first time."""
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "plumbline"
    cache.mkdir(parents=True, exist_ok=True)
    folder = cache / f"kafka-{version}"
    with (cache / f"kafka-{version}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # another run of the tests may be at it
        if not folder.exists():
            # Renamed when it is whole: half a broker fails in ways that say nothing.
            with tempfile.TemporaryDirectory(dir=cache) as making:
                command = ["mvn", "-q", "-B", "-f", str(POM), "dependency:copy-dependencies"]
                made = Path(making) / "jars"
                settings = [f"-Dkafka.version={version}", f"-DoutputDirectory={made}"]
                made_by = subprocess.run([*command, *settings], capture_output=True, text=True)
                if made_by.returncode:
                    raise RuntimeError(f"Maven found no Kafka {version}:\n{made_by.stdout}")
                made.rename(folder)
    return folder


def free_ports(count: int) -> list[int]:
    """Ports that nothing listens on now."""
    found: list[int] = []
    while len(found) < count:
        port = random.choice(PORTS)
        with socket.socket() as probe:
            if port not in found and probe.connect_ex(("127.0.0.1", port)) != 0:
                found.append(port)
    return found


@dataclass
class Node:
    """One process, broker and controller in one."""

    number: int
    port: int
    folder: Path
    classpath: str
    process: subprocess.Popen[bytes] | None = field(default=None, repr=False)

    @property
    def settings(self) -> Path:
        """Its server.properties."""
        return self.folder / "server.properties"

    @property
    def log(self) -> Path:
        """What it prints."""
        return self.folder / "server.log"

    def format(self, cluster_id: str) -> subprocess.Popen[bytes]:
        """Make its data folder; to be waited for."""
        tool = ("kafka.tools.StorageTool", "format", "-t", cluster_id, "-c", str(self.settings))
        return java(self.classpath, *tool, log=self.folder / "format.log")

    def begin(self) -> None:
        """Start it, without waiting until it listens."""
        self.log.unlink(missing_ok=True)
        self.process = java(self.classpath, "kafka.Kafka", str(self.settings), log=self.log)

    def wait(self) -> None:
        """Until it listens; RuntimeError with the end of its log when it does not."""
        assert self.process
        deadline = time.monotonic() + START_SECONDS
        while STARTED not in self.log.read_bytes():
            if self.process.poll() is not None or time.monotonic() > deadline:
                self.kill()
                raise RuntimeError(
                    f"node {self.number} did not start:\n{self.log.read_text()[-2000:]}"
                )
            time.sleep(0.05)

    def start(self) -> None:
        """Start it, with the data it has."""
        self.begin()
        self.wait()

    def stop(self) -> None:
        """End it in order: it hands its partitions on first."""
        self._end(signal.SIGTERM)

    def kill(self) -> None:
        """kill -9."""
        self._end(signal.SIGKILL)

    def _end(self, number: signal.Signals) -> None:
        if self.process is not None:
            self.process.send_signal(number)
            self.process.wait(START_SECONDS)
            self.process = None


@dataclass(frozen=True)
class Cluster:
    """Nodes that form one cluster."""

    nodes: Sequence[Node]

    @property
    def bootstrap(self) -> str:
        """Where clients find it."""
        return ",".join(f"127.0.0.1:{node.port}" for node in self.nodes)

    def node(self, number: int) -> Node:
        """The node with a number, as Kafka's metadata has it."""
        return next(node for node in self.nodes if node.number == number)


@contextmanager
def cluster(version: str = VERSION, *, nodes: int = 1, folder: Path) -> Iterator[Cluster]:
    """A cluster of its own, gone at the end. About 5 s for one node, 15 s for three."""
    classpath = f"{jars(version)}/*"
    ports = free_ports(2 * nodes)
    voters = ",".join(f"{n + 1}@127.0.0.1:{ports[2 * n + 1]}" for n in range(nodes))
    made = Cluster(
        [Node(n + 1, ports[2 * n], folder / str(n + 1), classpath) for n in range(nodes)]
    )
    for node, controller_port in zip(made.nodes, ports[1::2], strict=True):
        node.folder.mkdir(parents=True)
        node.settings.write_text(properties(node, controller_port, voters, nodes))
    try:
        formatting = [node.format("cGx1bWJsaW5lLXRlc3RzLQ") for node in made.nodes]
        if any(process.wait(START_SECONDS) for process in formatting):
            raise RuntimeError((folder / "1" / "format.log").read_text())
        for node in made.nodes:
            node.begin()
        for node in made.nodes:
            node.wait()
        yield made
    finally:
        for node in made.nodes:
            node.kill()


def properties(node: Node, controller_port: int, voters: str, nodes: int) -> str:
    """server.properties: small, quick to notice a death, and nothing created by itself."""
    copies = min(nodes, 3)
    in_sync = max(1, copies - 1)
    settings = {
        "process.roles": "broker,controller",
        "node.id": node.number,
        "controller.quorum.voters": voters,
        "listeners": f"PLAINTEXT://127.0.0.1:{node.port},CONTROLLER://127.0.0.1:{controller_port}",
        "advertised.listeners": f"PLAINTEXT://127.0.0.1:{node.port}",
        "controller.listener.names": "CONTROLLER",
        "inter.broker.listener.name": "PLAINTEXT",
        "listener.security.protocol.map": "CONTROLLER:PLAINTEXT,PLAINTEXT:PLAINTEXT",
        "log.dirs": node.folder / "data",
        "auto.create.topics.enable": "false",
        "offsets.topic.num.partitions": 3,  # fifty take seconds to make
        "offsets.topic.replication.factor": copies,
        "transaction.state.log.num.partitions": 3,
        "transaction.state.log.replication.factor": copies,
        "transaction.state.log.min.isr": in_sync,
        "group.initial.rebalance.delay.ms": 0,
        "group.min.session.timeout.ms": 500,
        "broker.session.timeout.ms": 3000,  # a dead broker is fenced after this
        "broker.heartbeat.interval.ms": 500,
        "log.index.size.max.bytes": 65536,
        "num.network.threads": 2,
        "num.io.threads": 4,
    }
    return "".join(f"{name}={value}\n" for name, value in settings.items())


def java(classpath: str, *arguments: str, log: Path) -> subprocess.Popen[bytes]:
    """A Java program that ends with this process, however that ends."""
    with log.open("wb") as out:
        return subprocess.Popen(
            ["java", *HEAP, *LOGGING, "-cp", classpath, *arguments],
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=subprocess.STDOUT,
            preexec_fn=end_with_parent,
        )


def end_with_parent() -> None:
    """Runs in the child: the kernel kills it when the tests die, even by kill -9."""
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
