"""Trouble for a deployment: readers who ask at a pace, while processes and brokers are killed.

    with Crowd(site, questions(150), seconds=40) as crowd:
        trouble = Trouble(site, kafka, seed=5)
        trouble.run(40)                  # kill -9 at random, start again, wait until all is well
        crowd.join()
    print(trouble.table())

What is struck is drawn from a seed; how long things then take is the machine's.
"""

from __future__ import annotations

import asyncio
import random
import threading
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import httpx
from aiokafka.errors import KafkaError
from kafka.cluster import STARTED, Cluster, Node
from libs.bus.apart import admin_of
from system.deployed import Deployed, Replica

READERS = 8
PATIENCE_SECONDS = 300  # until all is well again, on a machine that does much else
LOOK_SECONDS = 0.5


class Crowd:
    """Readers who ask each question until it is accepted, at whichever gateway answers."""

    def __init__(self, site: Deployed, texts: Sequence[str], seconds: float) -> None:
        self.urls = [site.gateway(n).url for n in range(len(site.of("gateway")))]
        self.texts = texts
        self.seconds = seconds  # over which they are asked, evenly
        self.accepted: dict[str, str] = {}
        self.told: Counter[str] = Counter()  # what came instead of yes
        self._next = iter(range(len(texts)))
        self._lock = threading.Lock()
        self._over = threading.Event()
        self._readers = [threading.Thread(target=self._read, daemon=True) for _ in range(READERS)]

    def __enter__(self) -> Crowd:
        self._began = time.monotonic()
        for reader in self._readers:
            reader.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        for reader in self._readers:
            reader.join()

    def join(self) -> None:
        """Until every question was accepted."""
        deadline = time.monotonic() + PATIENCE_SECONDS
        for reader in self._readers:
            reader.join(max(0.0, deadline - time.monotonic()))
        assert len(self.accepted) == len(self.texts), f"not accepted, but {dict(self.told)}"

    def _read(self) -> None:
        with httpx.Client(timeout=10) as client:
            while not self._over.is_set():
                with self._lock:
                    number = next(self._next, None)
                if number is None:
                    return
                due = self._began + number * self.seconds / len(self.texts)
                self._over.wait(max(0.0, due - time.monotonic()))
                self._ask(client, number)

    def _ask(self, client: httpx.Client, number: int) -> None:
        text, at = self.texts[number], number
        while not self._over.is_set():
            url = self.urls[at % len(self.urls)]
            try:
                reply = client.post(f"{url}/v1/questions", json={"question": text})
            except httpx.HTTPError as error:
                self._tell(type(error).__name__)
                self._over.wait(0.05)
                at += 1
                continue
            if reply.status_code in (200, 202):
                with self._lock:
                    self.accepted[reply.json()["answer_id"]] = text
                return
            self._tell(str(reply.status_code))
            self._over.wait(float(reply.headers["Retry-After"]))  # KeyError: refused for good
            at += 1

    def _tell(self, what: str) -> None:
        with self._lock:
            self.told[what] += 1


@dataclass
class Fall:
    """Something that was killed, or ended; seconds since the trouble began."""

    who: str
    how: str
    at: float
    due: float  # when it is started again
    started: float | None = None
    well: float | None = None  # ready; a broker: with every copy in step


