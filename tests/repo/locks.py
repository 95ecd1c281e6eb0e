"""Our packages and the pins of a lock, as tests read them."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
OURS = "plumbline-"


@dataclass(frozen=True)
class Package:
    """One package file: its name, its folder, and the names of what it depends on."""

    name: str
    folder: Path
    dependencies: tuple[str, ...]

    def reached(self, all_of_ours: Mapping[str, Package]) -> set[str]:
        """The names of our packages that come with it, its own too."""
        found, left = set[str](), [self.name]
        while left:
            found.add(name := left.pop())
            left += [d for d in all_of_ours[name].dependencies if d in all_of_ours.keys() - found]
        return found


def packages() -> dict[str, Package]:
    """Every package of ours by name."""
    found = {}
    for pattern in ("libs/*", "services/*", "deploy/embedded"):
        for file in sorted(ROOT.glob(f"{pattern}/pyproject.toml")):
            project = tomllib.loads(file.read_text())["project"]
            names = tuple(bare(dependency) for dependency in project["dependencies"])
            found[project["name"]] = Package(project["name"], file.parent, names)
    return found


def bare(dependency: str) -> str:
    """The name in a dependency: no extra, no version."""
    return re.split(r"[\[<>=~! ;]", dependency)[0].lower()


def pins(lock: Path) -> dict[str, set[str]]:
    """name → its pinned versions (a marker may choose between two)."""
    found: dict[str, set[str]] = {}
    for name, version in re.findall(r"^([a-z0-9._-]+)==(\S+)", lock.read_text(), re.MULTILINE):
        found.setdefault(name, set()).add(version)
    return found


def hashes(lock: Path) -> dict[str, set[str]]:
    """name → the hashes that any of its files may have."""
    found: dict[str, set[str]] = {}
    for block in re.split(r"\n(?=[a-z0-9])", lock.read_text()):
        if named := re.match(r"([a-z0-9._-]+)==", block):
            found.setdefault(named[1], set()).update(re.findall(r"--hash=(\S+)", block))
    return found
