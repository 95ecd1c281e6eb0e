"""Rendering, assembled."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from plumbline.topics import ANSWER_REVIEWED, BACKGROUND
from plumbline_bus import Log, Route
from plumbline_kit.keys import key_name, read_trust
from plumbline_kit.service import Service
from plumbline_rendering.handlers import on_answer_reviewed
from plumbline_rendering.review import review_keys
from plumbline_tlog.note import load_signer


@dataclass(frozen=True)
class Settings:
    """Rendering's key, and whose reviews it trusts."""

    key_file: Path
    trust_file: Path


@asynccontextmanager
async def open_service(settings: Settings, log: Log) -> AsyncIterator[Service]:
    """Read the keys and list what is read. ValueError, naming the file, for a bad key."""
    del log  # rendering only answers what it reads; the loop publishes
    handle = partial(
        on_answer_reviewed,
        keys=review_keys(read_trust(settings.trust_file)),
        signer=load_signer(settings.key_file, key_name("render")),
    )
    lanes = ("", BACKGROUND)
    yield Service("rendering", [Route(ANSWER_REVIEWED, handle, lane=lane) for lane in lanes])