class Trouble:
    """Kills, starts again, and remembers. To be used by a thread that lives on."""

    def __init__(
        self,
        site: Deployed,
        cluster: Cluster,
        seed: int,
        *,
        pause: tuple[float, float] = (2.0, 4.0),
        down: tuple[float, float] = (0.2, 4.0),
    ) -> None:
        self.site = site
        self.cluster = cluster
        self.falls: list[Fall] = []
        self._rng = random.Random(seed)
        self._pause = pause
        self._down = down
        self._bag: list[str] = []
        self._began = time.monotonic()

    def now(self) -> float:
        """Seconds since the trouble began."""
        return time.monotonic() - self._began

    def run(self, seconds: float) -> None:
        """Strike at random for so long; then until everything is well again."""
        self._began = time.monotonic()
        strike = self._rng.uniform(*self._pause)
        while self.now() < seconds:
            self.mend()
            if self.now() >= strike:
                self.strike()
                strike = self.now() + self._rng.uniform(*self._pause)
            time.sleep(0.1)
        while self.open():
            assert self.now() < seconds + PATIENCE_SECONDS, f"not well: {self._why()}"
            self.mend()
            time.sleep(LOOK_SECONDS)

    def open(self) -> dict[str, Fall]:
        """Who fell and is not well yet."""
        return {fall.who: fall for fall in self.falls if fall.well is None}

    def strike(self) -> None:
        """kill -9 whoever is next: everybody has a turn, in an order that is drawn."""
        if not self._bag:
            self._bag = [*self.site.replicas, *(self._name(node) for node in self.cluster.nodes)]
            self._rng.shuffle(self._bag)
        fallen = self.open()
        a_broker_is_down = any(who.startswith("broker") for who in fallen)
        for who in self._bag:
            # A broker only while all three are in step: two copies must be there to go on.
            if who in fallen or (who.startswith("broker") and a_broker_is_down):
                continue
            self._bag.remove(who)
            self._who(who).kill()
            self._fell(who, "kill -9")
            return

    def mend(self) -> None:
        """Start again what is due, as a supervisor would also what ended by itself."""
        fallen = self.open()
        for replica in self.site.replicas.values():
            if not replica.alive and (fall := fallen.get(replica.name)) is None:
                self._fell(replica.name, replica.ending())
            elif not replica.alive and fall is not None and fall.started is not None:
                fall.well = self.now()  # it was not well, but this line is over
                self._fell(replica.name, replica.ending())
        for who, fall in self.open().items():
            thing = self._who(who)
            if fall.started is None and self.now() >= fall.due:
                if isinstance(thing, Node):
                    thing.begin()
                else:
                    thing.start()
                fall.started = self.now()
            elif fall.started is not None and self._well(thing):
                fall.well = self.now()

    def table(self) -> str:
        """What was struck when, in the order of time."""
        lines = ["   at s  down s  well after s  what"]
        for fall in self.falls:
            started, well = fall.started or fall.at, fall.well or fall.at
            times = f"{fall.at:7.1f}  {started - fall.at:6.1f}  {well - fall.at:12.1f}"
            lines.append(f"{times}  {fall.who} ({fall.how})")
        return "\n".join(lines)

    def _fell(self, who: str, how: str) -> None:
        down = self._rng.uniform(*self._down) if how == "kill -9" else 1.0
        self.falls.append(Fall(who, how, self.now(), self.now() + down))

    def _why(self) -> dict[str, object]:
        things = {who: self._who(who) for who in self.open()}
        return {w: t.why() if isinstance(t, Replica) else "" for w, t in things.items()}

    def _who(self, who: str) -> Replica | Node:
        service, _, number = who.partition("-")
        return self.cluster.node(int(number)) if service == "broker" else self.site[who]

    def _name(self, node: Node) -> str:
        return f"broker-{node.number}"

    def _well(self, thing: Replica | Node) -> bool:
        if isinstance(thing, Replica):
            return thing.ready()
        return STARTED in thing.log.read_bytes() and in_step(self.cluster)


def in_step(cluster: Cluster) -> bool:
    """Whether every partition has all of its copies."""

    async def look() -> bool:
        async with asyncio.timeout(10), admin_of(cluster.bootstrap) as admin:
            described: list[dict[str, Any]] = await admin.describe_topics()
            partitions = [p for topic in described for p in topic["partitions"]]
            return all(len(p["isr"]) == len(p["replicas"]) for p in partitions)

    try:
        return asyncio.run(look())
    except (KafkaError, OSError, TimeoutError):  # a broker that is only half there
        return False
