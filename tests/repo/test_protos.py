"""The generated code is what the protos say today, made by the pinned tools."""

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
GENERATED = ROOT / "libs" / "contracts" / "plumbline"


@pytest.mark.slow
def test_regenerating_changes_nothing(tmp_path: Path) -> None:
    if shutil.which("protoc-gen-mypy", path=str(Path(sys.executable).parent)) is None:
        pytest.skip("protoc-gen-mypy is missing: make test installs it")
    path = f"{Path(sys.executable).parent}:/usr/bin:/bin"
    subprocess.run(
        [sys.executable, str(ROOT / "protos" / "generate.py"), str(tmp_path)],
        check=True,
        capture_output=True,
        env={"PATH": path},
    )
    made = {p.relative_to(tmp_path / "plumbline"): p for p in tmp_path.rglob("*_pb2.py*")}
    kept = {p.relative_to(GENERATED): p for p in GENERATED.rglob("*_pb2.py*")}
    assert set(made) == set(kept)
    for name, file in made.items():
        assert file.read_bytes() == kept[name].read_bytes(), name


def test_the_floor_of_the_contracts_is_the_version_that_generated_them() -> None:
    floor = re.search(r"protobuf>=([\d.]+)", (ROOT / "libs/contracts/pyproject.toml").read_text())
    assert floor
    for file in GENERATED.rglob("*_pb2.py"):
        made = re.search(r"# Protobuf Python Version: ([\d.]+)", file.read_text())
        assert made
        newest = tuple(int(part) for part in floor[1].split("."))
        assert tuple(int(part) for part in made[1].split(".")) <= newest
