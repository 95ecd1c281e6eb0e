"""What a doctor asks the server, or finds in its place: ready, port, sockets, model."""

from __future__ import annotations

import json
import os
import socket
import stat
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Final

import httpx

from plumbline_embedded.check import Check, fail, ok, warn
from plumbline_embedded.doctor_log import read_only_row
from plumbline_embedded.home import Home
from plumbline_embedded.stores import EDITIONS
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
    if not home.server_file.exists():
        return _check_port(environ)
    serving = home.serving()
    if serving is None:
        said = f"{home.server_file} is stale: its process is gone and did not say goodbye"
        return fail("server", said, START)
    try:
        reply = httpx.get(f"{serving.url}/ready", timeout=READY_SECONDS)
    except httpx.HTTPError as error:
        said = f"process {serving.pid} does not answer at {serving.url}: {type(error).__name__}"
        return fail("server", said, f"stop it (kill {serving.pid}); {START}")
    if reply.status_code != httpx.codes.OK:
        return fail("server", f"not ready: {_reasons(reply)}", "mend what it waits for")
    since = f"process {serving.pid} since {serving.started_at}"
    return ok("server", f"ready at {serving.url}, {since}")


def _reasons(reply: httpx.Response) -> str:
    try:
        return json.dumps(reply.json())[:300]
    except ValueError:
        return str(reply.status_code)


def _check_port(environ: Mapping[str, str]) -> Check:
    host, port = environ.get("HOST") or "127.0.0.1", int(environ.get("PORT") or 8000)
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as trying:
        trying.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            trying.bind((host, port))
        except OSError as error:
            what = "stop what holds it, or choose another with PORT=…"
            return warn("server", f"not running; {host}:{port} is taken: {error.strerror}", what)
    return ok("server", f"not running; {host}:{port} is free")


def check_sockets(home: Home) -> Iterator[Check]:
    """The sockets of a server: there, and for the owner only. Without one there are none."""
    served = home.serving() is not None
    for path in (home.ingest_socket, home.admin_socket):
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
    made_with = read_only_row(home.path / EDITIONS, "select value from identity")
    if made_with and not made_with.startswith(f"{MODEL_NAME}@{WEIGHTS_SHA256} "):
        what = "restart the server: it makes the index again, which takes a while"
        return warn("model", "the index was made with another model", what)
    return ok("model", f"{MODEL_NAME}, {WEIGHTS_SHA256[:12]}…")
