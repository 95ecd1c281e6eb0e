"""Every service with the settings it has in one process: the only thing that embedding adds."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from contextlib import AbstractAsyncContextManager
from importlib import import_module
from pathlib import Path
from typing import Any

from plumbline_bus import Log
from plumbline_embedded.home import Home
from plumbline_embedded.shipped import shipped
from plumbline_kit.service import Service
from plumbline_kit.settings import load, refuse_unknown, variables

NAMES = (
    "ingest",
    "retrieval",
    "generation",
    "safety_review",
    "rendering",
    "provenance",
    "regeneration",
    "gateway",  # last: it binds the port, and readers come when the rest is there
)

OpenService = Callable[[Any, Log], AbstractAsyncContextManager[Service]]


def given(home: Home, host: str, port: int) -> dict[str, dict[str, Any]]:
    """What the deployment decides for each service; the environment still has the last word."""
    keys, policy = home.keys, shipped("policy")
    trust = keys / "trust.txt"
    prefix = os.environ.get("PLUMBLINE_TOPIC_PREFIX", "")
    return {
        "ingest": {"socket": home.ingest_socket, "topic_prefix": prefix},
        "retrieval": {"topic_prefix": prefix, "address": home.address("retrieval")},
        "generation": {},
        "safety_review": {
            "key_file": keys / "review.pem",
            "policy_file": policy / "review.toml",
            "topic_prefix": prefix,
        },
        "rendering": {"key_file": keys / "render.pem", "trust_file": trust},
        "provenance": {
            "key_file": keys / "log.pem",
            "trust_file": trust,
            "address": home.address("provenance"),
        },
        "regeneration": {"socket": home.campaign_socket, "topic_prefix": prefix},
        "gateway": {
            "trust_file": trust,
            "question_key_file": keys / "question.key",
            "triage_file": policy / "triage.toml",
            "host": host,
            "port": port,
            "topic_prefix": prefix,
        },
    }


def folder(home: Home, name: str, environ: Mapping[str, str]) -> Path:
    """A service's own folder: in the home unless the environment says otherwise."""
    return Path(environ.get(f"PLUMBLINE_{name.upper()}_DIRECTORY") or home.service(name))


def settings_for(
    home: Home, host: str, port: int, environ: Mapping[str, str]
) -> list[tuple[OpenService, Any]]:
    """(open_service, its settings) of each. SettingsError for a variable that nobody reads."""
    modules = {name: import_module(f"plumbline_{name}.service") for name in NAMES}
    refuse_unknown(environ, [v for name, m in modules.items() for v in variables(m.Settings, name)])
    decided = given(home, host, port)
    for name in set(NAMES) - {"rendering"}:
        decided[name]["directory"] = home.service(name)  # rendering keeps nothing
    return [
        (module.open_service, load(module.Settings, name, environ, **decided[name]))
        for name, module in modules.items()
    ]
