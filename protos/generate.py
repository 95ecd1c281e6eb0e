"""Regenerate libs/contracts from the protos: delete the old code, then run protoc."""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PROTOS = ROOT / "protos"
OUT = ROOT / "libs" / "contracts"


def generate(out: Path) -> None:
    """Write the Python code of every proto under `out`; old generated code is removed first."""
    for old in [*out.glob("plumbline/**/*_pb2.py"), *out.glob("plumbline/**/*_pb2.pyi")]:
        old.unlink()  # a removed proto must not leave its code behind
    sources = sorted(str(path.relative_to(PROTOS)) for path in PROTOS.glob("plumbline/**/*.proto"))
    command = [sys.executable, "-m", "grpc_tools.protoc", f"-I{PROTOS}"]
    command += [f"--python_out={out}", f"--mypy_out=quiet:{out}", *sources]
    subprocess.run(command, check=True, cwd=PROTOS)


if __name__ == "__main__":
    generate(Path(sys.argv[1]) if len(sys.argv) > 1 else OUT)
    print("regenerated", OUT.relative_to(ROOT))
