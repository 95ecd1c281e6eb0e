"""Regenerate libs/contracts from the protos: delete the old code, then run protoc."""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PROTOS = ROOT / "protos"
OUT = ROOT / "libs" / "contracts"
SERVICE = "_service.proto"  # only these hold services, so only these need code for gRPC


def generate(out: Path) -> None:
    """Write the Python code of every proto under `out`; old generated code is removed first."""
    for old in [*out.glob("plumbline/**/*_pb2*.py"), *out.glob("plumbline/**/*_pb2*.pyi")]:
        old.unlink()  # a removed proto must not leave its code behind
    sources = sorted(str(path.relative_to(PROTOS)) for path in PROTOS.glob("plumbline/**/*.proto"))
    protoc(sources, f"--python_out={out}", f"--mypy_out=quiet:{out}")
    services = [source for source in sources if source.endswith(SERVICE)]
    protoc(services, f"--grpc_python_out={out}", f"--mypy_grpc_out=quiet:{out}")


def protoc(sources: list[str], *outputs: str) -> None:
    """Run protoc on these files. Imports in its output follow the path under protos/."""
    command = [sys.executable, "-m", "grpc_tools.protoc", f"-I{PROTOS}", *outputs, *sources]
    subprocess.run(command, check=True, cwd=PROTOS)


if __name__ == "__main__":
    generate(Path(sys.argv[1]) if len(sys.argv) > 1 else OUT)
    print("regenerated", OUT.relative_to(ROOT))
