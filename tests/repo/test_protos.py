"""The generated code is what the protos say today, made by the pinned tools."""

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
GENERATED = ROOT / "libs" / "contracts" / "plumbline"


def generated(folder: Path) -> dict[Path, Path]:
    """Every generated module and stub, by its place in the package."""
    found = [*folder.rglob("*_pb2*.py"), *folder.rglob("*_pb2*.pyi")]
    return {path.relative_to(folder): path for path in found}


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
    made = generated(tmp_path / "plumbline")
    kept = generated(GENERATED)
    assert set(made) == set(kept)
    for name, file in made.items():
        assert file.read_bytes() == kept[name].read_bytes(), name


def test_the_floor_of_the_contracts_is_the_version_that_generated_them() -> None:
    contracts = (ROOT / "libs/contracts/pyproject.toml").read_text()
    for package, files, made_with in (
        ("protobuf", "*_pb2.py", r"# Protobuf Python Version: ([\d.]+)"),
        ("grpcio", "*_pb2_grpc.py", r"GRPC_GENERATED_VERSION = '([\d.]+)'"),
    ):
        floor = re.search(rf"{package}>=([\d.]+)", contracts)
        assert floor
        for file in GENERATED.rglob(files):
            made = re.search(made_with, file.read_text())
            assert made
            assert version(made[1]) <= version(floor[1])


def version(text: str) -> tuple[int, ...]:
    return tuple(int(part) for part in text.split("."))


def test_only_services_have_code_for_grpc() -> None:
    protos = {p.stem for p in (ROOT / "protos").rglob("*_service.proto")}
    assert {p.stem.removesuffix("_pb2_grpc") for p in GENERATED.rglob("*_pb2_grpc.py")} == protos
