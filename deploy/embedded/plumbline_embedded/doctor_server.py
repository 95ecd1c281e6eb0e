"""What a doctor asks the server, or finds in its place: ready, port, sockets, model."""

from __future__ import annotations

import json
import os
import socket
import sqlite3
import stat
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Final

import httpx

from plumbline_bus import LogInUse
from plumbline_bus.local_lock import held
from plumbline_embedded.check import Check, fail, ok, warn
from plumbline_embedded.home import Home, Serving
from plumbline_embedded.stores import EDITIONS, opened_beside
from plumbline_retrieval.model_files import (
    MODEL_NAME,
    MODEL_PACKAGE,
    WEIGHTS_SHA256,
    WrongWeights,
    find_model,
    verify_weights,
)

READY_SECONDS: Final = 5.0  # it answers in milliseconds; a machine under load may need longer
START: Final = "start it again: plumbline run; what it said on standard error before says why"


def check_server(home: Home, environ: Mapping[str, str]) -> Check:
    """Whether the home is served, and ready; else whether the port that it will need is free."""
    serving = home.serving()
    if serving is not None:
        return _check_serving(home, serving)
    if _is_held(home):
        said = "a process has the home open and is not ready: it is starting or stopping"
        return warn("server", said, "run this again in a minute; see what it says meanwhile")
    if home.server_file.exists():
        said = f"{home.server_file} is stale: its process is gone and did not say goodbye"
        return fail("server", said, START)
    return _check_port(environ)


def _check_serving(home: Home, serving: Serving) -> Check:
    try:
        reply = httpx.get(f"{serving.url}/ready", timeout=READY_SECONDS)
    except httpx.HTTPError as error:
        if not _is_held(home):  # so it is not a server of this home, whatever it is
            said = f"{home.server_file} is stale: {serving.pid} is another program's number now"
            return fail("server", said, START)
        said = f"process {serving.pid} does not answer at {serving.url}: {type(error).__name__}"
        return fail("server", said, f"stop it (kill {serving.pid}); {START}")
    if reply.status_code != httpx.codes.OK:
        return fail("server", f"not ready: {_reasons(reply)}", "mend what it waits for")
    since = f"process {serving.pid} since {serving.started_at}"
    return ok("server", f"ready at {serving.url}, {since}")


def check_services(home: Home) -> Iterator[Check]:
    """What each service waits for, asked of the server; nothing when there is none to ask."""
    if home.serving() is None or not home.admin_socket.is_socket():
        return
    transport = httpx.HTTPTransport(uds=str(home.admin_socket))
    try:
        with httpx.Client(transport=transport, timeout=READY_SECONDS) as client:
            told: dict[str, dict[str, str]] = client.get("http://admin/v1/services").json()
    except (httpx.HTTPError, ValueError) as error:
        said = f"the server does not say how they are: {type(error).__name__}"
        yield fail("services", said, f"stop it; {START}")
        return
    waiting = [f"{name}: {why}" for name, reasons in told.items() for why in reasons.values()]
    if waiting:
        what = "mend what they wait for; nothing is lost, and they go on by themselves"
        yield fail("services", "; ".join(waiting)[:500], what)
        return
    yield ok("services", f"{len(told)}, none waits for anything")


def _is_held(home: Home) -> bool:
    """Whether a process has the home open: the lock goes with the process, however that ends."""
    if not home.log.exists():
        return False
    try:
        with held(home.log):
            return False
    except LogInUse:
        return True


def _reasons(reply: httpx.Response) -> str:
    try:
        return json.dumps(reply.json())[:300]
    except ValueError:
        return str(reply.status_code)


def _check_port(environ: Mapping[str, str]) -> Check:
    """Nobody serves the home: can the next start listen where it is told to?"""
    host, given = environ.get("HOST") or "127.0.0.1", environ.get("PORT") or "8000"
    if not given.isdecimal():
        return fail("server", f"not running; PORT={given} is not a number", "unset PORT")
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as trying:
        trying.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            trying.bind((host, int(given)))
        except (OSError, OverflowError) as error:
            what = "stop what listens there, or choose another with PORT=…"
            return fail("server", f"not running; {host}:{given} cannot be had: {error}", what)
    return ok("server", f"not running; {host}:{given} is free")


def check_sockets(home: Home) -> Iterator[Check]:
    """The sockets of a server: there, and for the owner only. Without one there are none."""
    served = home.serving() is not None
    needed = {home.ingest_socket, home.admin_socket}
    for path in sorted(needed | set(home.server_file.parent.glob("*.sock"))):
        yield _check_socket(path, served=served)


def _check_socket(path: Path, *, served: bool) -> Check:
    name = f"socket {path.name}"
    try:
        mode = os.lstat(path).st_mode
    except FileNotFoundError:
        if served:
            return fail(name, f"{path} is missing", "restart the server: it makes it")
        return ok(name, "not served, so not there")
    if not served:
        return warn(name, f"{path} is left of a server that is gone", f"rm {path}, or start again")
    if not stat.S_ISSOCK(mode) or stat.S_IMODE(mode) != 0o600:
        what = f"chmod 600 {path}, and find out who changed it"
        return fail(name, f"mode {stat.S_IMODE(mode):04o}, not 0600", what)
    return ok(name, "mode 0600")


def check_model(home: Home, environ: Mapping[str, str]) -> Check:
    """The embedding model: there, the pinned one, and the one that the index was made with."""
    package = environ.get("PLUMBLINE_RETRIEVAL_MODEL", MODEL_PACKAGE)
    files = find_model(package)
    if files is None:
        what = "install what the lock names (make setup); questions are answered meanwhile"
        return warn("model", f"no {package or 'model'}: search goes by words alone", what)
    try:
        with tempfile.TemporaryDirectory() as folder:
            verify_weights(files.weights, Path(folder) / "seen")
    except WrongWeights as error:
        return fail("model", str(error), "reinstall it: rm -rf .venv && make setup")
    made_with = _made_with(home.path / EDITIONS)
    if made_with and not made_with.startswith(f"{MODEL_NAME}@{WEIGHTS_SHA256} "):
        what = "restart the server: it makes the index again, which takes a while"
        return warn("model", "the index was made with another model", what)
    return ok("model", f"{MODEL_NAME}, {WEIGHTS_SHA256[:12]}…")


def _made_with(path: Path) -> str:
    """What the index says it was made with; "" when it does not say."""
    if not path.is_file():
        return ""
    try:
        with opened_beside(path) as connection:
            row = connection.execute("select value from identity").fetchone()
            return "" if row is None else str(row[0])
    except sqlite3.DatabaseError:  # the check of the stores says so
        return ""
