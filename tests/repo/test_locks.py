"""Locks carry hashes and no URL, and agree with each other and with the package files."""

import re
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
LOCKS = sorted((ROOT / "deploy" / "locks").glob("*.txt"))


def pins(lock: Path) -> dict[str, set[str]]:
    """name → its pinned versions (a marker may choose between two)."""
    found: dict[str, set[str]] = {}
    for name, version in re.findall(r"^([a-z0-9._-]+)==(\S+)", lock.read_text(), re.MULTILINE):
        found.setdefault(name, set()).add(version)
    return found


@pytest.mark.parametrize("lock", LOCKS, ids=lambda p: p.name)
def test_every_pin_has_hashes_and_there_is_no_url(lock: Path) -> None:
    text = lock.read_text()
    assert "://" not in text
    assert not re.search(r"^-(-index|-find|-extra|i |f )", text, re.MULTILINE)
    blocks = [b for b in re.split(r"\n(?=[a-z0-9])", text) if b.strip()]
    assert blocks
    assert all("--hash=sha256:" in block for block in blocks)


def test_the_dev_lock_holds_every_runtime_pin() -> None:
    runtime, dev = (pins(ROOT / "deploy/locks" / f"{name}.txt") for name in ("embedded", "dev"))
    assert {name: dev.get(name) for name in runtime} == runtime


def test_every_dependency_of_a_package_is_locked() -> None:
    runtime = pins(ROOT / "deploy" / "locks" / "embedded.txt")
    for file in [*ROOT.glob("libs/*/pyproject.toml"), *ROOT.glob("services/*/pyproject.toml")]:
        for dependency in tomllib.loads(file.read_text())["project"]["dependencies"]:
            name = re.split(r"[\[<>=~! ]", dependency)[0].lower()
            assert name.startswith("plumbline-") or name in runtime, f"{file.parent.name}: {name}"
