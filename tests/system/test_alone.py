"""Each service by itself: its wheel, those of its libraries and its own lock are all that it needs.

The third-party files are those of the environment that runs this, which holds every pin of every
lock (see tests/repo/test_locks.py); so nothing is downloaded, and an environment takes a second.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import venv
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from importlib.metadata import distribution
from pathlib import Path
from zipfile import ZipFile

import pytest
from repo.locks import OURS, Package, packages, pins
from system.served import ROOT

from plumbline_embedded.assembly import NAMES

pytestmark = [pytest.mark.slow, pytest.mark.timeout(240)]

# Makes a file that is shipped; with a library that only developers have.
MAKER = "plumbline_retrieval.minilm_graph"
EVERY_MODULE_AND_HELP = f"""
import importlib, pkgutil, runpy, sys
for package in list(pkgutil.iter_modules()):
    if package.name.startswith("plumbline"):
        found = importlib.import_module(package.name)
        for module in pkgutil.walk_packages(found.__path__, package.name + "."):
            if not module.name.endswith("__main__") and module.name != "{MAKER}":
                importlib.import_module(module.name)
service, sys.argv[1:] = sys.argv[1], ["--help"]
runpy.run_module("plumbline_" + service, run_name="__main__")
"""


@pytest.fixture(scope="module")
def wheels(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Every package of ours, built: name → wheel."""
    folder = tmp_path_factory.mktemp("wheels")

    def built(package: Package) -> Path:
        out = folder / package.name
        subprocess.run(
            [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(out)],
            cwd=package.folder,
            check=True,
            capture_output=True,
        )
        (wheel,) = out.glob("*.whl")
        return wheel

    ours = [p for p in packages().values() if p.folder.parent.name in ("libs", "services")]
    with ThreadPoolExecutor(os.cpu_count()) as several:
        return dict(zip([p.name for p in ours], several.map(built, ours), strict=True))


def files_of(folder: Path) -> set[str]:
    """What of a package is tracked: not what running it left behind."""
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", folder.name],
        cwd=folder.parent,
        check=True,
        capture_output=True,
        text=True,
    )
    return set(listed.stdout.split())


def test_a_wheel_has_every_file_of_its_package(wheels: dict[str, Path]) -> None:
    for name, wheel in wheels.items():
        with ZipFile(wheel) as archive:
            inside = set(archive.namelist())
        (package,) = packages()[name].folder.glob("plumbline*/")
        assert files_of(package) <= inside, name


def link_in(site: Path, name: str) -> None:
    """Put the files of an installed distribution into another environment."""
    for file in distribution(name).files or ():
        if ".." in file.parts or not Path(str(file.locate())).exists():
            continue
        target = site / file  # what is compiled of it as well: a link has the same time
        target.parent.mkdir(parents=True, exist_ok=True)
        try:
            target.hardlink_to(str(file.locate()))
        except OSError:  # another disk
            shutil.copy(str(file.locate()), target)


def applies(lock: Path) -> Iterator[str]:
    """The pins of a lock that this machine would install: a marker may leave one out."""
    for name in pins(lock):
        try:
            distribution(name)
        except ModuleNotFoundError:
            assert re.search(rf"^{re.escape(name)}==\S+ ;", lock.read_text(), re.MULTILINE), name
        else:
            yield name


@pytest.mark.parametrize("service", NAMES)
def test_it_starts_with_nothing_else_installed(
    service: str, wheels: dict[str, Path], tmp_path: Path
) -> None:
    venv.create(tmp_path, with_pip=False, symlinks=True)
    (site,) = tmp_path.glob("lib/python*/site-packages")
    for name in applies(ROOT / "deploy" / "locks" / f"{service}.txt"):
        link_in(site, name)
    for name in packages()[OURS + service.replace("_", "-")].reached(packages()):
        with ZipFile(wheels[name]) as archive:
            archive.extractall(site)
    python = [str(tmp_path / "bin" / "python"), "-I", "-c", EVERY_MODULE_AND_HELP, service]
    done = subprocess.run(python, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[-2000:]
    assert f"PLUMBLINE_{service.upper()}_" in done.stdout
    others = {f"plumbline_{name}" for name in {*NAMES, "embedded"} - {service}}
    assert not others & {path.name for path in site.iterdir()}
